// The types in which safetensors files hold numbers that networks can have: each is read as float32, and written only
// where nothing is rounded.

/** Little-endian numbers of a type. */
interface NumberType {
  readonly bytes: number;
  /** Which numbers sums of whole numbers are exact in, as a network's certificate calls it; null where float32's are. */
  readonly format: "float16" | "bfloat16" | "int8" | null;
  read(view: DataView, at: number): number;
  write(view: DataView, at: number, value: number): void;
}

export const NUMBER_TYPES = {
  F32: {
    bytes: 4,
    format: null,
    read: (view, at) => view.getFloat32(at, true),
    write: (view, at, value) => view.setFloat32(at, value, true),
  },
  F64: {
    bytes: 8,
    format: null,
    read: (view, at) => view.getFloat64(at, true),
    write: (view, at, value) => view.setFloat64(at, value, true),
  },
  F16: {
    bytes: 2,
    format: "float16",
    read: (view, at) => fromHalf(view.getUint16(at, true)),
    write: (view, at, value) => view.setUint16(at, toHalf(value), true),
  },
  BF16: {
    bytes: 2,
    format: "bfloat16",
    read: (view, at) => fromBits(view.getUint16(at, true) * 2 ** 16),
    write: (view, at, value) => view.setUint16(at, bitsOf(value) >>> 16, true),
  },
  I8: {
    bytes: 1,
    format: "int8",
    read: (view, at) => view.getInt8(at),
    write: (view, at, value) => view.setInt8(at, value),
  },
} as const satisfies Readonly<Record<string, NumberType>>;

export type NumberTypeName = keyof typeof NUMBER_TYPES;

export const isNumberType = (name: string): name is NumberTypeName => Object.hasOwn(NUMBER_TYPES, name);

const scratch = new DataView(new ArrayBuffer(4));

function bitsOf(value: number): number {
  scratch.setFloat32(0, value);
  return scratch.getUint32(0);
}

function fromBits(bits: number): number {
  scratch.setUint32(0, bits);
  return scratch.getFloat32(0);
}

/** IEEE 754 binary16: a sign, 5 bits of exponent, 10 of fraction. */
function fromHalf(bits: number): number {
  const [sign, exponent, fraction] = [bits >> 15 === 1 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Cuts off what binary16 has no bits for. */
function toHalf(value: number): number {
  const sign = Object.is(value, -0) || value < 0 ? 0x8000 : 0;
  const size = Math.abs(value);
  if (!(size < 65536)) return sign | 0x7c00;
  if (size < 2 ** -14) return sign | Math.floor(size * 2 ** 24);
  const exponent = Math.floor(Math.log2(size));
  return sign | ((exponent + 15) << 10) | Math.floor((size / 2 ** exponent - 1) * 1024);
}
