// Checks the table of a Turing machine: symbols of the tape, one rule for each state and symbol, states that can
// be reached.

import type { Span } from "../../diagnostics/diagnostic.ts";
import { groupBy } from "../../diagnostics/group.ts";
import { valuesOf } from "../../grid/grid.ts";
import type { AstMachine, AstMachineRule, Name } from "../parse/ast.ts";
import type { CheckedField } from "./checked.ts";
import { constantOf } from "./constants.ts";
import type { Context } from "./context.ts";
import { HEAD, headOfMachine, isMove, linesOf, statesOf } from "./machine.ts";
import { aboutMachines } from "./messages/machines.ts";
import { aboutNames } from "./messages/names.ts";
import { aboutSettings } from "./messages/settings.ts";
import { isEnum } from "./values.ts";

/** Checks a machine; what it is written out as is right if this reports no error. */
export function checkMachine(context: Context, machine: AstMachine): void {
  const { fields, brokenFields } = context.globals;
  const tape = fields.get(machine.tape.text);
  if (!tape && !brokenFields.has(machine.tape.text))
    context.report(
      aboutNames.unknownField(
        machine.tape,
        [...fields.keys()].filter((name) => name !== HEAD),
      ),
    );
  const rules = linesOf(machine, "rule");
  if (rules.length === 0) context.report(aboutMachines.machineWithoutRules(headOfMachine(machine)));
  for (const { move } of rules) if (!isMove(move.text)) context.report(aboutMachines.unknownMove(move));
  const [start, ...more] = linesOf(machine, "start");
  for (const { span } of more) context.report(aboutSettings.settingTwice(span, "start", start!.span));
  checkHalting(context, machine);
  if (start) checkReached(context, machine, start.state, start.span);
  if (tape) checkTable(context, machine, tape);
}

function haltingStates(machine: AstMachine): ReadonlyMap<string, Span> {
  const lines = linesOf(machine, "halts");
  return new Map(lines.flatMap(({ states, span }) => states.map((state) => [state.text, span])));
}

function checkHalting(context: Context, machine: AstMachine): void {
  const halting = haltingStates(machine);
  const [otherwise] = linesOf(machine, "otherwise");
  if (otherwise && halting.size === 0) context.report(aboutMachines.otherwiseWithoutHalt(otherwise.span));
  for (const { state } of linesOf(machine, "rule")) {
    const halt = halting.get(state.text);
    if (halt) context.report(aboutMachines.ruleOfHalting(state, halt));
  }
}

function checkReached(context: Context, machine: AstMachine, start: Name, span: Span): void {
  const rules = groupBy(linesOf(machine, "rule"), ({ state }) => state.text);
  const reached = new Set([start.text]);
  // A set is walked in order of insertion, also over what is added on the way.
  for (const state of reached) for (const { to } of rules.get(state) ?? []) reached.add(to.text);
  const [fallback] = haltingStates(machine).keys();
  if (linesOf(machine, "otherwise").length > 0 && fallback !== undefined) reached.add(fallback);
  for (const state of statesOf(machine).values())
    if (!reached.has(state.text)) context.report(aboutMachines.unreachableState(state, span));
}

function checkTable(context: Context, machine: AstMachine, tape: CheckedField): void {
  const table = new Map<string, Map<number, AstMachineRule>>();
  for (const rule of linesOf(machine, "rule")) {
    const symbol = constantOf(context, rule.symbol, tape);
    constantOf(context, rule.write, tape);
    const known = table.get(rule.state.text) ?? new Map<number, AstMachineRule>();
    table.set(rule.state.text, known);
    if (symbol === null) continue;
    const earlier = known.get(symbol);
    if (earlier)
      context.report(
        aboutMachines.twoRules(rule.span, rule.state.text, showSymbol(tape, symbol), earlier.span),
      );
    else known.set(symbol, rule);
  }
  if (linesOf(machine, "otherwise").length > 0) return;
  const halting = haltingStates(machine);
  for (const state of statesOf(machine).values()) {
    if (halting.has(state.text)) continue;
    const known = table.get(state.text);
    const missing = valuesOf(tape.type).filter((symbol) => !known?.has(symbol));
    if (known === undefined) context.report(aboutMachines.stateWithoutRules(state));
    else if (missing.length > 0)
      context.report(
        aboutMachines.missingRules(
          state,
          missing.map((symbol) => showSymbol(tape, symbol)),
        ),
      );
  }
}

const showSymbol = ({ type }: CheckedField, symbol: number): string =>
  isEnum(type) ? type.names[symbol]! : String(symbol);
