// The paper's Definition 5 to the letter around a learner: the step has a single channel, in which V arrives, and 3x3 and
// then 1x1 layers; the head is a pixel-wise layer of that one number. Lemma 1 holds, since all that looks at a number is
// flat where it can be.
//
// The state before the first step is c + V, with a number c for each way in which a cell can begin. (The paper has V, and a
// constant p as padding; here the padding is 0, and what is there is less by p.) These c are negative and large, -4096 and
// below, so that float32 keeps few digits of V: all sums of the first step are exact.
//
//     c - 1/3  c  c + 1/3                          0, and numbers that come up, which hold the cell from then on
//   ___/   \___/   \___/  \_______________________/   \___/...
//
// The digital part, a network with a single channel that has been proved, has two bits that say the sign of V. What a unit
// of its second layer adds up at a place is a function of the number there. Of each such function only the values at the
// numbers that come up matter: it is made anew as a staircase, with a plateau around each number, and three around each c,
// with the values at the number in which the bits of the sign are what V is. A stair is the difference of two units.
//
// So from the first step on V has become digital, where it is not 0. Where it is 0, its derivative has to reach the head:
// one more unit in each layer hands on the number's distance from the nearest one that comes up, if there V is 0, which is
// 0 with slope 1 there, and falls back to 0 on both sides. The head of a cell is that distance where the row is to be
// written, and 1 or -1 where there is an answer.

import { cached, memo } from "../../diagnostics/memo.ts";
import type { StepNetwork } from "../../engines/engine.ts";
import { bounds } from "../../grid/grid.ts";
import { holding } from "../../network/cell-number.ts";
import { type Layer, type Network, type Part, standsFor } from "../../network/network.ts";
import { networkLayer, rowsOfLayer, type SparseRow } from "../../network/rows.ts";
import { termsOf } from "../../network/sparse.ts";
import { encode } from "../../network/state.ts";
import { HERE } from "../../network/step.ts";
import type { Sign } from "./memory-layer.ts";
import type { PreludeNames } from "./prelude.ts";

/** How a cell of the digital part begins, and the number that it has in the learner's network then. */
interface Beginning {
  /** In the digital part, where V is 0. */
  readonly digital: number;
  /** Without V. */
  readonly number: number;
}

/** What there is of a learner's network with a single channel. */
export interface SingleLearner {
  readonly step: StepNetwork;
  readonly head: readonly [Layer, Layer];
  readonly beginnings: readonly Beginning[];
  /** What the digital part's number is larger by where V is positive, and negative. */
  readonly signs: { readonly pos: number; readonly neg: number };
}

/** From here on down there are the numbers of cells that begin. */
const FIRST = -4096;

/** Units of a first layer on one number, each once. */
class Looks {
  readonly units: { readonly tap: number; readonly slope: number; readonly offset: number }[] = [];
  readonly #known = new Map<string, number>();

  at(tap: number, slope: number, offset: number): number {
    const key = `${tap} ${slope} ${offset}`;
    return cached(this.#known, key, () => this.units.push({ tap, slope, offset }) - 1);
  }

  layer(kernel: 3 | 1): Layer {
    const rows = this.units.map(({ tap, slope, offset }): SparseRow => {
      return { name: `${slope} cell + ${offset}`, bias: offset, entries: [[tap, slope]] };
    });
    return networkLayer({ kernel, inputs: 1, rows });
  }
}

/** Weights of units, which add up. */
class Sum {
  readonly #weights = new Map<number, number>();

  add(unit: number, weight: number): void {
    this.#weights.set(unit, (this.#weights.get(unit) ?? 0) + weight);
  }

  entries(): (readonly [unit: number, weight: number])[] {
    return [...this.#weights].filter(([, weight]) => weight !== 0);
  }
}

/** The step and the head of a digital part whose cells reach these numbers. */
export function singleLearner(
  digital: Network,
  names: PreludeNames,
  numbers: readonly number[],
  one: Sign,
): SingleLearner {
  const parts = digital.parts!;
  const signs = { pos: partOf(parts, names.pos).worth, neg: partOf(parts, names.neg).worth };
  const beginnings = beginningsOf(digital, names);
  const cells = new Cells(digital);
  const idle = numbers.filter((number) => !cells.has(names.pos, number) && !cells.has(names.neg, number));
  const head = headOf(cells, names, numbers, idle, one);
  return { step: stepOf(digital, numbers, idle, beginnings, signs), head, beginnings, signs };
}

function partOf(parts: readonly Part[], field: string): Part {
  const part = parts.find(({ code }) => code.kind === "bit" && code.field === field);
  if (part === undefined) throw new Error(`internal: the bit ${field} has no part`);
  return part;
}

/** What cells of a number hold. */
class Cells {
  readonly #digital: Network;
  readonly #held: (number: number) => Float32Array;

