// Whether weights are those of a program at all: everything in a weight file besides the numbers that a run depends on
// must be what the program says. This is the one list of it, for `check`, `prove` and all else that compares.
//
// Three things are not in it. What the numbers compute, and which cells a stop rule takes for finished, are functions:
// `check` judges them by runs, `prove` on all cases. And names of the program, of units and its hash say nothing of a run.

import type { Rule } from "../../compiler/schedule/rule.ts";
import { InputError } from "../../diagnostics/diagnostic.ts";
import { groupBy } from "../../diagnostics/group.ts";
import { SIDES } from "../../grid/direction.ts";
import { bounds, showType, type ValueType } from "../../grid/grid.ts";
import { type InputRules, inputRulesOf, showInputRules } from "../../grid/prepare.ts";
import { startsAlone } from "../../grid/single-tokens.ts";
import { type Codes, channelsOf, INSIDE } from "../../logic/channels.ts";
import { withParts } from "../../network/cell-number.ts";
import type { Channel, Clock, Network, NetworkField, StopRule } from "../../network/network.ts";

/** What the program says, and what the weights say instead; in words. */
interface Disagreement {
  readonly expected: string;
  readonly found: string;
}

/** Lists how a network's metadata differ from those of a rule and its program, as sentences; empty if they do not. */
export const programDifferences = (rule: Rule, program: InputRules, network: Network): string[] =>
  disagreements(rule, program, network).map(({ expected, found }) => `expected ${expected}, found ${found}`);

/** Throws InputError where a network, of that file if it is of one, is not one of a program. */
export function requireSameProgram(rule: Rule, program: InputRules, network: Network, file?: string): void {
  const [first] = programDifferences(rule, program, network);
  if (first === undefined) return;
  const weights = file === undefined ? "these weights" : `the weights in ${file}`;
  throw new InputError(`${weights} do not belong to ${rule.name}: ${first}; compile the program again`);
}

/**
 * Throws InputError where a network has not the fields that a rule speaks of, each of as many values. Names of values may
 * differ, as in programs that networks are decompiled to: a step knows values by their numbers.
 */
export function requireFieldsOf(rule: Rule, network: Network): void {
  const theirs = new Map(network.fields.map((field) => [field.name, field]));
  const [first] = rule.fields.flatMap((field) => {
    const other = theirs.get(field.name);
    return other !== undefined && isSame(bounds(other.type), bounds(field.type))
      ? []
      : compareField(field, other);
  });
  if (first === undefined && network.fields.length === rule.fields.length) return;
  const { expected, found } = first ?? fieldsMore(rule, network)[0]!;
  throw new InputError(
    `the network is not one of ${rule.name}: expected ${expected}, found ${found}; compile the program again`,
  );
}

function disagreements(rule: Rule, program: InputRules, network: Network): Disagreement[] {
  const theirs = new Map(network.fields.map((field) => [field.name, field]));
  return [
    ...rule.fields.flatMap((field) => compareField(field, theirs.get(field.name))),
    ...fieldsMore(rule, network),
    ...compareOrder(rule, network),
    ...compareChannels(rule, network),
    ...compareLine("predict", rule.predict, network.predict),
    ...compareRules(program, network),
    ...compareTokens(rule, program, network),
    ...compareSchedule(rule, network),
    ...compareStop(rule.stop.kind, network.stop.kind),
  ];
}

function compareField(
  { name, role, type, initial }: NetworkField,
  other: NetworkField | undefined,
): Disagreement[] {
  const described = `${/^[aeiou]/.test(role) ? "an" : "a"} ${role} field ${name} of type ${showType(type)}`;
  if (other === undefined) return [{ expected: described, found: "none" }];
  if (showType(other.type) !== showType(type)) return [{ expected: described, found: showType(other.type) }];
  // Names may hold commas, and symbols are not part of how a type is shown.
  if (!isSame(other.type, type))
    return [{ expected: `${name} of ${spellType(type)}`, found: spellType(other.type) }];
  if (other.role !== role) return [{ expected: described, found: `the role ${other.role}` }];
  if (other.initial === initial) return [];
  return [{ expected: `${name} to start as ${initial}`, found: `${other.initial}` }];
}

function spellType(type: ValueType): string {
  if (type.kind !== "enum") return showType(type);
  const symbols = type.symbols === undefined ? "no symbols" : `the symbols ${JSON.stringify(type.symbols)}`;
  return `the names ${JSON.stringify(type.names)} with ${symbols}`;
}

