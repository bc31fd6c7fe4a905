// Checksums: one hidden bit of the 16 of a message's CRC. The polynomial is x^16 + x^12 + x^5 + 1 and the register
// begins at 0 (CRC-16/XMODEM), so that every bit is a parity of message bits.

import { independent, randomSigns, requireFeatures, type Task } from "./task.ts";

const WIDTH = 16;
const POLYNOMIAL = 0x1021;

/** The checksum of a message, bit after bit, the most significant of each byte first. */
export function crc16(bits: readonly boolean[]): number {
  return bits.reduce((register, bit) => {
    const out = ((register >> (WIDTH - 1)) & 1) === 1;
    const shifted = (register << 1) & 0xffff;
    return out !== bit ? shifted ^ POLYNOMIAL : shifted;
  }, 0);
}

export const crc: Task = {
  name: "crc",
  about: `a hidden one of the ${WIDTH} bits of a message's checksum`,
  draw(random, size) {
    requireFeatures("crc", size.features, 1);
    const bit = random.int(WIDTH);
    return independent(
      size,
      () => randomSigns(random, size.features),
      (features) => ((crc16(features.map((value) => value === 1)) >> bit) & 1) === 1,
    );
  },
};