  constructor(digital: Network) {
    this.#digital = digital;
    this.#held = holding(digital.parts!, digital.fields);
  }

  has(field: string, number: number): boolean {
    const { parts = [] } = this.#digital;
    return this.#held(number)[parts.indexOf(partOf(parts, field))] === 1;
  }

  /** Tells whether the predicted field has its last value. */
  isYes(number: number): boolean {
    const { parts = [], fields, predict } = this.#digital;
    const field = fields.find(({ name }) => name === predict)!;
    const { hi } = bounds(field.type);
    const at = parts.findIndex(
      ({ code }) => code.kind !== "inside" && code.field === field.name && standsFor(code) === hi,
    );
    return this.#held(number)[at] === 1;
  }
}

/** All ways in which a cell can begin, but for the sign of V. */
function beginningsOf(digital: Network, { pos, neg }: PreludeNames): Beginning[] {
  const choices = digital.fields.map(({ name, role, type, initial }) => {
    if (name === pos || name === neg) return [0];
    const { lo, hi } = bounds(type);
    if (role === "input") return Array.from({ length: hi - lo + 1 }, (_, at) => lo + at);
    const placed = (digital.places ?? []).filter(({ field }) => field === name).map(({ value }) => value);
    return [...new Set([initial, ...placed])];
  });
  const states = choices.reduce<number[][]>(
    (all, values) => all.flatMap((state) => values.map((value) => [...state, value])),
    [[]],
  );
  const numbers = states.map((state) => {
    const planes = digital.fields.map(({ name }, at) => [name, Int32Array.of(state[at]!)]);
    return encode(digital, { rows: 1, cols: 1, planes: Object.fromEntries(planes) })[0]!;
  });
  return [...new Set(numbers)]
    .sort((a, b) => a - b)
    .map((number, at) => ({ digital: number, number: FIRST - at }));
}

/** The plateaus around where a cell begins, from the right: the ends of the slope that leads down to each, in 1/8. */
const PLATEAUS = [
  { sign: "pos", from: 4, to: 3 },
  { sign: null, from: 2, to: 1 },
  { sign: "neg", from: -1, to: -2 },
] as const;

function stepOf(
  digital: Network,
  numbers: readonly number[],
  idle: readonly number[],
  beginnings: readonly Beginning[],
  signs: SingleLearner["signs"],
): StepNetwork {
  const [, second, ...others] = digital.layers as [Layer, Layer, ...Layer[]];
  const looks = new Looks();
  const sums = second.units.map(() => new Sum());
  const bias = [...second.bias];
  for (const [tap, functions] of functionsByTap(digital)) {
    for (const [unit, of] of functions.entries()) bias[unit]! += of(0);
    /** Stairs from one number to another, between two ends where a unit of a slope is 0 and 1. */
    const stairs = (before: number, after: number, slope: number, start: number): void => {
      const steps = functions.map((of) => of(after) - of(before));
      if (steps.every((step) => step === 0)) return;
      const [first, last] = [looks.at(tap, slope, start), looks.at(tap, slope, start - 1)];
      for (const [unit, step] of steps.entries()) {
        sums[unit]!.add(first, step);
        sums[unit]!.add(last, -step);
      }
    };
    let before = 0;
    for (const number of numbers) {
      stairs(before, number, 2, 1.5 - 2 * number);
      before = number;
    }
    before = 0;
    for (const { digital: of, number } of beginnings)
      for (const { sign, from } of PLATEAUS) {
        const after = of + (sign === null ? 0 : signs[sign]);
        stairs(before, after, -8, 8 * number + from);
        before = after;
      }
  }
  const distance = new Sum();
  addDistances(looks, distance, HERE, idle);
  for (const { number } of beginnings)
    for (const [end, weight] of [
      [2, 1 / 8],
      [1, -1 / 4],
      [-1, 1 / 4],
      [-2, -1 / 8],
    ] as const)
      distance.add(looks.at(HERE, -8, 8 * number + end), weight);
  const rows = sums.map((sum, unit): SparseRow => {
    return { name: second.units[unit]!, bias: bias[unit]!, entries: sum.entries() };
  });
  // Around 0, to both sides.
  rows.push({ name: DISTANCE, bias: 1 / 2, entries: distance.entries() });
  const above = networkLayer({ kernel: second.kernel, inputs: looks.units.length, rows });
  return {
    channels: digital.channels.map(({ name }) => ({ name })),
    layers: [
      looks.layer(3),
      above,
      ...others.map((layer, at) => withDistance(layer, at === others.length - 1)),
    ],
    residual: new Float32Array(1),
  };
}

const DISTANCE = "V where it is 0";

/** By place, what units of the second layer add up, as functions of the number there. */
function functionsByTap({ layers }: Network): ReadonlyMap<number, readonly ((number: number) => number)[]> {
  const [looks, second] = layers as [Layer, Layer, ...Layer[]];
  const taps = new Map<number, Map<number, number>[]>();
  const units = looks.units.map((_, unit) => termsOf(looks, unit)[0]!);
  for (let unit = 0; unit < second.outputs; unit++)
    for (const { input, weight } of termsOf(second, unit)) {
      const { tap } = units[input]!;
      const rows = taps.get(tap) ?? second.units.map(() => new Map<number, number>());
      rows[unit]!.set(input, weight);
      taps.set(tap, rows);
    }
  const handsOn = (input: number, number: number): number =>
    Math.max(units[input]!.weight * number + looks.bias[input]!, 0);
  return new Map(
    [...taps].map(([tap, rows]) => [
      tap,
      rows.map((row) =>
        memo((number: number) => {
          let sum = 0;
          for (const [input, weight] of row) sum += weight * handsOn(input, number);
          return sum;
        }),
      ),
    ]),
  );
}

/** Adds how far a number is from one of these, if that is no more than a quarter, and back to 0 at a half. */
function addDistances(looks: Looks, sum: Sum, tap: number, numbers: readonly number[]): void {
  for (const number of numbers)
    for (const [end, weight] of [
      [-1 / 2, -1],
      [-1 / 4, 2],
      [1 / 4, -2],
      [1 / 2, 1],
    ] as const)
      sum.add(looks.at(tap, 1, -(number + end)), weight);
}

/** A layer that hands on the distance, or adds it to the number. */
function withDistance(layer: Layer, isLast: boolean): Layer {
  const inputs = layer.inputs + 1;
  const rows = rowsOfLayer(layer);
  const handedOn = [layer.inputs, 1] as const;
  if (isLast)
    rows[0] = { ...rows[0]!, bias: rows[0]!.bias - 1 / 2, entries: [...rows[0]!.entries, handedOn] };
  else rows.push({ name: DISTANCE, bias: 0, entries: [handedOn] });
  return networkLayer({ kernel: layer.kernel, inputs, rows });
}

/** 1 or -1 where there is an answer, the distance where the row is to be written, and 0 elsewhere. */
function headOf(
  cells: Cells,
  { current, answering }: PreludeNames,
  numbers: readonly number[],
  idle: readonly number[],
  one: Sign,
): readonly [Layer, Layer] {
  const looks = new Looks();
  const sum = new Sum();
  const answer = (number: number): number => {
    if (number === 0 || !cells.has(answering, number)) return 0;
    return cells.isYes(number) ? one : -one;
  };
  let before = 0;
  for (const number of numbers) {
    const step = answer(number) - answer(before);
    before = number;
    if (step === 0) continue;
    sum.add(looks.at(0, 2, 1.5 - 2 * number), step);
    sum.add(looks.at(0, 2, 0.5 - 2 * number), -step);
  }
  const written = idle.filter((number) => cells.has(current, number));
  addDistances(looks, sum, 0, written);
  const hidden = looks.layer(1);
  const rows = [{ name: "output", bias: 0, entries: sum.entries() }];
  const output = networkLayer({ kernel: 1, inputs: hidden.outputs, rows });
  return [hidden, output];
}
