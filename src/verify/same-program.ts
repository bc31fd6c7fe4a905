// Whether weights can be compared with a program at all: what a weight file says of its program besides the weights,
// from fields to the rules of its input, must be what the program says. How the weights compute is for the check.

import { InputError } from "../diagnostics/diagnostic.ts";
import { showType } from "../grid/grid.ts";
import { type InputRules, inputRulesOf, showInputRules } from "../grid/prepare.ts";
import type { Network, NetworkField, StopRule } from "../network/network.ts";

/** What the program says, and what the weights say instead; in words. */
interface Disagreement {
  readonly expected: string;
  readonly found: string;
}

/** Throws InputError where a network is not one of a program; `compiled` is what the program compiles to. */
export function requireSameProgram(compiled: Network, program: InputRules, network: Network): void {
  const [first] = [
    ...compiled.fields.flatMap((field) => compareField(field, network)),
    ...fieldsMore(compiled, network),
    ...compareLine("predict", compiled.predict, network.predict),
    ...compareRules(program, network),
    ...compareSchedule(compiled, network),
    ...compareStop(compiled.stop, network.stop),
  ];
  if (first === undefined) return;
  throw new InputError(
    `these weights do not belong to ${compiled.program}: expected ${first.expected}, found ${first.found}; ` +
      "compile the program again",
  );
}

function compareField(field: NetworkField, { fields }: Network): Disagreement[] {
  const { name, role } = field;
  const other = fields.find((each) => each.name === name);
  const described = `${/^[aeiou]/.test(role) ? "an" : "a"} ${role} field ${name} of type ${showType(field.type)}`;
  if (other === undefined) return [{ expected: described, found: "none" }];
  if (showType(other.type) !== showType(field.type))
    return [{ expected: described, found: showType(other.type) }];
  if (other.role !== role) return [{ expected: described, found: `the role ${other.role}` }];
  if (other.initial === field.initial) return [];
  return [{ expected: `${name} to start as ${field.initial}`, found: `${other.initial}` }];
}

/** Fields that only the weights have. The compiler's own ones are left to the check. */
function fieldsMore({ fields }: Network, network: Network): Disagreement[] {
  const more = network.fields.filter(
    ({ name, role }) => role !== "hidden" && !fields.some((each) => each.name === name),
  );
  return more.map(({ name, role }) => ({ expected: `no field ${name}`, found: `a field ${name} (${role})` }));
}

function compareLine(word: string, ours: string | null, theirs: string | null): Disagreement[] {
  const show = (name: string | null): string => (name === null ? `no \`${word}\`` : `\`${word} ${name}\``);
  return ours === theirs ? [] : [{ expected: show(ours), found: show(theirs) }];
}

/** `grid`, `workspace` and `place`, as programs write them. */
function compareRules(program: InputRules, network: InputRules): Disagreement[] {
  const [ours, theirs] = [program, network].map((rules) => showInputRules(inputRulesOf(rules)));
  const missing = ours!.find((line) => !theirs!.includes(line));
  const extra = theirs!.find((line) => !ours!.includes(line));
  const word = (missing ?? extra)?.split(" ")[0];
  if (word === undefined) return [];
  // The line that stands in its place, of the same kind.
  const instead = (lines: readonly string[], not: readonly string[]) =>
    lines.find((line) => line.startsWith(`${word} `) && !not.includes(line));
  const show = (line: string | undefined): string => (line === undefined ? `no \`${word}\`` : `\`${line}\``);
  return [{ expected: show(missing ?? instead(ours!, theirs!)), found: show(instead(theirs!, ours!)) }];
}

function compareSchedule({ schedule: ours }: Network, { schedule: theirs }: Network): Disagreement[] {
  if (ours.kind === theirs.kind) return [];
  return [{ expected: `the schedule ${ours.kind}`, found: theirs.kind }];
}

const STOPS: Readonly<Record<StopRule["kind"], string>> = {
  halted: "cells have halted",
  fixpoint: "nothing changes",
  never: "enough steps are made",
};

function compareStop(ours: StopRule, theirs: StopRule): Disagreement[] {
  if (ours.kind === theirs.kind) return [];
  return [{ expected: `runs that end when ${STOPS[ours.kind]}`, found: `when ${STOPS[theirs.kind]}` }];
}
