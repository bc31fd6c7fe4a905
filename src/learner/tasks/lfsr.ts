// Linear feedback shift registers: every bit of the stream is the exclusive or of those among the bits before it that
// the register's taps choose. Examples are the windows of a stream with the bit that follows each; queries are the
// windows after them. To learn the taps is to solve linear equations modulo 2.

import { requireFeatures, signOfBit, type Task } from "./task.ts";

/**
 * So many bits of a register's output, beginning with its state.
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
