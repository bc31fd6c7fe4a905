// Runs with noise: numbers of a network are off for a whole run, activations of the state get new errors in every
// step. The state is compared with the rule's, which has none.

import type { Moving } from "../../diagnostics/known-words.ts";
import { directSteps } from "../../engines/direct.ts";
import { type RuleEngine, ruleEngine } from "../../engines/rule.ts";
import { SIDES, type Side } from "../../grid/direction.ts";
import { randomInput } from "../../grid/generate.ts";
import type { Grid, Shape } from "../../grid/grid.ts";
import type { InputRules } from "../../grid/prepare.ts";
import { type Random, seededRandom } from "../../grid/random.ts";
import { evaluateSize, type SizeExpression } from "../../grid/size.ts";
import type { CheckedProgram } from "../../language/analyse/checked.ts";
import type { Network } from "../../network/network.ts";
import { withoutTokens } from "../../network/single-token-states.ts";
import { denseOf, sparseOf } from "../../network/sparse.ts";
import { encode } from "../../network/state.ts";
import { shapesFor } from "../verify/shapes.ts";
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
  /** Of every run, unless it fails before. */
  readonly steps: number;
  readonly max: Shape;
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

/** Numbers of states without noise that are kept for other runs from the same inputs. */
const MOST_KEPT = 2 ** 25;

/** Runs with noise of the networks of a program, whose channels are the same. Equal seeds are equal inputs. */
export class NoisyRunner {
  readonly #checked: CheckedProgram;
  readonly #steps: number;
  readonly #shapeOf: ReturnType<typeof shapesFor>;
  readonly #rule: RuleEngine;
  /** By seed. */
  readonly #digital = new Map<number, DigitalRun>();
  readonly #mostKept: number;
  #kept = 0;

  /** `mostKept` bounds the numbers of states that are kept, and no more than that. */
  constructor(
    { checked, rule }: ScheduledProgram,
    { steps, max }: NoisyRunOptions,
    mostKept: number = MOST_KEPT,
  ) {
    this.#mostKept = mostKept;
    this.#checked = checked;
    this.#steps = steps;
    this.#shapeOf = shapesFor(checked, max);
    this.#rule = ruleEngine(rule);
  }

  /** Runs with consecutive seeds; `delta` is the radius of the state. */
  runs(
    network: Network,
    noise: Noise,
    { runs, delta, seed }: { readonly runs: number; readonly delta: number; readonly seed: number },
  ): NoisyRuns {
    let [failed, beyond] = [0, 0];
    for (let run = 0; run < runs; run++) {
      const made = this.run(network, noise, seed + run);
      if (made.failedAt !== null) failed++;
      // Sums that are compared with the radius were rounded to float32 once more.
      if (made.farthest > delta * (1 + 1e-6)) beyond++;
    }
    return { failed, beyond };
  }

  /** One run from a random input. */
  run(network: Network, noise: Noise, seed: number): NoisyRun {
    const random = seededRandom(seed);
    const shape = this.#shapeOf(5 + random.int(1000), random);
    const program = withinReach(this.#checked, shape, this.#steps);
    const input = randomInput(program, shape, random, "density");
    const digital = this.#digitalRun(network, input, seed);
    const step = directSteps(withoutTokens(perturbed(network, noise, random)), input);
    let state = withNoise(digital.after(0), digital.after(0), noise, random);
    let farthest = noise.state;
    for (let made = 1; made <= this.#steps; made++) {
      const wanted = digital.after(made);
      state = withNoise(step(state), wanted, noise, random);
      const off = farthestOff(state, wanted);
      farthest = Math.max(farthest, off);
      // Not a number is wrong, too.
      if (!(off < 0.5)) return { failedAt: made, farthest };
    }
    return { failedAt: null, farthest };
  }

  #digitalRun(network: Network, input: Grid, seed: number): DigitalRun {
    const known = this.#digital.get(seed);
    if (known !== undefined) return known;
    const made = new DigitalRun(this.#rule, network, input);
    const numbers = (this.#steps + 1) * input.rows * input.cols * network.channels.length;
    if (this.#kept + numbers > this.#mostKept) return made;
    this.#kept += numbers;
    this.#digital.set(seed, made);
    return made;
  }
}

/** What a network's state is without noise, step by step, each made when somebody first asks for it. */
class DigitalRun {
  readonly #rule: RuleEngine;
  readonly #network: Network;
  #grid: Grid;
  readonly #states: Float32Array[];

  constructor(rule: RuleEngine, network: Network, input: Grid) {
    this.#rule = rule;
    this.#network = network;
    this.#grid = rule.start(input);
    this.#states = [encode(network, this.#grid)];
  }

  after(steps: number): Float32Array {
    while (this.#states.length <= steps) {
      this.#grid = this.#rule.step(this.#grid);
      this.#states.push(encode(this.#network, this.#grid));
    }
    return this.#states[steps]!;
  }
}

/**
 * The program with no more of its workspace than an input's cells can hear of, or be heard in, within some steps, and one
 * row or column more.
 */
export function withinReach<P extends InputRules>(program: P, shape: Shape, steps: number): P {
  const { workspace } = program;
  if (!workspace) return program;
  const sides = SIDES.map((side): [Side, SizeExpression] => {
    const size = evaluateSize(workspace[side], shape);
    return [side, size > steps + 1 ? { tag: "number", value: steps + 1 } : workspace[side]];
  });
  return { ...program, workspace: { ...workspace, ...Object.fromEntries(sides) } };
}

function farthestOff(state: Float32Array, wanted: Float32Array): number {
  let most = 0;
  for (let at = 0; at < state.length; at++) most = Math.max(most, Math.abs(state[at]! - wanted[at]!));
  return most;
}

/** A network whose numbers are off. */
export function perturbed(network: Network, { weights, moving, signs }: Noise, random: Random): Network {
  const change = (values: Float32Array, directions: () => number): Float32Array => {
    const made = new Float32Array(values.length);
    for (let at = 0; at < made.length; at++) {
      const [value, direction] = [values[at]!, directions()];
      made[at] = value === 0 && moving === "nonzero" ? 0 : off(value, weights, direction);
    }
    return made;
  };
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
  const made = new Float32Array(state.length);
  for (let at = 0; at < made.length; at++) {
    const direction = noise.signs === "random" ? 2 * random.next() - 1 : digital[at] === 1 ? -1 : 1;
    made[at] = off(state[at]!, noise.state, direction);
  }
  return made;
}

/** A float32 that is off by up to a radius, and by no more after rounding. */
export function off(value: number, radius: number, direction: number): number {
  const most = Math.max(0, radius - 2 ** -23 * (Math.abs(value) + radius));
  return Math.fround(value + direction * most);
}
