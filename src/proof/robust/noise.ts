// Runs with noise: numbers of a network are off for a whole run, activations of the state get new errors in every
// step. The state is compared with the rule's, which has none.

import { directEngine } from "../../engines/direct.ts";
import { ruleEngine } from "../../engines/rule.ts";
import { randomInput } from "../../grid/generate.ts";
import type { Shape } from "../../grid/grid.ts";
import { type Random, seededRandom } from "../../grid/random.ts";
import type { Network } from "../../network/network.ts";
import { denseOf, sparseOf } from "../../network/sparse.ts";
import { encode } from "../../network/state.ts";
import { withoutTokens } from "../../network/tokens.ts";
import { shapesFor } from "../verify/shapes.ts";
import type { Moving } from "./errors.ts";
import type { ScheduledProgram } from "./radii.ts";

/** How errors are drawn. */
export type Signs =
  /** Uniformly, each by itself. */
  | "random"
  /** As large as allowed: of all numbers of a unit in one direction, of all activations towards 1/2. */
  | "worst";

interface Noise {
  /** Every number is off by up to that. */
  readonly weights: number;
  /** The most that is added to every activation, in every step. */
  readonly state: number;
  readonly moving: Moving;
  readonly signs: Signs;
}

interface NoisyRunOptions {
  readonly steps: number;
  readonly max: Shape;
  /** Equal seeds give equal inputs, and noise in equal directions. */
  readonly seed: number;
}

interface NoisyRun {
  /** The first step after which an activation is on the wrong side of 1/2; null if there is none. */
  readonly failedAt: number | null;
  /** How far any activation was from its digital value, up to that step, noise included. */
  readonly farthest: number;
}

/** What came of several runs. */
export interface NoisyRuns {
  readonly failed: number;
  /** Runs in which the state was once farther off than the radius. */
  readonly beyond: number;
}

/** Runs with consecutive seeds; `delta` is the radius of the state. */
export async function noisyRuns(
  subject: ScheduledProgram,
  network: Network,
  noise: Noise,
  { runs, delta, ...options }: NoisyRunOptions & { readonly runs: number; readonly delta: number },
): Promise<NoisyRuns> {
  let [failed, beyond] = [0, 0];
  for (let run = 0; run < runs; run++) {
    const made = await noisyRun(subject, network, noise, { ...options, seed: options.seed + run });
    if (made.failedAt !== null) failed++;
    // Sums that are compared with the radius were rounded to float32 once more.
    if (made.farthest > delta * (1 + 1e-6)) beyond++;
  }
  return { failed, beyond };
}

/** One run from a random input. */
export async function noisyRun(
  { checked, rule }: ScheduledProgram,
  network: Network,
  noise: Noise,
  { steps, max, seed }: NoisyRunOptions,
): Promise<NoisyRun> {
  const random = seededRandom(seed);
  const engine = ruleEngine(rule);
  const shape = shapesFor(checked, max)(5 + random.int(1000), random);
  let grid = engine.start(randomInput(checked, shape, random, "density"));
  const direct = directEngine(withoutTokens(perturbed(network, noise, random)));
  let state = withNoise(encode(network, grid), encode(network, grid), noise, random);
  let farthest = noise.state;
  for (let step = 1; step <= steps; step++) {
    const run = direct.start(grid, [state]);
    await run.advance(1);
    const [next] = await run.read();
    grid = engine.step(grid);
    const digital = encode(network, grid);
    state = withNoise(next!, digital, noise, random);
    const off = state.reduce((most, value, at) => Math.max(most, Math.abs(value - digital[at]!)), 0);
    farthest = Math.max(farthest, off);
    // Not a number is wrong, too.
    if (!(off < 0.5)) return { failedAt: step, farthest };
  }
  return { failedAt: null, farthest };
}

/** A network whose numbers are off. */
export function perturbed(network: Network, { weights, moving, signs }: Noise, random: Random): Network {
  const change = (values: Float32Array, directions: () => number): Float32Array =>
    values.map((value) => {
      const direction = directions();
      return value === 0 && moving === "nonzero" ? 0 : off(value, weights, direction);
    });
  const units = (values: Float32Array, outputs: number): Float32Array => {
    if (signs === "random" || outputs === 0) return change(values, () => 2 * random.next() - 1);
    const length = values.length / outputs;
    const made = values.slice();
    for (let unit = 0; unit < outputs; unit++) {
      const sign = random.int(2) === 0 ? -1 : 1;
      made.set(
        change(values.subarray(unit * length, (unit + 1) * length), () => sign),
        unit * length,
      );
    }
    return made;
  };
  return {
    ...network,
    layers: network.layers.map((layer) => ({
      ...layer,
      weight: sparseOf(units(denseOf(layer), layer.outputs), layer.outputs),
      bias: units(layer.bias, layer.outputs),
    })),
    residual: units(network.residual, network.residual.length),
  };
}

/** The state with errors of up to the noise added. */
function withNoise(state: Float32Array, digital: Float32Array, noise: Noise, random: Random): Float32Array {
  return state.map((value, at) => {
    const direction = noise.signs === "random" ? 2 * random.next() - 1 : digital[at] === 1 ? -1 : 1;
    return off(value, noise.state, direction);
  });
}

/** A float32 that is off by up to a radius, and by no more after rounding. */
export function off(value: number, radius: number, direction: number): number {
  const most = Math.max(0, radius - 2 ** -23 * (Math.abs(value) + radius));
  return Math.fround(value + direction * most);
}
