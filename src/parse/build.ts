// From Ohm's parse tree to the syntax tree: one semantic action per rule of grammars/alg.ohm.

import type { MatchResult } from "ohm-js";
import grammar from "../../grammars/alg.ohm-bundle.js";
import { machineActions, programActions, settingActions } from "./build-declarations.ts";
import { expressionActions, instructionActions, statementActions } from "./build-instructions.ts";
import type { Places } from "./compact.ts";
import { type Ast, goTo, type Report } from "./nodes.ts";

/**
 * Builds the tree of a successful match, whose offsets stand at other places in the user's text. Reports, and still
 * builds, what the grammar let through.
 */
export function treeOf(match: MatchResult, places: Places, report: Report): unknown {
  goTo(places, report);
  return semantics(match).ast();
}

const operation: Ast = (node) => node.ast();

const semantics = grammar.createSemantics().addOperation<unknown>("ast", {
  ...programActions(operation),
  ...settingActions(operation),
  ...machineActions(operation),
  ...instructionActions(operation),
  ...statementActions(operation),
  ...expressionActions(operation),
});