/** Fields that only the weights have. */
function fieldsMore(rule: Rule, network: Network): Disagreement[] {
  const own = new Set(rule.fields.map(({ name }) => name));
  const more = network.fields.filter(({ name }) => !own.has(name));
  return more.map(({ name, role }) => ({ expected: `no field ${name}`, found: `a field ${name} (${role})` }));
}

/** Files without names of fields are read in their order. */
function compareOrder(rule: Rule, network: Network): Disagreement[] {
  const [ours, theirs] = [rule, network].map(({ fields }) => fields.map(({ name }) => name).join(", "));
  return ours === theirs ? [] : [{ expected: `the fields in the order ${ours}`, found: theirs! }];
}

/** Channels may stand in any order, since weights go with them; what they stand for has one name. */
function compareChannels({ fields }: Rule, network: Network): Disagreement[] {
  const { channels } = withParts(network);
  // Any code of a field's type will do; that it is whole is part of being a sound network.
  const codes: Codes = new Map(
    channels.flatMap(({ code }) => (code.kind === "inside" ? [] : [[code.field, code.kind] as const])),
  );
  const fieldOf = ({ code }: Pick<Channel, "code">) => (code.kind === "inside" ? null : code.field);
  const known = groupBy([...fields.flatMap((field) => channelsOf(field, codes)), INSIDE], fieldOf);
  return channels.flatMap(({ name, code }) => {
    const wanted = known.get(fieldOf({ code }))?.find((each) => isSame(each.code, code));
    if (wanted === undefined)
      return [{ expected: "channels of the program's fields", found: `the channel ${name}` }];
    return wanted.name === name
      ? []
      : [{ expected: `the channel ${wanted.name}`, found: `the name ${name} for it` }];
  });
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
  if (word === undefined) return compareMeaning(program, network);
  // The line that stands in its place, of the same kind.
  const instead = (lines: readonly string[], not: readonly string[]) =>
    lines.find((line) => line.startsWith(`${word} `) && !not.includes(line));
  const show = (line: string | undefined): string => (line === undefined ? `no \`${word}\`` : `\`${line}\``);
  return [{ expected: show(missing ?? instead(ours!, theirs!)), found: show(instead(theirs!, ours!)) }];
}

/** Rules with equal lines, but in another number, order or structure. */
function compareMeaning(program: InputRules, network: InputRules): Disagreement[] {
  // Networks of older files do not say how a machine answers.
  const { machine: _, ...silent } = program;
  const [ours, theirs] = [network.machine === undefined ? silent : program, network].map(plainRules);
  return isSame(ours, theirs)
    ? []
    : [{ expected: `the rules ${JSON.stringify(ours)}`, found: JSON.stringify(theirs) }];
}

/** Workspace of no rows and columns is none. */
function plainRules(rules: InputRules): InputRules {
  const { workspace, tokens: _, ...others } = inputRulesOf(rules);
  const isNothing = SIDES.every((side) => isSame(workspace?.[side], { tag: "number", value: 0 }));
  return workspace && !isNothing ? { ...others, workspace } : others;
}

/**
 * A network may refuse grids with several tokens only where no run begins with such. That none reaches them is proved.
 */
function compareTokens({ fields }: Rule, program: InputRules, { tokens = [] }: Network): Disagreement[] {
  const many = fields.filter((field) => tokens.includes(field.name) && !startsAlone(program, field));
  return many.map(({ name }) => ({
    expected: `runs that begin with any number of cells with ${name}`,
    found: "at most one",
  }));
}

function compareSchedule({ schedule: ours }: Rule, { schedule: theirs }: Network): Disagreement[] {
  if (ours.kind !== theirs.kind) return [{ expected: `the schedule ${ours.kind}`, found: theirs.kind }];
  const show = (clock: Clock | null) => (clock === null ? "no clock" : `${clock.field} that ${clock.event}`);
  return isSame(ours.clock, theirs.clock)
    ? []
    : [{ expected: `the clock ${show(ours.clock)}`, found: show(theirs.clock) }];
}

const STOPS: Readonly<Record<StopRule["kind"], string>> = {
  halted: "cells have halted",
  fixpoint: "nothing changes",
  never: "enough steps are made",
};

function compareStop(ours: StopRule["kind"], theirs: StopRule["kind"]): Disagreement[] {
  if (ours === theirs) return [];
  return [{ expected: `runs that end when ${STOPS[ours]}`, found: `when ${STOPS[theirs]}` }];
}

/** Tells whether two values as of JSON are the same, whatever the order of keys. */
function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every(
      (key) =>
        Object.hasOwn(b, key) &&
        isSame((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
    )
  );
}
