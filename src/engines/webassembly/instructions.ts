// Instructions of WebAssembly as expressions: each takes the code of its operands and gives its own.
//
// Numbers are the binary codes of the specification, release 3.0, chapter 5.4; those of threads are in the proposal
// "threads". An immediate offset comes first, as in the text format, then the operands. Loads and stores promise no
// alignment, which costs nothing; those that are atomic must.

/** Bytes of code, as a tree: so that larger expressions are made of smaller ones without copying. */
export type Code = readonly (number | Code | Uint8Array)[];

/** Bytes that there is room for at first. */
const ROOM = 1 << 12;

/** The bytes, one after another. */
export function flatten(code: Code): Uint8Array {
  let bytes = new Uint8Array(ROOM);
  let length = 0;
  const need = (more: number): void => {
    if (length + more <= bytes.length) return;
    const larger = new Uint8Array(2 * (length + more));
    larger.set(bytes);
    bytes = larger;
  };
  const add = (parts: Code): void => {
    need(parts.length);
    // Most code is run once, before anything is optimised: there this loop is faster than one over the parts themselves.
    for (let at = 0; at < parts.length; at++) {
      const part = parts[at]!;
      if (typeof part === "number") bytes[length++] = part;
      else if (part instanceof Uint8Array) {
        need(part.length + parts.length);
        bytes.set(part, length);
        length += part.length;
      } else {
        add(part);
        need(parts.length - at);
      }
    }
  };
  add(code);
  return bytes.subarray(0, length);
}

/** A whole number from 0 on, in LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return [...bytes, value];
}

/** A whole number of 32 bits, in LEB128. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  for (; value < -64 || value >= 64; value >>= 7) bytes.push((value & 127) | 128);
  return [...bytes, value & 127];
}

const [CONTROL, BULK, VECTOR, ATOMIC] = [[], [0xfc], [0xfd], [0xfe]] as const;
type Prefix = typeof CONTROL | typeof BULK | typeof VECTOR | typeof ATOMIC;

const codeOf = (prefix: Prefix, code: number): number[] => [
  ...prefix,
  ...(prefix === CONTROL ? [code] : unsigned(code)),
];

type Operation<Operands extends readonly Code[]> = (...operands: Operands) => Code;
type Access<Operands extends readonly Code[]> = (offset: number, ...operands: Operands) => Code;
type One = [Code];
type Two = [Code, Code];
type Three = [Code, Code, Code];

/** An instruction of operands alone. */
function operation<Operands extends readonly Code[]>(prefix: Prefix, code: number): Operation<Operands> {
  const bytes = codeOf(prefix, code);
  return (...operands) => [...operands, bytes];
}

/** An instruction on memory, at an address to which an offset is added. */
function access<Operands extends readonly Code[]>(prefix: Prefix, code: number, align = 0): Access<Operands> {
  const bytes = [...codeOf(prefix, code), align];
  return (offset, ...operands) => [...operands, bytes, unsigned(offset)];
}

/** An atomic access to 4 bytes. */
const atomic = <Operands extends readonly Code[]>(code: number) => access<Operands>(ATOMIC, code, 2);

export const i32 = {
  const: (value: number): Code => [0x41, signed(value | 0)],
  load: access<One>(CONTROL, 0x28),
  load8_u: access<One>(CONTROL, 0x2d),
  store: access<Two>(CONTROL, 0x36),
  store8: access<Two>(CONTROL, 0x3a),
  eqz: operation<One>(CONTROL, 0x45),
  eq: operation<Two>(CONTROL, 0x46),
  ne: operation<Two>(CONTROL, 0x47),
  lt_s: operation<Two>(CONTROL, 0x48),
  gt_s: operation<Two>(CONTROL, 0x4a),
  gt_u: operation<Two>(CONTROL, 0x4b),
  le_s: operation<Two>(CONTROL, 0x4c),
  add: operation<Two>(CONTROL, 0x6a),
  sub: operation<Two>(CONTROL, 0x6b),
  mul: operation<Two>(CONTROL, 0x6c),
  div_s: operation<Two>(CONTROL, 0x6d),
  div_u: operation<Two>(CONTROL, 0x6e),
  rem_s: operation<Two>(CONTROL, 0x6f),
  rem_u: operation<Two>(CONTROL, 0x70),
  and: operation<Two>(CONTROL, 0x71),
  or: operation<Two>(CONTROL, 0x72),
  xor: operation<Two>(CONTROL, 0x73),
  shr_u: operation<Two>(CONTROL, 0x76),
  atomic: { load: atomic<One>(0x10), store: atomic<Two>(0x17), add: atomic<Two>(0x1e) },
} as const;

