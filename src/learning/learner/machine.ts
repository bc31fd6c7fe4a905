// A learner that is a Turing machine, in step with the prelude (paper, Theorem 1: L = O(t + m + d)).
//
// Behind a sweep the cells of a program begin one after another, and a machine needs cells that keep step. So the
// prelude is written as one `each` in the machine's own loop instead. Its values are right at first in the corner and
// then, one step later each, in the cells further up and left; a cell whose values are right is settled and keeps
// them, and is ready when it has prepared its tape. When the first cell is ready, all are: that news goes back down, and
// the head begins when it reaches its cell. Until then there is no head anywhere, so the machine's rules change
// nothing. (All of this would fit into fewer steps, but each value depends on few others this way.)

import { HEAD, linesOf } from "../../language/analyse/machine.ts";
import type { AstExpression, AstItem, AstMachine, AstProgram } from "../../language/parse/ast.ts";

type Each = Extract<AstItem, { tag: "each" }>;

interface MachineLearner {
  readonly machine: AstMachine;
  /** What is done with the data before the machine begins, in every cell by itself. */
  readonly preparing: readonly Each[];
}

/** A learner whose instructions are a machine with a place to start, and before it `each` that look at no neighbour. */
export function machineLearner({ items }: AstProgram): MachineLearner | null {
  const at = items.findIndex(({ tag }) => tag === "machine");
  const machine = items[at];
  if (machine?.tag !== "machine" || linesOf(machine, "start").length === 0) return null;
  const others = ["sweep", "loop", "halt", "break", "branch", "while", "times", "ends"];
  if (items.some(({ tag }) => others.includes(tag))) return null;
  const preparing = items.filter((item) => item.tag === "each");
  const isEarly = preparing.every((each) => items.indexOf(each) < at && !readsNeighbours(each));
  return isEarly ? { machine, preparing } : null;
}

function readsNeighbours(part: unknown): boolean {
  if (typeof part !== "object" || part === null) return false;
  if ("tag" in part && part.tag === "read") return true;
  return Object.values(part).some(readsNeighbours);
}

export interface MachineNames {
  readonly seen: string;
  readonly settled: string;
  readonly ready: string;
  readonly told: string;
  readonly here: string;
  readonly begin: string;
}

/** The loop of a prelude whose statements are `decoding`; `withMachine` puts the machine into it. */
export const loopText = (decoding: string, names: MachineNames, { machine }: MachineLearner): string => {
  const { seen, settled, ready, told, here, begin } = names;
  return `state ${Object.values(names).join(", ")}: bit
  loop { each {
    if ${begin} { ${HEAD} = ${linesOf(machine, "start")[0]!.state.text} }
    if ${settled} and not ${ready} { ${ready} = true }
    if not ${settled} {
      ${settled} = ${seen} and (at right or right.${settled}) and (at bottom or down.${settled})
      ${seen} = true
      ${decoding}
    }
    ${begin} = false
    if not ${told} {
      ${told} = if at top and at left then ${ready} else up.${told} or left.${told}
      ${begin} = ${told} and ${here}
    }
  } }`;
};

/**
 * Prelude and machine together.
 * @param prelude the items of a program with `loopText`
 * @param expanded the learner's items, the machine written out
 */
export function withMachine(
  prelude: readonly AstItem[],
  expanded: readonly AstItem[],
  { told, here, begin }: MachineNames,
  { machine, preparing }: MachineLearner,
): AstItem[] {
  const rules = expanded.flatMap((item) =>
    item.tag === "loop" ? item.body.flatMap((each) => (each.tag === "each" ? each.body : [])) : [],
  );
  const { span } = machine;
  const own = expanded.flatMap((item): AstItem[] => {
    if (item.tag === "loop" || item.tag === "each") return [];
    if (item.tag === "place" && item.field.text === HEAD)
      return [{ ...item, field: { ...item.field, text: here }, value: { tag: "number", value: 1, span } }];
    if (item.tag !== "ends") return [item];
    const began = both(name(told), { tag: "not", of: name(begin), span });
    return [{ ...item, condition: { ...item.condition, of: both(began, item.condition.of) } }];
  });
  return [...prelude.filter(({ tag }) => tag !== "loop"), ...own, ...prelude.flatMap(joined)];

  /** The prelude's loop with the machine's rules first, and the tape prepared where a cell becomes ready. */
  function joined(item: AstItem): AstItem[] {
    if (item.tag !== "loop") return [];
    const [each] = item.body;
    if (each?.tag !== "each") throw new Error("internal: the prelude's loop has no `each`");
    const [beginning, preparation, ...decoding] = each.body;
    if (beginning === undefined || preparation?.tag !== "if")
      throw new Error("internal: the prelude does not prepare the tape");
    const then = [...preparation.then, ...preparing.flatMap(({ body }) => body)];
    const body = [...rules, beginning, { ...preparation, then }, ...decoding];
    return [{ ...item, body: [{ ...each, body }] }];
  }

  function name(text: string): AstExpression {
    return { tag: "name", name: text, span };
  }

  function both(left: AstExpression, right: AstExpression): AstExpression {
    return { tag: "binary", operator: "and", left, right, span };
  }
}
