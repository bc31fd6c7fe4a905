// Looks for an input from which a run reaches a difference between a network's step and the rule's.

import type { CheckedProgram } from "../analyse/checked.ts";
import { directEngine } from "../engines/direct.ts";
import type { Engine } from "../engines/engine.ts";
import { type RuleEngine, ruleEngine } from "../engines/rule.ts";
import { type Grid, sameGrid } from "../grid/grid.ts";
import { fitsGrid, prepareInput } from "../grid/prepare.ts";
import { seededRandom } from "../grid/random.ts";
import { type Network, sizeOf } from "../network/network.ts";
import { encode } from "../network/state.ts";
import { withoutTokens } from "../network/tokens.ts";
import type { Rule } from "../schedule/rule.ts";
import { shrinkInput } from "../verify/shrink.ts";
import type { Neighbourhood } from "./patch.ts";
import { inputsToTry } from "./reach-inputs.ts";
import type { Reached } from "./result.ts";

export interface ReachOptions {
  readonly snap: boolean;
  readonly seed: number;
  /** A neighbourhood on which the two differ: inputs that have it are tried first. */
  readonly from?: Neighbourhood | null;
  /** Multiplications that the search may take. */
  readonly work?: number;
}

/** Cell steps that one input may take. */
const MOST_CELLS = 20_000;
/** About a second. */
const MOST_WORK = 1.5e8;
/** Every so many inputs one runs far longer than waves take to cross its grid. */
const LONG_EVERY = 8;
const LONG = 20;

/** The smallest input found whose run differs, and where it first does; null if none was found. */
export async function reachDifference(
  program: CheckedProgram,
  rule: Rule,
  network: Network,
  options: ReachOptions,
): Promise<Reached | null> {
  const run = new Runs(program, rule, network, options.snap);
  const found = await firstReaching(program, run, options);
  if (found === null) return null;
  const smallest = await shrinkInput(found.input, program.fields, async (grid) => {
    return fitsGrid(program, grid) && (await run.difference(grid, found.patience)) !== null;
  });
  return { input: smallest, ...(await run.difference(smallest, found.patience))! };
}

/** Whether a run that reaches a difference is found. */
export async function isReached(
  program: CheckedProgram,
  rule: Rule,
  network: Network,
  options: ReachOptions,
): Promise<boolean> {
  const run = new Runs(program, rule, network, options.snap);
  return (await firstReaching(program, run, options)) !== null;
}

async function firstReaching(
  program: CheckedProgram,
  run: Runs,
  { seed, from = null, work = MOST_WORK }: ReachOptions,
): Promise<{ readonly input: Grid; readonly patience: number } | null> {
  let trial = 0;
  for (const input of inputsToTry(program, from, seededRandom(seed))) {
    const patience = ++trial % LONG_EVERY === 0 ? LONG : 1;
    if ((await run.difference(input, patience)) !== null) return { input, patience };
    if (run.work > work) return null;
  }
  return null;
}

class Runs {
  readonly #program: CheckedProgram;
  readonly #rule: RuleEngine;
  readonly #network: Network;
  readonly #direct: Engine;
  readonly #snap: boolean;
  readonly #perCell: number;
  /** Multiplications made so far. */
  work = 0;

  constructor(program: CheckedProgram, rule: Rule, network: Network, snap: boolean) {
    this.#program = program;
    this.#rule = ruleEngine(rule);
    this.#network = network;
    this.#direct = directEngine(withoutTokens(network));
    this.#snap = snap;
    this.#perCell = sizeOf(network).nonzero + 100;
  }

  /** The first step of a run that differs; `patience` times as long as waves take to cross the grid there and back. */
  async difference(given: Grid, patience: number): Promise<Omit<Reached, "input"> | null> {
    const input = prepareInput(this.#program, given);
    const cells = input.rows * input.cols;
    const waves = patience * (3 * (input.rows + input.cols) + 8);
    const steps = Math.max(4, Math.min(waves, MOST_CELLS / cells));
    const width = this.#network.channels.length;
    let grid = this.#rule.start(input);
    for (let step = 1; step <= steps && !this.#rule.halted(grid); step++) {
      const got = await this.#stepped(grid);
      this.work += cells * this.#perCell;
      const next = this.#rule.step(grid);
      const at = encode(this.#network, next).findIndex((bit, index) => bit !== this.#rounded(got[index]!));
      if (at >= 0) {
        const cell = Math.floor(at / width);
        return { step, row: Math.floor(cell / input.cols), col: cell % input.cols };
      }
      if (sameGrid(grid, next)) return null;
      grid = next;
    }
    return null;
  }

  async #stepped(grid: Grid): Promise<Float32Array> {
    const run = this.#direct.start(grid, [encode(this.#network, grid)]);
    await run.advance(1);
    const [got] = await run.read();
    return got!;
  }

  #rounded(value: number): number {
    return this.#snap ? Number(value > 0.5) : value;
  }
}
