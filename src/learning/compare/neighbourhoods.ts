// How often a single step is right: on neighbourhoods that come up in runs, and on legal ones of any kind.

import type { Random } from "../../grid/random.ts";
import type { Network } from "../../network/network.ts";
import type { Claim } from "../../proof/prove/prove.ts";
import { type Rate, wilson } from "../learner/wilson-interval.ts";
import { type CaseRows, CaseSet } from "../train/cases.ts";
import { sourceOf } from "../train/draw.ts";
import { denseStep } from "./activations.ts";

/** Different neighbourhoods to judge steps by. */
export interface Sample {
  /** All that came up in runs of the program on small grids. */
  readonly reachable: CaseRows;
  /** Whether the last runs showed nothing new. */
  readonly saturated: boolean;
  /** Random ones of cells in any legal state. */
  readonly legal: CaseRows;
}

/** A network's step on a sample. */
export interface StepJudgements {
  readonly reachable: Judgement;
  readonly legal: Judgement;
}

export interface Judgement {
  readonly cases: number;
  readonly wrong: number;
  /** The share of cases that are right: an estimate, unless they are all there are. */
  readonly exact: Rate;
  /** How far the value nearest to 1/2 is from it: 1/2 in compiled networks. */
  readonly margin: number;
}

/** Neighbourhoods that are kept of each kind, and runs that are looked at. */
const MOST = 20_000;
const MOST_RUNS = 400;
const MOST_DRAWN = 10_000;
/** Runs in a row that show nothing new. */
const QUIET_RUNS = 25;

/** Draws neighbourhoods; `network` gives the order of channels. */
export function sampleOf({ checked, rule }: Claim, network: Network, random: Random): Sample {
  const source = sourceOf(checked, rule, random);
  const reachable = new CaseSet(network);
  let quiet = 0;
  for (let run = 0; run < MOST_RUNS && quiet < QUIET_RUNS && reachable.count < MOST; run++)
    quiet = source.run(reachable, true) === 0 ? quiet + 1 : 0;
  const legal = new CaseSet(network);
  for (let grid = 0; grid < MOST_RUNS && legal.count < MOST_DRAWN; grid++) source.anywhere(legal);
  return { reachable, saturated: quiet >= QUIET_RUNS, legal };
}

export function judgeNeighbourhoods(network: Network, { reachable, legal }: Sample): StepJudgements {
  return { reachable: judge(network, reachable), legal: judge(network, legal) };
}

function judge(network: Network, cases: CaseRows): Judgement {
  const step = denseStep(network);
  let wrong = 0;
  let margin = Number.POSITIVE_INFINITY;
  for (let at = 0; at < cases.count; at++) {
    const { next } = step.run(cases, at);
    const off = [...next.keys()].some((channel) => {
      margin = Math.min(margin, Math.abs(next[channel]! - 0.5));
      return next[channel]! > 0.5 !== (cases.targets[at * cases.channels + channel] === 1);
    });
    if (off) wrong++;
  }
  return { cases: cases.count, wrong, exact: wilson(1 - wrong / cases.count, cases.count), margin };
}
