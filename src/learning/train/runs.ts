// Runs to learn from: random inputs, and what the rule makes of them in the end.
//
// A program that never ends may come to rest, and then that is its end. Otherwise somebody has to say after how many
// steps outputs are looked at.

import type { Rule } from "../../compiler/schedule/rule.ts";
import { InputError } from "../../diagnostics/diagnostic.ts";
import { type RuleRun, runRule } from "../../engines/rule.ts";
import { randomInput } from "../../grid/generate.ts";
import type { Grid, Shape } from "../../grid/grid.ts";
import { fitsGrid } from "../../grid/prepare.ts";
import type { Random } from "../../grid/random.ts";
import { evaluateSize } from "../../grid/size.ts";
import type { Network, NetworkField } from "../../network/network.ts";
import { encode } from "../../network/state.ts";
import type { Claim } from "../../proof/prove/prove.ts";
import { largestShape, shapesFor } from "../../proof/verify/shapes.ts";
import type { Runs } from "./unroll.ts";

export interface RunSource {
  /** Runs of one random shape up to `limit`; some are a little longer than they need be. */
  any(limit: Shape): Runs;
  /** Runs of the shape `limit` itself, or of one that the program takes. */
  largest(limit: Shape): Runs;
  /** The largest shape up to `limit` that the program takes, or the next larger one. */
  largestShape(limit: Shape): Shape;
  /** A number of runs of a shape that the program takes; null where one does not end. */
  ofIfEnding(shape: Shape, grids: number): Runs | null;
}

/** Grids of one shape that are drawn together. */
export const BATCH = 32;
/** Steps of the rule after which a run counts as endless. */
const MOST_STEPS = 1000;
/**
 * Steps for each row and column that are given to another step than the rule's, at most: programs may say far more than they
 * take, and training would go back through all of them.
 */
const MOST_ALLOWED = 4;
/** Past the shapes that `shapesFor` begins with. */
const LATER = 100;

/** Runs end by themselves, or, where `steps` is given, after that number. */
export function runSource(
  { checked, rule, network }: Claim,
  steps: number | null,
  random: Random,
): RunSource {
  const known = channelsOf(network, ({ role }) => role === "input" || role === "output");
  // Another step than the rule's may take longer on some inputs, as long as it takes no longer than the program says.
  const allowedFor = (shape: Shape): number =>
    steps === null && checked.steps
      ? Math.min(evaluateSize(checked.steps.most, shape), MOST_ALLOWED * (shape.rows + shape.cols))
      : 0;
  const runsOf = (shape: Shape, grids = BATCH): Runs => {
    const runs = Array.from({ length: grids }, () => {
      // Half of the inputs have all values equally often; in the others, some are rare: mazes need walls and ways.
      const input = randomInput(checked, shape, random, random.int(2) === 0 ? "uniform" : "density");
      return { input, ...finalGrid(rule, input, steps) };
    });
    const needed = Math.max(1, allowedFor(shape), ...runs.map((run) => run.steps));
    const { rows, cols } = runs[0]!.input;
    return {
      shape: { rows, cols },
      grids,
      start: joined(runs.map(({ input }) => encode(network, input))),
      end: joined(runs.map(({ grid }) => encode(network, grid))),
      known,
      needed,
      // Where others say when a run ends, it need not be at rest then.
      steps: steps ?? needed + random.int(Math.ceil(needed / 2) + 1),
    };
  };
  const anyShape = (limit: Shape): Shape => shapesFor(checked, limit)(LATER, random);
  return {
    any: (limit) => runsOf(anyShape(limit)),
    largest: (limit) => runsOf(fitsGrid(checked, limit) ? limit : anyShape(limit)),
    largestShape: (limit) => largestShape(checked, limit),
    ofIfEnding: (shape, grids) => {
      try {
        return runsOf(shape, grids);
      } catch (error) {
        if (error instanceof InputError) return null;
        throw error;
      }
    },
  };
}

/** @throws InputError if there is no end within MOST_STEPS */
function finalGrid(rule: Rule, input: Grid, steps: number | null): RuleRun {
  if (steps !== null) return runRule({ ...rule, stop: { kind: "never" } }, input, steps);
  const neverEnds = rule.stop.kind === "never";
  const run = runRule(neverEnds ? { ...rule, stop: { kind: "fixpoint" } } : rule, input, MOST_STEPS);
  if (run.halted) return run;
  const failing = neverEnds ? "never ends, and does not come to rest" : "does not end";
  throw new InputError(
    `${rule.name} ${failing} within ${MOST_STEPS} steps on a random grid of ${input.rows} x ${input.cols}, so that it ` +
      "has no final outputs; give --steps, a smaller --max, or use --supervision trace",
  );
}

/** Channels of inputs that no step changes: they need no protection from noise. */
export function givenChannels({ rule, network }: Pick<Claim, "rule" | "network">): number[] {
  const changed = new Set(rule.updates.map(({ field }) => field));
  return channelsOf(network, ({ role, name }) => role === "input" && !changed.has(name));
}

/** Channels of the fields that are wanted, and those that tell what is on the grid. */
function channelsOf({ channels, fields }: Network, isWanted: (field: NetworkField) => boolean): number[] {
  const wanted = new Set(fields.filter(isWanted).map(({ name }) => name));
  return [...channels.keys()].filter((at) => {
    const { code } = channels[at]!;
    return code.kind === "inside" || wanted.has(code.field);
  });
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
