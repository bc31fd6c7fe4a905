// Looks for errors within claimed radii that take the state out of them: on neighbourhoods of random runs, all numbers
// and activations are moved in the directions that drive one sum up or down, by its gradient.

import type { Moving } from "../../diagnostics/known-words.ts";
import { ruleEngine } from "../../engines/rule.ts";
import { TAP_OFFSETS } from "../../grid/direction.ts";
import { randomInput } from "../../grid/generate.ts";
import { type Grid, neighbourOf } from "../../grid/grid.ts";
import { seededRandom } from "../../grid/random.ts";
import type { Network } from "../../network/network.ts";
import { denseOf } from "../../network/sparse.ts";
import { encode } from "../../network/state.ts";
import { HERE } from "../../network/step.ts";
import { shapesFor } from "../verify/shapes.ts";
import type { Radii } from "./error-bounds.ts";
import type { ScheduledProgram } from "./radii.ts";

/** Errors within the radii after which a channel is farther off than it may be. */
export interface Attack {
  readonly channel: string;
  readonly expected: number;
  readonly got: number;
}

/** A cell's neighbourhood as the first layer sees it, `[channel * 9 + tap]`, and its next digital values. */
interface Case {
  readonly input: Float64Array;
  readonly isInside: readonly boolean[];
  readonly next: readonly number[];
}

/** A sum that is driven up (1) or down (-1). */
interface Aim {
  readonly layer: number;
  readonly unit: number;
  readonly sign: number;
}

/** The worst that was found, and the number of neighbourhoods. */
export function attack(
  subject: ScheduledProgram,
  network: Network,
  radii: Radii,
  moving: Moving,
  { seed, cases }: { readonly seed: number; readonly cases: number },
): Attack {
  let worst: Attack = { channel: "", expected: 0, got: 0 };
  const error = ({ expected, got }: Attack) => Math.abs(expected - got);
  const aims = aimsOf(network);
  for (const each of casesOf(subject, network, seed, cases)) {
    for (const aim of aims) {
      const got = driven(network, each, aim, radii, moving);
      for (const [channel, { name }] of network.channels.entries()) {
        const found = { channel: name, expected: each.next[channel]!, got: got[channel]! };
        if (error(found) > error(worst)) worst = found;
      }
    }
  }
  return worst;
}

/** Every sum of the last two layers, both ways: a channel that is restored shows nothing until its sums are wrong. */
function aimsOf({ layers }: Network): Aim[] {
  const last = layers.length - 1;
  return [last - 1, last]
    .filter((layer) => layer >= 0)
    .flatMap((layer) =>
      Array.from({ length: layers[layer]!.outputs }, (_, unit) =>
        [1, -1].map((sign) => ({ layer, unit, sign })),
      ),
    )
    .flat();
}

/** Different neighbourhoods that come up in random runs. */
function casesOf({ checked, rule }: ScheduledProgram, network: Network, seed: number, most: number): Case[] {
  const random = seededRandom(seed);
  const engine = ruleEngine(rule);
  const shapeOf = shapesFor(checked, { rows: 4, cols: 4 });
  const found = new Map<string, Case>();
  for (let run = 0; run < 30 && found.size < most; run++) {
    let grid = engine.start(randomInput(checked, shapeOf(run, random), random, "density"));
    for (let step = 0; step < 25 && found.size < most; step++) {
      const next = engine.step(grid);
      for (let cell = 0; cell < grid.rows * grid.cols && found.size < most; cell++) {
        const made = caseAt(network, grid, next, cell);
        found.set(made.input.join(""), made);
      }
      grid = next;
    }
  }
  return [...found.values()];
}

function caseAt(network: Network, grid: Grid, after: Grid, cell: number): Case {
  const width = network.channels.length;
  const [now, then] = [encode(network, grid), encode(network, after)];
  const input = new Float64Array(width * 9);
  const isInside = TAP_OFFSETS.map((offset, tap) => {
    const at = neighbourOf(grid, cell, offset);
    if (at === null) return false;
    for (let channel = 0; channel < width; channel++) input[channel * 9 + tap] = now[at * width + channel]!;
    return true;
  });
  return { input, isInside, next: [...then.subarray(cell * width, (cell + 1) * width)] };
}

/** The next values when everything is off in the direction that drives a sum. */
function driven(
  network: Network,
  { input, isInside }: Case,
  aim: Aim,
  radii: Radii,
  moving: Moving,
): number[] {
  const { epsilon, delta } = radii;
  const { layers, residual } = network;
  const plain = layers.map((layer) => ({
    weight: Float64Array.from(denseOf(layer)),
    bias: Float64Array.from(layer.bias),
  }));
  const weights = plain.map(({ weight }) => weight.slice());
  const biases = plain.map(({ bias }) => bias.slice());
  let state = input.slice();
  const moved = (value: number, slope: number) =>
    value === 0 && moving === "nonzero" ? 0 : value + epsilon * Math.sign(slope);
  // Twice: the second time, units count as on or off as they are after the first.
  for (let round = 0; round < 2; round++) {
    const values = forward(network, weights, biases, state);
    let slopes = new Float64Array(layers[aim.layer]!.outputs);
    slopes[aim.unit] = aim.sign;
    for (let at = aim.layer; at >= 0; at--) {
      const width = weights[at]!.length / layers[at]!.outputs;
      const below = new Float64Array(width);
      for (const [unit, slope] of slopes.entries()) {
        // Rectifiers at their edge are driven over it.
        const isOff =
          at < aim.layer && (values[at + 1]![unit]! < 0 || (values[at + 1]![unit] === 0 && slope < 0));
        if (slope === 0 || isOff) continue;
        biases[at]![unit] = moved(plain[at]!.bias[unit]!, slope);
        for (let source = 0; source < width; source++) {
          const value = at === 0 ? state[source]! : Math.max(0, values[at]![source]!);
          below[source]! += slope * weights[at]![unit * width + source]!;
          const index = unit * width + source;
          weights[at]![index] = moved(plain[at]!.weight[index]!, slope * value);
        }
      }
      slopes = below;
    }
    state = input.map((value, at) => (isInside[at % 9] ? value + delta * Math.sign(slopes[at]!) : 0));
  }
  const values = forward(network, weights, biases, state).at(-1)!;
  return Array.from(residual, (kept, channel) => values[channel]! + kept * state[channel * 9 + HERE]!);
}

/** The state, then the sums of every layer before they are rectified. */
function forward(
  { layers }: Network,
  weights: readonly Float64Array[],
  biases: readonly Float64Array[],
  state: Float64Array,
): Float64Array[] {
  const values = [state];
  for (const [at, { outputs }] of layers.entries()) {
    const below = at === 0 ? state : values[at]!.map((value) => Math.max(0, value));
    const sums = new Float64Array(outputs);
    for (let unit = 0; unit < outputs; unit++) {
      let sum = biases[at]![unit]!;
      for (let source = 0; source < below.length; source++)
        sum += weights[at]![unit * below.length + source]! * below[source]!;
      sums[unit] = sum;
    }
    values.push(sums);
  }
  return values;
}
