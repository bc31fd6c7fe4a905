// Results of trainings, for people and as JSON.

import { percent, plural, showCount } from "../diagnostics/count.ts";
import { type Rate, wilson } from "../learning/learner/wilson-interval.ts";
import { inputsRead } from "../learning/train/fit.ts";
import type { TrainResult } from "../learning/train/job.ts";
import type { Looked, TrainOutcome } from "../learning/train/trace.ts";
import { weightsOf } from "../learning/train/weights.ts";
import { type Network, sizeOf } from "../network/network.ts";
import { showTable } from "./table.ts";

/** Ends that were aimed at. */
export const SUCCESSES: readonly TrainOutcome[] = ["proved", "exact", "finished"];

/** Returns how many trainings got there, and how long the one in the middle took; failures count as longest. */
export function summaryOf(results: readonly TrainResult[]): {
  readonly successes: number;
  readonly share: Rate;
  readonly medianSeconds: number;
} {
  const isSuccess = ({ outcome }: TrainResult) => SUCCESSES.includes(outcome);
  const successes = results.filter(isSuccess).length;
  const times = results
    .map((result) => (isSuccess(result) ? result.progress.seconds : Number.POSITIVE_INFINITY))
    .sort((a, b) => a - b);
  const middle = times.length / 2;
  const median = (times[Math.ceil(middle) - 1]! + times[Math.floor(middle)]!) / 2;
  return { successes, share: wilson(successes / results.length, results.length), medianSeconds: median };
}

export function trainingJson(
  { seed, outcome, notes, progress, coverage, looked, network }: TrainResult,
  compiled: Network,
) {
  const [trained, original] = [sizeOf(network), sizeOf(compiled)];
  return {
    seed,
    outcome,
    ...progress,
    coverage,
    ...(looked.length > 0 && { looked }),
    ...notes,
    size: trained,
    width: original.hidden === 0 ? null : trained.hidden / original.hidden,
  };
}

const SAID: Readonly<Record<TrainOutcome, string>> = {
  proved: "proved, on every grid and for any number of steps, where channels are rounded after each step",
  exact: "right in all cases that were looked at",
  finished: "all epochs are done",
  unproved:
    "right on 20,000 random neighbourhoods in a row, but too many inputs matter for a proof, which would have too many cases",
  exhausted: "not there after all steps; give other --seed, --width or --max-steps",
  diverged: "the loss is no number any more; the file has the last good weights; give a smaller --rate",
  interrupted: "interrupted; the file has the best weights so far, and --resume goes on from them",
};

export function describeTraining(
  name: string,
  { outcome, progress, coverage, looked, network, seed }: TrainResult,
  compiled: Network,
): string {
  const { step, restarts, loss, exact, wrong, cases, refutations, seconds } = progress;
  const [trained, original] = [sizeOf(network), sizeOf(compiled)];
  const rows = [
    ["seed", String(seed)],
    ["steps", `${showCount(step)} in ${seconds.toFixed(1)} s, ${plural(restarts, "restart")}`],
    [
      "last check",
      coverage === null
        ? `loss ${loss.toExponential(2)}, ${percent(exact, 1)} of 32 runs right`
        : `loss ${loss.toExponential(2)}, ${showCount(wrong)} of ${showCount(cases)} cases wrong`,
    ],
    ...(coverage === null ? [] : [["cases", describeCoverage(coverage)]]),
    ...(looked.length === 0 ? [] : [["right", looked.map(showLooked).join(", ")]]),
    [
      "inputs",
      `${inputsRead(weightsOf(network))} with weights, ${plural(refutations, "proof")} failed on the way`,
    ],
    [
      "hidden units",
      original.hidden === 0
        ? String(trained.hidden)
        : `${trained.hidden} (${(trained.hidden / original.hidden).toFixed(1)} times the compiled ${original.hidden})`,
    ],
    ["non-zero weights", `${showCount(trained.nonzero)} (compiled: ${showCount(original.nonzero)})`],
  ];
  return `${name}: ${SAID[outcome]}\n${showTable(rows)}`;
}

const showLooked = ({ rows, cols, runs }: Looked): string => `all ${runs} runs of ${rows}x${cols}`;

function describeCoverage({
  visited,
  drawn,
  reachable,
  legal,
}: NonNullable<TrainResult["coverage"]>): string {
  const show = (value: number) => (value > 1e9 ? value.toExponential(1) : showCount(value));
  const most = reachable === null ? "" : `, of which at most ${show(reachable)} can come up`;
  return `${showCount(visited)} seen in runs and ${showCount(drawn)} drawn, of ${show(legal)} legal neighbourhoods${most}`;
}

/** `asked`: how many there should have been. */
export function describeMany(name: string, results: readonly TrainResult[], asked: number): string {
  const { successes, share, medianSeconds } = summaryOf(results);
  const rows = results.map(({ seed, outcome, progress }) => [
    `seed ${seed}`,
    outcome,
    plural(progress.step, "step"),
    plural(progress.restarts, "restart"),
    `${progress.seconds.toFixed(1)} s`,
  ]);
  const [from, to] = share.interval;
  return (
    `${showTable(rows)}${name}: ${successes} of ${results.length} seeds, 95% interval ${percent(from, 1)} to ` +
    `${percent(to, 1)} (Wilson); median ${Number.isFinite(medianSeconds) ? `${medianSeconds.toFixed(1)} s` : "never"}\n` +
    (results.length === asked
      ? ""
      : `interrupted: ${asked - results.length} of ${asked} seeds were not done, and the fast ones are done first\n`)
  );
}
