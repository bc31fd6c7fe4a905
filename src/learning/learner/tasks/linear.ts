// Tasks that Gaussian elimination learns, over GF(2) or over another prime field.
//
// Parities: whether an odd number of the hidden features is +1.

import { parityChances } from "../rank.ts";
import { linearDecider } from "./decided.ts";
import { independent, randomSigns, requireFeatures, sample, signOfBit, type Task } from "./task.ts";
import { atLeastZero } from "./theory.ts";

/** The exclusive or of some features. */
const parityOf =
  (hidden: readonly number[]) =>
  (features: readonly number[]): boolean =>
    hidden.reduce((odd, at) => odd !== (features[at] === 1), false);

/** Every set of features is equally likely, the empty one too. */
export const parity: Task = {
  name: "parity",
  isLinear: true,
  decides: linearDecider(),
  about: "whether an odd number of the hidden features is set",
  theory: {
    says: "gf2: how often random matrices have full rank (Landsberg 1893)",
    chances: ({ features, examples }) => parityChances(features, examples),
  },
  draw(random, size) {
    const hidden = Array.from({ length: size.features }, (_, at) => at).filter(() => random.int(2) === 1);
    return independent(size, () => randomSigns(random, size.features), parityOf(hidden));
  },
};

/** How many features a sparse parity has. */
const SPARSE = 3;

export const sparseParity: Task = {
  name: "sparse-parity",
  isLinear: true,
  decides: linearDecider(),
  about: `the parity of ${SPARSE} hidden features`,
  draw(random, size) {
    requireFeatures("sparse-parity", size.features, SPARSE);
    const hidden = sample(random, size.features, SPARSE);
    return independent(size, () => randomSigns(random, size.features), parityOf(hidden));
  },
};

const MODULUS = 3;

/** Coefficients 0, 1 and 2; only inputs come up whose sum is 0 or 1 modulo 3, which is the label. */
export const mod3: Task = {
  name: "mod3",
  about: `which of 0 and 1 the hidden sum is modulo ${MODULUS}, of inputs with one of these sums`,
  modulus: MODULUS,
  decides: linearDecider(MODULUS),
  theory: {
    says: "gfp: of m + 1 rows, at most d are independent of the others, so that the query seldom is",
    isBound: true,
    chances: ({ features, examples }) => ({ accuracy: atLeastZero(1 - features / (examples + 1)) }),
  },
  draw(random, size) {
    requireFeatures("mod3", size.features, 1);
    const hidden = Array.from({ length: size.features }, () => random.int(MODULUS));
    const sumOf = (features: readonly number[]): number =>
      hidden.reduce((sum, value, at) => sum + (features[at] === 1 ? value : 0), 0) % MODULUS;
    const input = () => {
      for (;;) {
        const features = randomSigns(random, size.features);
        if (sumOf(features) < 2) return features;
      }
    };
    return independent(size, input, (features) => sumOf(features) === 1);
  },
};

// Checksums: one hidden bit of the 16 of a message's CRC. The polynomial is x^16 + x^12 + x^5 + 1 and the register
// begins at 0 (CRC-16/XMODEM), so that every bit is a parity of message bits.

const CRC_WIDTH = 16;
const POLYNOMIAL = 0x1021;

/** The checksum of a message, bit after bit, the most significant of each byte first. */
export const crc16 = (bits: readonly boolean[]): number =>
  bits.reduce((register, bit) => {
    const out = ((register >> (CRC_WIDTH - 1)) & 1) === 1;
    const shifted = (register << 1) & 0xffff;
    return out !== bit ? shifted ^ POLYNOMIAL : shifted;
  }, 0);

export const crc: Task = {
  name: "crc",
  about: `a hidden one of the ${CRC_WIDTH} bits of a message's checksum`,
  isLinear: true,
  decides: linearDecider(),
  draw(random, size) {
    requireFeatures("crc", size.features, 1);
    const bit = random.int(CRC_WIDTH);
    return independent(
      size,
      () => randomSigns(random, size.features),
      (features) => ((crc16(features.map((value) => value === 1)) >> bit) & 1) === 1,
    );
  },
};

// Linear feedback shift registers: every bit of the stream is the exclusive or of those among the bits before it that
// the register's taps choose. Examples are the windows of a stream with the bit that follows each; queries are the
// windows after them. To learn the taps is to solve linear equations modulo 2.

/**
 * The first bits of a register's output, beginning with its state.
 * @param taps `taps[i]`: whether bit t + i takes part in bit t + n, for a register of n bits
 * @param state the first n bits
 */
export function lfsrStream(taps: readonly boolean[], state: readonly number[], length: number): number[] {
  const stream = [...state];
  while (stream.length < length) {
    const from = stream.length - taps.length;
    stream.push(taps.reduce((sum, isTap, at) => sum ^ (isTap ? stream[from + at]! : 0), 0));
  }
  return stream.slice(0, length);
}

export const lfsr: Task = {
  name: "lfsr",
  isLinear: true,
  decides: linearDecider(),
  about: "the next bit of a linear feedback register with hidden taps, from the bits before it",
  draw(random, { features, examples, queries }) {
    requireFeatures("lfsr", features, 1);
    // The oldest bit always takes part: otherwise the register would be a shorter one.
    const taps = Array.from({ length: features }, (_, at) => at === 0 || random.int(2) === 1);
    const state = taps.map(() => random.int(2));
    if (!state.includes(1)) state[random.int(features)] = 1;
    const stream = lfsrStream(taps, state, features + examples + queries).map(signOfBit);
    const windows = Array.from({ length: examples + queries }, (_, at) => ({
      features: stream.slice(at, at + features),
      label: stream[at + features]!,
    }));
    return { examples: windows.slice(0, examples), queries: windows.slice(examples) };
  },
};
