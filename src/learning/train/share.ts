// A share of a network: some channels, and units that are theirs alone. What a channel becomes is a function of its own,
// of few of the inputs that the whole step looks at. So each share is fitted, freed of inputs and proved by itself, and
// its proof goes through the cases of its own inputs.

import { unreachable } from "../../diagnostics/diagnostic.ts";
import type { RateSchedule } from "../../diagnostics/known-words.ts";
import type { Backend } from "../../engines/tensorflow.ts";
import type { Network } from "../../network/network.ts";
import type { Claim } from "../../proof/prove/prove.ts";
import { proveStep } from "../../proof/prove/prove-step.ts";
import type { StepProof } from "../../proof/prove/result.ts";
import type { CaseRows, CaseSet } from "./cases.ts";
import type { CaseSource } from "./draw.ts";
import { type Check, Fit, type FitOptions } from "./fit.ts";
import { Plateau } from "./optimiser.ts";
import type { Relevance } from "./relevance.ts";
import { RIGHT_IF_EXACT, UntilProved } from "./until-proved.ts";
import {
  copyOfWeights,
  type DenseLayer,
  randomWeights,
  type Weights,
  type Widths,
  withWeights,
} from "./weights.ts";

export interface ShareOptions extends FitOptions {
  readonly schedule: RateSchedule;
  /** Steps after which training gives up. */
  readonly maxSteps: number;
}

/** Other weights to begin again with, after a number of beginnings that did not get there. */
export type Again = (restarts: number) => Weights;

/** How many times as wide as the first beginning one is that comes after a number of others. */
export type Growth = (restarts: number) => number;

/** What is learned, and from what. */
interface ShareTask {
  readonly backend: Backend;
  readonly claim: Claim;
  /** With the channels and the residual of the whole. */
  readonly network: Network;
  /** The channels of the share, rising: the outputs of its last layer. */
  readonly outputs: readonly number[];
  readonly start: Weights;
  /** What is known of inputs of single channels: the others are not read. Null where all are. */
  readonly relevance: Relevance | null;
  /** Null for weights that were given. */
  readonly again: Again | null;
  readonly cases: CaseSet;
  readonly source: CaseSource;
  readonly options: ShareOptions;
}

export class Share {
  readonly outputs: readonly number[];
  readonly fit: Fit;
  readonly untilProved: UntilProved;
  readonly #task: ShareTask;
  readonly #plateau: Plateau;
  /** The last weights that were right on all cases, or else those with the fewest wrong ones. */
  best: { readonly weights: Weights; readonly wrong: number; readonly loss: number };
  found: Check = { loss: 0, wrong: 0, worst: 0, shortfalls: new Float32Array(0) };
  restarts = 0;
  /** Unseen cases in a row that were right. */
  #streak = 0;
  outcome: "proved" | "unproved" | null = null;

  constructor(task: ShareTask) {
    const { backend, claim, network, outputs, start, relevance, cases, source, options } = task;
    const { schedule, rate } = options;
    this.outputs = outputs;
    this.#task = task;
    this.fit = new Fit(backend, network.residual, start, options, outputs, relevance?.othersOf(outputs));
    this.#plateau = new Plateau(schedule, rate);
    this.untilProved = new UntilProved({
      ...{ claim, outputs, rate, fit: this.fit, cases, source, relevance },
      withWeights: (weights) => assembled(network, [{ outputs, weights }]),
    });
    this.best = { weights: start, wrong: Number.POSITIVE_INFINITY, loss: Number.POSITIVE_INFINITY };
  }

  get proof(): StepProof | null {
    return this.untilProved.proof;
  }

  get isExact(): boolean {
    return this.#streak >= RIGHT_IF_EXACT;
  }

