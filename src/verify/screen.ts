// The question of a check, asked of many networks of one program: does any of its random grids show a difference?
// What the program does with them is found once; a network is looked at up to its first difference, and first on the
// grids that have told others from the program: those of similar networks mostly tell this one, too.

import type { CheckedProgram } from "../analyse/checked.ts";
import { directEngine } from "../engines/direct.ts";
import type { Grid } from "../grid/grid.ts";
import type { Network } from "../network/network.ts";
import type { Schedule } from "../schedule/rule.ts";
import { type CheckOptions, prepareBatch, randomBatches } from "./check.ts";
import { Claim } from "./claim.ts";
import { emulate, stepLimit } from "./emulation.ts";

/** A grid on which some network differs from the program. */
interface Telling {
  readonly batch: number;
  readonly grid: number;
}

/** So many grids are looked at first. */
const MOST_TELLING = 6;

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
  let telling: readonly Telling[] = [];
  const remember = (found: Telling): void => {
    const others = telling.filter(({ batch, grid }) => batch !== found.batch || grid !== found.grid);
    telling = [found, ...others.slice(0, MOST_TELLING - 1)];
  };
  return async (network) => {
    const subject = { program, schedule, network, engine: directEngine(network) };
    for (const each of telling) {
      const { grids, traces } = runs(each.batch, batches[each.batch]!);
      // As many steps as beside the others of its batch: the answer is the same, whatever was looked at before.
      const limit = stepLimit(traces, grids[0]!);
      const { difference } = await emulate(subject, [grids[each.grid]!], [traces[each.grid]!], limit);
      if (difference === null) continue;
      remember(each);
      return true;
    }
    for (const [at, inputs] of batches.entries()) {
      const { grids, traces } = runs(at, inputs);
      const emulation = await emulate(subject, grids, traces);
      if (emulation.difference !== null) {
        remember({ batch: at, grid: emulation.difference.grid });
        return true;
      }
      const claim = program.steps ? new Claim(program.steps.most) : null;
      if (claim !== null && claim.judge(inputs[0]!, emulation) !== null) return true;
    }
    return false;
  };
}
