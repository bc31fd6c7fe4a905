// The question of a check, asked of many networks of one program: does any of its random grids show a difference?
// What the program does with them is found once; a network is looked at up to its first difference.

import type { CheckedProgram } from "../analyse/checked.ts";
import { directEngine } from "../engines/direct.ts";
import type { Grid } from "../grid/grid.ts";
import type { Network } from "../network/network.ts";
import type { Schedule } from "../schedule/rule.ts";
import { type CheckOptions, prepareBatch, randomBatches } from "./check.ts";
import { Claim } from "./claim.ts";
import { emulate } from "./emulation.ts";

/** A test for networks with the fields and the schedule of the program: whether such a check finds them wrong. */
export function screening(
  program: CheckedProgram,
  schedule: Schedule,
  options: CheckOptions,
): (network: Network) => Promise<boolean> {
  const batches = [...randomBatches(program, options)];
  const prepared = new Map<number, ReturnType<typeof prepareBatch>>();
  const runs = (at: number, inputs: readonly Grid[]) => {
    const known = prepared.get(at);
    if (known !== undefined) return known;
    const claim = program.steps ? new Claim(program.steps.most) : null;
    const made = prepareBatch({ program, schedule }, inputs, claim);
    prepared.set(at, made);
    return made;
  };
  return async (network) => {
    const subject = { program, schedule, network, engine: directEngine(network) };
    for (const [at, inputs] of batches.entries()) {
      const { grids, traces } = runs(at, inputs);
      const emulation = await emulate(subject, grids, traces);
      if (emulation.difference !== null) return true;
      const claim = program.steps ? new Claim(program.steps.most) : null;
      if (claim !== null && claim.judge(inputs[0]!, emulation) !== null) return true;
    }
    return false;
  };
}