  /** Looks at unseen cases, of which the wrong ones join the others. */
  test(fresh: CaseRows): Check {
    return this.fit.test(fresh, this.#task.cases);
  }

  /** Goes through all cases; `right` unseen ones were right just before, or null if some were not. */
  check(right: number | null): void {
    this.found = this.fit.check(this.#task.cases);
    this.#streak = right !== null && this.found.wrong === 0 ? this.#streak + right : 0;
    const { wrong, loss } = this.found;
    const isBetter = wrong < this.best.wrong || (wrong === this.best.wrong && loss < this.best.loss);
    if (wrong === 0 || isBetter) this.best = { weights: copyOfWeights(this.fit.weights), wrong, loss };
  }

  /** Decides what to do next, `step` steps being made; `outcome` says where that is nothing. */
  towardsProof(step: number): void {
    const next = this.untilProved.next(this.found, this.#streak, this.best.weights);
    switch (next) {
      case "train":
        return;
      case "fit":
        this.slowDown(step);
        return;
      case "refuted":
        // What was right on fewer cases is no longer the best.
        this.best = { ...this.best, wrong: Number.POSITIVE_INFINITY };
        this.#streak = 0;
        this.#plateau.reset();
        return;
      case "other":
        this.#plateau.reset();
        return;
      case "proved":
      case "unproved":
        this.outcome = next;
        return;
      default:
        unreachable(next);
    }
  }

  /** Sets the rate after a check, `part` of all steps being made; checks since the loss was better. */
  follow(part: number): number {
    this.fit.rate = this.#plateau.next(this.fit.rate, this.found.loss, part);
    return this.#plateau.waited;
  }

  /** Sets the rate of the next steps; where halving it does not help, training starts again. */
  slowDown(step: number): void {
    const { again, options } = this.#task;
    this.follow(step / options.maxSteps);
    if (!this.#plateau.isOver) return;
    this.#plateau.reset();
    this.fit.rate = options.rate;
    if (again === null) return;
    this.restarts++;
    this.untilProved.restart();
    this.fit.restart(again(this.restarts));
  }
}

/** Units of a share's smallest layer that channels are worth being learned one by one with. */
const LEAST_UNITS = 4;

/** Returns how many units of every hidden layer each share has; null where that is too few. */
export function widthsOfShares(network: Pick<Network, "layers">, shares: number): Widths | null {
  const widths = network.layers.slice(0, -1).map(({ outputs }) => Math.floor(outputs / shares));
  return widths.every((width) => width >= LEAST_UNITS) ? widths : null;
}

/** Random weights of a channel's share that reads a number of inputs. */
export function randomShare(
  { layers }: Pick<Network, "layers">,
  widths: Widths,
  read: number,
  random: FitOptions["random"],
): Weights {
  const weights = randomWeights(
    { layers: [...layers.slice(0, -1), { ...layers.at(-1)!, outputs: 1 }] },
    widths,
    random,
  );
  const { weight, inputs } = weights[0]!;
  const factor = Math.sqrt(inputs / Math.max(1, read));
  for (let at = 0; at < weight.length; at++) weight[at]! *= factor;
  return weights;
}

/** The channels that need units: of the others, what the residual keeps is proved to be right. */
export function channelsToLearn({ rule }: Claim, network: Network, cases: CaseRows): number[] {
  const keeping = assembled(network, []);
  return [...network.channels.keys()].filter((channel) => {
    const options = { snap: true, channels: [channel], onWrong: () => false };
    return isChanged(network, channel, cases) || proveStep(rule, keeping, options).outcome !== "proved";
  });
}

/** Tells whether a channel becomes something else in a case than what the residual keeps of it. */
function isChanged(
  { residual, channels }: Network,
  channel: number,
  { count, width, inputs, targets }: CaseRows,
): boolean {
  const places = width / channels.length;
  const own = channel * places + (places - 1) / 2;
  for (let at = 0; at < count; at++)
    if (residual[channel]! * inputs[at * width + own]! !== targets[at * channels.length + channel]!)
      return true;
  return false;
}

/**
 * The network with the weights of shares, each with units of its own, and zeros everywhere else. Its hidden layers are as
 * wide as before, or as the shares need.
 */
export function assembled(
  network: Network,
  shares: readonly { readonly outputs: readonly number[]; readonly weights: Weights }[],
): Network {
  const isWhole = shares.length === 1 && shares[0]!.outputs.length === network.channels.length;
  if (isWhole) return withWeights(network, shares[0]!.weights);
  const last = network.layers.length - 1;
  const needed = (at: number) => shares.reduce((sum, { weights }) => sum + weights[at]!.outputs, 0);
  const widths = network.layers.map(({ outputs }, at) =>
    at === last ? outputs : Math.max(outputs, needed(at)),
  );
  const zeros = network.layers.map(({ inputs, kernel }, at): DenseLayer => {
    const [read, outputs] = [at === 0 ? inputs * kernel ** 2 : widths[at - 1]!, widths[at]!];
    return {
      inputs: read,
      outputs,
      weight: new Float32Array(read * outputs),
      bias: new Float32Array(outputs),
    };
  });
  const taken = zeros.map(() => 0);
  for (const { outputs, weights } of shares) {
    for (const [at, from] of weights.entries()) {
      const to = zeros[at]!;
      // The first layer's inputs are those of all.
      const column = at === 0 ? 0 : taken[at - 1]! - weights[at - 1]!.outputs;
      for (let unit = 0; unit < from.outputs; unit++) {
        const row = at === last ? outputs[unit]! : taken[at]! + unit;
        to.bias[row] = from.bias[unit]!;
        to.weight.set(
          from.weight.subarray(unit * from.inputs, (unit + 1) * from.inputs),
          row * to.inputs + column,
        );
      }
      taken[at]! += from.outputs;
    }
  }
  return withWeights(network, zeros);
}
