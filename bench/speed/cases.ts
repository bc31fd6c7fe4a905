// All cases of `npm run bench -- speed`, family by family.

import { beaverCases, dyckCases, learnCases } from "./commands.ts";
import { eliminationCases } from "./elimination.ts";
import { processCases } from "./file-to-file.ts";
import { fileCases } from "./files.ts";
import { libraryCases } from "./libraries.ts";
import { lifeCases } from "./life.ts";
import { memoCases } from "./memo.ts";
import { readyCases } from "./ready.ts";
import { roundsCases } from "./rounds.ts";
import type { Setting, SpeedCase, SpeedFamily } from "./row.ts";
import { slowestCases } from "./slowest.ts";
import { trainCases } from "./training.ts";

const CASES: Readonly<Record<SpeedFamily, (setting: Setting) => SpeedCase[]>> = {
  life: lifeCases,
  files: fileCases,
  process: processCases,
  ready: readyCases,
  dyck: dyckCases,
  learn: learnCases,
  bb5: beaverCases,
  rounds: roundsCases,
  memo: memoCases,
  slowest: slowestCases,
  train: trainCases,
  elimination: eliminationCases,
  libraries: libraryCases,
};

/** The cases of some families; `quick`: those that are done within seconds. */
export const speedCases = (families: readonly SpeedFamily[], setting: Setting): SpeedCase[] =>
  families.flatMap((family) => CASES[family](setting)).filter(({ isQuick }) => isQuick || !setting.quick);
