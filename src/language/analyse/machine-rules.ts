// Checks the table of a Turing machine: symbols of the tape, one rule for each state and symbol, states that can
// be reached.

import type { Span } from "../../diagnostics/diagnostic.ts";
import { groupBy } from "../../diagnostics/group.ts";
import { cached } from "../../diagnostics/memo.ts";
import { bounds, valuesOf } from "../../grid/grid.ts";
import type { AstOf, Name } from "../parse/ast.ts";
import type { CheckedField } from "./checked.ts";
import { constantOf } from "./constants.ts";
import type { Context } from "./context.ts";
import {
  ANY,
  HEAD,
  haltingStates,
  headOfMachine,
  isAnyState,
  isAnySymbol,
  isMove,
  linesOf,
  stateOtherwise,
  statesOf,
} from "./machine.ts";
import { aboutMachines } from "./messages/machines.ts";
import { aboutNames } from "./messages/names.ts";
import { aboutSettings } from "./messages/settings.ts";
import { isEnum } from "./values.ts";

/** Checks a machine; what it is written out as is right if this reports no error. */
export function checkMachine(context: Context, machine: AstOf<"machine">): void {
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
  const table = tape ? new Table(context, machine, tape) : null;
  if (start) checkReached(context, machine, start.state, start.span, table);
  table?.check();
}

function checkHalting(context: Context, machine: AstOf<"machine">): void {
  const halting = new Map<string, AstOf<"halts">>();
  for (const line of linesOf(machine, "halts"))
    for (const state of line.states) {
      const earlier = halting.get(state.text);
      if (earlier && earlier.end !== line.end)
        context.report(aboutMachines.twoEnds(state, line.end, earlier.end, earlier.span));
      else halting.set(state.text, line);
    }
  const [otherwise, ...more] = linesOf(machine, "otherwise");
  if (otherwise && haltingStates(machine, otherwise.end).length === 0)
    context.report(aboutMachines.otherwiseWithoutHalt(otherwise.span, otherwise.end));
  for (const { span, end } of more)
    if (end !== otherwise!.end)
      context.report(aboutSettings.settingTwice(span, "otherwise", otherwise!.span));
  for (const { state } of linesOf(machine, "rule")) {
    const halt = halting.get(state.text);
    if (halt) context.report(aboutMachines.ruleOfHalting(state, halt.span, halt.end));
  }
}

function checkReached(
  context: Context,
  machine: AstOf<"machine">,
  start: Name,
  span: Span,
  table: Table | null,
): void {
  const rules = groupBy(linesOf(machine, "rule"), ({ state }) => state.text);
  const halts = new Set(haltingStates(machine).map(({ text }) => text));
  const reached = new Set([start.text]);
  // A set is walked in order of insertion, also over what is added on the way.
  for (const state of reached) {
    const general = halts.has(state)
      ? []
      : (rules.get(ANY) ?? []).filter((rule) => !table?.hides(state, rule));
    for (const { to } of [...(rules.get(state) ?? []), ...general]) if (!isAnyState(to)) reached.add(to.text);
  }
  const fallback = stateOtherwise(machine);
  if (fallback !== undefined) reached.add(fallback.text);
  for (const state of statesOf(machine).values())
    if (!reached.has(state.text)) context.report(aboutMachines.unreachableState(state, span));
}

/** The rules of a machine by the values of their symbols. */
class Table {
  readonly #context: Context;
  readonly #machine: AstOf<"machine">;
  readonly #tape: CheckedField;
  /** Rules by state, any state included, and by symbol; any symbol is null. */
  readonly #rules = new Map<string, Map<number | null, AstOf<"rule">>>();
  /** The symbols of rules without an error. */
  readonly #symbols = new Map<AstOf<"rule">, number | null>();

  constructor(context: Context, machine: AstOf<"machine">, tape: CheckedField) {
    this.#context = context;
    this.#machine = machine;
    this.#tape = tape;
    for (const rule of linesOf(machine, "rule")) {
      const symbol = isAnySymbol(rule.symbol) ? null : constantOf(context, rule.symbol, tape);
      if (!isAnySymbol(rule.write)) constantOf(context, rule.write, tape);
      const known = cached(this.#rules, rule.state.text, () => new Map<number | null, AstOf<"rule">>());
      if (symbol === null && !isAnySymbol(rule.symbol)) continue;
      this.#symbols.set(rule, symbol);
      const earlier = known.get(symbol);
      if (earlier)
        context.report(aboutMachines.twoRules(rule.span, rule.state.text, this.#show(symbol), earlier.span));
      else known.set(symbol, rule);
    }
  }

  /** Tells whether a rule for any state never applies in a state, because of the state's own rules. */
  hides(state: string, rule: AstOf<"rule">): boolean {
    const own = this.#rules.get(state);
    if (own?.has(null)) return true;
    const symbol = this.#symbols.get(rule);
    if (symbol === undefined) return false;
    if (symbol !== null) return own?.has(symbol) ?? false;
    const others = [...this.#rules.get(ANY)!.keys()].filter((each) => each !== null && !own?.has(each));
    return (own?.size ?? 0) + others.length >= this.#size;
  }

  check(): void {
    const halts = new Set(haltingStates(this.#machine).map(({ text }) => text));
    const running = [...statesOf(this.#machine).values()].filter(({ text }) => !halts.has(text));
    for (const rule of this.#rules.get(ANY)?.values() ?? [])
      if (running.every(({ text }) => this.hides(text, rule)))
        this.#context.report(aboutMachines.neverApplies(rule.span));
    for (const state of running) this.#checkOwn(state);
    if (linesOf(this.#machine, "otherwise").length === 0)
      for (const state of running) this.#checkMissing(state);
  }

  /** A state's rule for any symbol, beside those for each. */
  #checkOwn({ text }: Name): void {
    const own = this.#rules.get(text);
    const open = own?.get(null);
    if (open !== undefined && own!.size > this.#size)
      this.#context.report(aboutMachines.neverApplies(open.span));
  }

  #checkMissing(state: Name): void {
    const own = this.#rules.get(state.text);
    const general = this.#rules.get(ANY);
    if (own?.has(null) || general?.has(null)) return;
    const missing = valuesOf(this.#tape.type).filter((symbol) => !own?.has(symbol) && !general?.has(symbol));
    if (own === undefined && general === undefined)
      this.#context.report(aboutMachines.stateWithoutRules(state));
    else if (missing.length > 0)
      this.#context.report(
        aboutMachines.missingRules(
          state,
          missing.map((symbol) => this.#show(symbol)),
        ),
      );
  }

  get #size(): number {
    const { lo, hi } = bounds(this.#tape.type);
    return hi - lo + 1;
  }

  #show(symbol: number | null): string {
    return symbol === null ? ANY : showSymbol(this.#tape, symbol);
  }
}

const showSymbol = ({ type }: CheckedField, symbol: number): string =>
  isEnum(type) ? type.names[symbol]! : String(symbol);
