// Sums of weighted bits as binary numbers: carry-save adders, column by column of equal weight.

import { type Circuit, FALSE, type Signal } from "./bit-gates.ts";

export interface WeightedBit {
  readonly weight: number;
  readonly bit: Signal;
  /** The row of the patch that the bit comes from. */
  readonly row: number;
}

/**
 * The binary digits of a sum of bits with positive whole weights, least first. Bits of one row are added first, in a
 * way that does not depend on the others: sums of rows can then be shared with the cells above and below.
 */
export function sumDigits(circuit: Circuit, terms: readonly WeightedBit[]): Signal[] {
  const columns: Signal[][] = [];
  const rows = new Set(terms.map(({ row }) => row));
  for (const row of rows) addColumns(circuit, ownColumns(terms.filter((term) => term.row === row)), columns);
  const digits: Signal[][] = [];
  addColumns(circuit, columns, digits);
  // Of even weights only there is nothing in the first column.
  return Array.from(digits, ([digit = FALSE]) => digit);
}

/** The columns of a few terms, those in the middle of the row last. */
function ownColumns(terms: readonly WeightedBit[]): Signal[][] {
  const columns: Signal[][] = [];
  for (const { weight, bit } of terms)
    for (let place = 0; 2 ** place <= weight; place++)
      if (Math.floor(weight / 2 ** place) % 2 === 1) bitsAt(columns, place).push(bit);
  return columns.map((bits) => (bits.length === 3 ? [bits[0]!, bits[2]!, bits[1]!] : bits));
}

/** Adds each column up to a digit, which goes to the same column of `result`. */
function addColumns(circuit: Circuit, columns: Signal[][], result: Signal[][]): void {
  for (let place = 0; place < columns.length; place++) {
    let bits = bitsAt(columns, place);
    while (bits.length > 1) {
      const sums: Signal[] = [];
      for (let at = 0; at < bits.length; at += 3) {
        const [sum, carry] = addBits(circuit, bits.slice(at, at + 3));
        sums.push(sum);
        if (carry !== null) bitsAt(columns, place + 1).push(carry);
      }
      bits = sums;
    }
    if (bits.length > 0) bitsAt(result, place).push(bits[0]!);
  }
}

function bitsAt(columns: Signal[][], place: number): Signal[] {
  while (columns.length <= place) columns.push([]);
  return columns[place]!;
}

/** Sum and carry of one to three bits; the first two are added first. */
export function addBits(circuit: Circuit, [a, b, c]: readonly Signal[]): [sum: Signal, carry: Signal | null] {
  if (b === undefined) return [a!, null];
  if (c === undefined) return [circuit.xor(a!, b), circuit.and(a!, b)];
  const two = circuit.xor(a!, b);
  return [circuit.xor(two, c), circuit.or(circuit.and(a!, b), circuit.and(two, c))];
}
