// The runs of `tapeloom robust` at one point: a network, and how much noise.

import type { Source } from "../diagnostics/diagnostic.ts";
import type { Moving } from "../diagnostics/known-words.ts";
import type { Shape } from "../grid/grid.ts";
import type { Network } from "../network/network.ts";
import type { Proved } from "../network/notes.ts";
import { NoisyRunner, type NoisyRuns, type Signs } from "../proof/robust/noise.ts";
import { noiseOf, type ScheduledProgram } from "../proof/robust/radii.ts";
import type { Params } from "./options.ts";

/** What all points share, and every thread gets. */
export interface RobustTask {
  readonly source: Source;
  readonly params: Params;
  readonly networks: Readonly<Record<"robust" | "plain", Network>>;
  readonly radii: Proved;
  readonly moving: Moving;
  readonly runs: number;
  readonly steps: number;
  readonly max: Shape;
  readonly seed: number;
}

export interface RobustJob {
  readonly network: "robust" | "plain";
  readonly signs: Signs;
  /** Noise, as a multiple of the radii. */
  readonly multiple: number;
}

/** Makes the runs of a point; all points begin with the same inputs. */
export function pointRuns(
  subject: ScheduledProgram,
  { networks, radii, moving, runs, steps, max, seed }: RobustTask,
): (job: RobustJob) => NoisyRuns {
  const runner = new NoisyRunner(subject, { steps, max });
  return ({ network, signs, multiple }) => {
    const noise = { weights: multiple * radii.epsilon, state: multiple * noiseOf(radii), moving, signs };
    return runner.runs(networks[network], noise, { runs, delta: radii.delta, seed });
  };
}