export const memory = {
  /** In pages. */
  size: (): Code => [0x3f, 0],
  /** By a number of pages; gives how many there were, or -1. */
  grow: (pages: Code): Code => [pages, 0x40, 0],
  /** Copies bytes; takes the addresses to and from which, and how many. */
  copy: (...operands: Three): Code => [...operands, codeOf(BULK, 10), 0, 0],
  /** Fills memory; takes an address, a byte, and how many bytes. */
  fill: (...operands: Three): Code => [...operands, codeOf(BULK, 11), 0],
  /** Wakes threads that wait; takes an address, and how many at most. */
  notify: (...operands: Two): Code => atomic<Two>(0x00)(0, ...operands),
  /** Waits without a limit; takes an address, and the number that is there. */
  wait32: (...operands: Two): Code => atomic<Three>(0x01)(0, ...operands, [0x42, signed(-1)]),
} as const;

export const v128 = {
  const: (bytes: readonly number[]): Code => [VECTOR, 12, bytes],
  load: access<One>(VECTOR, 0),
  load32_splat: access<One>(VECTOR, 9),
  store: access<Two>(VECTOR, 11),
  not: operation<One>(VECTOR, 77),
  and: operation<Two>(VECTOR, 78),
  /** The first and not the second. */
  andnot: operation<Two>(VECTOR, 79),
  or: operation<Two>(VECTOR, 80),
  xor: operation<Two>(VECTOR, 81),
  any_true: operation<One>(VECTOR, 83),
} as const;

export const i8x16 = {
  /** The bytes of both, by their numbers from 0 to 31. */
  shuffle: (a: Code, b: Code, bytes: readonly number[]): Code => [a, b, VECTOR, 13, bytes],
  shl: operation<Two>(VECTOR, 107),
  add: operation<Two>(VECTOR, 110),
  sub: operation<Two>(VECTOR, 113),
  min_s: operation<Two>(VECTOR, 118),
  max_s: operation<Two>(VECTOR, 120),
} as const;

export const i32x4 = { splat: operation<One>(VECTOR, 17) } as const;

export const i64x2 = {
  shl: operation<Two>(VECTOR, 203),
  shr_u: operation<Two>(VECTOR, 205),
} as const;

export const f32x4 = {
  add: operation<Two>(VECTOR, 228),
  mul: operation<Two>(VECTOR, 230),
} as const;

export const drop = operation<One>(CONTROL, 0x1a);
export const returns = operation<One>(CONTROL, 0x0f);

/** The first where the condition is not 0, else the second; both are computed. */
export const select = (condition: Code, yes: Code, no: Code): Code => [yes, no, condition, 0x1b];

export const call = (index: number, operands: readonly Code[]): Code => [...operands, 0x10, unsigned(index)];

const [BLOCK, LOOP, IF, ELSE, END, BRANCH, BRANCH_IF, NO_RESULT] = [
  0x02, 0x03, 0x04, 0x05, 0x0b, 0x0c, 0x0d, 0x40,
];

export const when = (condition: Code, then: readonly Code[], otherwise: readonly Code[] = []): Code => [
  ...[condition, IF, NO_RESULT, ...then],
  ...(otherwise.length > 0 ? [ELSE, ...otherwise] : []),
  END,
];

/** Repeats while the condition holds. */
export const loop = (condition: Code, body: readonly Code[]): Code => [
  ...[BLOCK, NO_RESULT, LOOP, NO_RESULT],
  ...[i32.eqz(condition), BRANCH_IF, 1, ...body, BRANCH, 0],
  ...[END, END],
];

/** A local variable of a function, its parameters among them. */
export interface Variable {
  get(): Code;
  set(value: Code): Code;
  /** Sets it and is its value. */
  tee(value: Code): Code;
}

export function local(index: number): Variable {
  const number = unsigned(index);
  return {
    get: () => [0x20, number],
    set: (value) => [value, 0x21, number],
    tee: (value) => [value, 0x22, number],
  };
}

// A little comfort over WebAssembly's whole numbers.

export const plus = (a: Code, constant: number): Code => i32.add(a, i32.const(constant));

export const times = (a: Code, factor: number): Code => i32.mul(a, i32.const(factor));

export const increase = (variable: Variable, by: Code): Code => variable.set(i32.add(variable.get(), by));

/** A number put between two others. */
export const clamp = (variable: Variable, low: Code, high: Code): Code => [
  variable.set(select(i32.lt_s(variable.get(), low), low, variable.get())),
  variable.set(select(i32.lt_s(high, variable.get()), high, variable.get())),
];

/** The number stored at an address of the control block. */
export const read = (address: number, base: Code = i32.const(0)): Code => i32.load(address, base);

export const write = (address: number, value: Code, base: Code = i32.const(0)): Code =>
  i32.store(address, base, value);
