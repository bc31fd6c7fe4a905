// What a proof of the step leaves open: that the network starts, stops and takes its input as the program says.
// Differences are sentences.

import type { InputRules } from "../grid/prepare.ts";
import { showSymbol } from "../grid/symbols.ts";
import type { Network } from "../network/network.ts";
import type { Rule } from "../schedule/rule.ts";
import { programDifferences } from "../verify/same-program.ts";
import { DIFFERS } from "./diagrams.ts";
import { cubeValues, expressionValues } from "./functions.ts";
import { Patch } from "./patch.ts";

/** How a network's metadata differ from those of a rule and its program; empty if they do not. */
export function frameDifferences(rule: Rule, program: InputRules, network: Network): string[] {
  const differences = programDifferences(rule, program, network);
  // Without the same fields, nothing else can be compared.
  return differences.length > 0 ? differences : stopDifference(rule, network);
}

/** Which cells are finished, as functions of all legal cells. */
function stopDifference(rule: Rule, network: Network): string[] {
  if (network.stop.kind !== "halted" || rule.stop.kind !== "halted") return [];
  const patch = new Patch(rule.fields, false);
  const { diagrams } = patch;
  const theirs = cubeValues(network.stop.cubes, network, patch);
  const ours = expressionValues(rule, patch)(rule.stop.when);
  const differing = patch.witness(diagrams.apply(DIFFERS, theirs, ours));
  if (differing === null) return [];
  const { grid, row, col } = differing;
  const cell = rule.fields.map(({ name, type }) => {
    return `${name} ${showSymbol(type, grid.planes[name]![row * grid.cols + col]!)}`;
  });
  return [`network and program differ in whether a cell is finished that has ${cell.join(", ")}`];
}
