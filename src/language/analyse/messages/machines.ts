// Messages about Turing machines (TL7xx).

import { plural } from "../../../diagnostics/count.ts";
import { didYouMean, error, type Span } from "../../../diagnostics/diagnostic.ts";
import { nearestName } from "../../../diagnostics/suggest.ts";
import type { MachineEnd, Name } from "../../parse/ast.ts";
import { MOVES } from "../../parse/lexer.ts";

export const aboutMachines = {
  twoRules: (span: Span, state: string, symbol: string, earlier: Span) =>
    error("TL701", span, `State \`${state}\` has two rules for the symbol ${symbol}.`, {
      found: `a second rule for \`${state} ${symbol}\``,
      expected: "one rule for each state and symbol",
      hint: "remove one of the two",
      related: [{ span: earlier, message: "the first rule is here" }],
    }),

  unreachableState: (state: Name, start: Span) =>
    error("TL702", state.span, `The machine never comes into state \`${state.text}\`.`, {
      found: "a state that no rule leads to from the start",
      expected: "states that can be reached",
      hint: `remove \`${state.text}\`, or lead a rule to it`,
      related: [{ span: start, message: "the machine starts here" }],
    }),

  missingRules: (state: Name, symbols: readonly string[]) => {
    const all = symbols.length < 2 ? symbols[0]! : `${symbols.slice(0, -1).join(", ")} and ${symbols.at(-1)}`;
    const plural = symbols.length > 1 ? "symbols" : "symbol";
    return error("TL703", state.span, `State \`${state.text}\` has no rule for the ${plural} ${all}.`, {
      found: `nothing to do for \`${state.text} ${symbols[0]}\``,
      expected: "a rule for each state and symbol",
      hint: `add \`${state.text} ${symbols[0]} -> ...\`, or \`otherwise halt\``,
    });
  },

  unknownMove: (move: Name) => {
    const short = { l: "left", r: "right", u: "up", d: "down", n: "stay", s: "stay" }[
      move.text.toLowerCase()
    ];
    return error("TL704", move.span, `A head cannot move \`${move.text}\`.`, {
      found: `\`${move.text}\``,
      expected: "up, down, left, right or stay",
      ...didYouMean(short ?? nearestName(move.text, MOVES)),
    });
  },

  stateWithoutRules: (state: Name) =>
    error("TL705", state.span, `State \`${state.text}\` has no rules, and does not halt.`, {
      found: `a state \`${state.text}\` without rules`,
      expected: "rules, or a halting state",
      hint: `if the machine halts there, write \`halt ${state.text}\``,
    }),

  ruleOfHalting: (state: Name, halt: Span, end: MachineEnd) =>
    error("TL706", state.span, `State \`${state.text}\` halts, so it can have no rules.`, {
      found: `a rule for the halting state \`${state.text}\``,
      expected: "rules for other states",
      hint: `remove the rule, or the state from \`${end}\``,
      related: [{ span: halt, message: "it is a halting state because of this line" }],
    }),

  otherwiseWithoutHalt: (span: Span, end: MachineEnd) => {
    const line = { halt: "halt H", accept: "accept Yes", reject: "reject No" }[end];
    return error("TL707", span, `There is no state to ${end} in.`, {
      found: `\`otherwise ${end}\` in a machine without ${end === "halt" ? "a halting state" : `a state that ${end}s`}`,
      expected: `a line such as \`${line}\``,
      hint: `add \`${line}\`: where no rule fits, the head stays and its state becomes the first of these`,
    });
  },

  machineWithoutRules: (span: Span) =>
    error("TL708", span, "This machine has no rules.", {
      found: "an empty machine",
      expected: "rules such as `A 0 -> 1 right B`",
    }),

  rowWithoutSymbols: (state: Name) =>
    error("TL709", state.span, `No symbols stand above the row of \`${state.text}\`.`, {
      found: "a row of a table",
      expected: "a line such as `symbols 0 1` before the first row",
      hint: "name the symbols of the tape, in the order of the cells",
    }),

  otherNumberOfCells: (span: Span, state: string, cells: number, symbols: number, head: Span) => {
    const found = plural(cells, "cell");
    const message = `The row of \`${state}\` has ${found}, but the table has ${plural(symbols, "symbol")}.`;
    return error("TL710", span, message, {
      found,
      expected: `${plural(symbols, "cell")}, each such as \`1 right B\``,
      hint: "write `none` where there is no rule",
      related: [{ span: head, message: "the symbols are here" }],
    });
  },

  twoEnds: (state: Name, end: MachineEnd, other: MachineEnd, earlier: Span) =>
    error("TL711", state.span, `State \`${state.text}\` ends a run in two ways.`, {
      found: `\`${end} ${state.text}\` beside \`${other} ${state.text}\``,
      expected: "each state in one of `halt`, `accept` and `reject`",
      hint: "remove one of the two",
      related: [{ span: earlier, message: "the first is here" }],
    }),

  neverApplies: (span: Span) =>
    error("TL712", span, "This rule never applies.", {
      found: "a rule with `*` beside others for all that it stands for",
      expected: "rules that can apply",
      hint: "remove it: a rule for a state and symbol goes before one with `*`",
    }),
};
