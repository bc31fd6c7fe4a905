// Rule IR as text: the handshake and its reason, the fields, the order of instructions, then one step of a cell.

import { unreachable } from "../../diagnostics/diagnostic.ts";
import { bracket, indent, printExpressions, type Root } from "../../logic/print-expressions.ts";
import { printAssignment, printCondition, printField, rootsOf } from "../lower/print-instructions.ts";
import type { Rule, RuleStop } from "./rule.ts";

/** The listing of a rule, ending in a newline. */
export function printRule(rule: Rule): string {
  const { name, predict, fields, signals, updates, schedule, stop } = rule;
  const taken = fields.map((field) => field.name);
  const roots = signals.map(({ value }) => ({ value }));
  const ready = assignments(signals, roots, taken);
  const named = [...taken, ...ready.shared.map((part) => part.name)];
  const written = updates.map(({ field }) => ({ name: field }));
  const next = assignments(written, rootsOf(updates, fields), named);
  const parts = [
    [`rule ${name}`, ...(predict === null ? [] : [`predict ${bracket(predict)}`])],
    [`${schedule.kind}: ${schedule.reason}`, ...printClock(rule)],
    fields.map(printField),
    schedule.instructions.map(({ label, sources }, at) => {
      return `${at}: ${label}${sources.length === 0 ? "" : `, after ${sources.join(", ")}`}`;
    }),
    section("signals", ready.lines),
    section("next values", next.lines),
    [`stop ${printStop(stop)}`],
  ];
  return `${parts.flatMap((lines) => (lines.length === 0 ? [] : [lines.join("\n")])).join("\n\n")}\n`;
}

/** Assignments to these names, after the parts that they share. */
function assignments(
  names: readonly { readonly name: string }[],
  roots: readonly Root[],
  taken: readonly string[],
) {
  const { shared, texts } = printExpressions(roots, taken);
  const lets = shared.map(({ name, text }) => `let ${printAssignment(name, text)}`);
  return { shared, lines: [...lets, ...names.map(({ name }, at) => printAssignment(name, texts[at]!))] };
}

function section(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [title, ...items.map(indent)];
}

function printClock({ schedule: { clock } }: Rule): string[] {
  return clock === null
    ? []
    : [`clock: ${bracket(clock.field)} ${clock.event === "on" ? "is on" : "changes"}`];
}

function printStop(stop: RuleStop): string {
  switch (stop.kind) {
    case "halted":
      return `when every cell has ${printCondition(stop.when)}`;
    case "fixpoint":
      return "when a step changes nothing";
    case "never":
      return "never";
    default:
      return unreachable(stop);
  }
}
