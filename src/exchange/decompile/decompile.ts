// From a network back to a readable program: one `each` in a loop, whose conditions say in which cases a field
// changes to what. The network may have been compiled, changed by hand, or learned, as long as it is digital.

import { lower } from "../../compiler/lower/lower.ts";
import { schedule } from "../../compiler/schedule/schedule.ts";
import { Allowance, type Budget, PROOF_BUDGET } from "../../diagnostics/budget.ts";
import { InputError } from "../../diagnostics/diagnostic.ts";
import { bounds, firstValue, showType } from "../../grid/grid.ts";
import { CLEAR, type Written } from "../../grid/infix.ts";
import { showInputRules, showPlaces } from "../../grid/prepare.ts";
import { analyse } from "../../language/analyse/analyse.ts";
import { format } from "../../language/parse/format.ts";
import { parse } from "../../language/parse/parse.ts";
import { DIFFERS, type Diagram, Diagrams, MAX, MIN } from "../../logic/diagrams.ts";
import { DiagramsTooLarge } from "../../logic/nodes.ts";
import { channelsFor, type Network, type NetworkField, worthOf } from "../../network/network.ts";
import { requireBits, requireChannels, requireNetwork } from "../../network/validate.ts";
import { cubeValues } from "../../proof/prove/functions.ts";
import { assumption, type Invariant } from "../../proof/prove/invariant.ts";
import { lemmasOf } from "../../proof/prove/lemma.ts";
import { Patch, slotKey } from "../../proof/prove/neighbourhood.ts";
import { proveReachable } from "../../proof/prove/prove.ts";
import type { StepProof } from "../../proof/prove/result.ts";
import { Conditions } from "./conditions.ts";
import { nextBits, onDiagrams } from "./next.ts";
import { Names, renameFields } from "./program-names.ts";

export interface Decompiled {
  /** The text of the program. */
  readonly text: string;
  /** The names that fields have in it, by their names in the network. */
  readonly names: ReadonlyMap<string, string>;
  /** What holds in all states that it reaches, where program and network are the same in those only; else null. */
  readonly invariant: Invariant | null;
}

interface DecompileOptions {
  /** Channels are rounded to 0 or 1 at 1/2 after the step, also where the network does not say so. */
  readonly snap?: boolean;
  /** What it may take: 60 seconds and 2 GiB, unless this says otherwise; then it throws OverBudget. */
  readonly budget?: Partial<Budget>;
}

const MOST_NODES = 3_000_000;
/** Steps in which diagrams are made: what is written down in the end takes less than two for each of its nodes. */
const MOST_STEPS = 4_000_000;

/** Nobody reads programs of more characters than this. */
const LONGEST = 150_000;

/**
 * The network's step as a program, which is proved to be the same. Throws InputError where it is not: where the step
 * is neither rounded nor digital in a state that it reaches, or leaves the codes of its fields, or is too much for a text.
 */
export function decompile(
  network: Network,
  { snap = false, budget = {} }: DecompileOptions = {},
): Decompiled {
  requireNetwork(network);
  requireChannels(network, "a text");
  const what = `decompiling ${network.program}`;
  return new Allowance(budget, PROOF_BUDGET).run(what, () => textFor(network, network.snap || snap));
}

function textFor(network: Network, isRounded: boolean): Decompiled {
  if (isRounded) requireBits(network, "rounding to 0 and 1");
  return onDiagrams(network, () => {
    const { text, names } = decompileStep(network, isRounded);
    const { step, invariant } = proveText(text, renameFields(network, names), isRounded);
    if (step.outcome === "proved") return { text, names, invariant };
    throw new InputError(notDigital(network, step, isRounded));
  });
}

function notDigital({ program }: Network, { counterexample, reason }: StepProof, isRounded: boolean): string {
  if (counterexample === null) return `the network ${program} cannot be told to be digital: ${reason}`;
  const { channel, got } = counterexample;
  const isDigital = isRounded || Number.isInteger(got);
  if (isDigital)
    return (
      `the network ${program} is no rule on fields: with others, channel ${channel} can become a value that ` +
      "is no code of its field"
    );
  return (
    `the network ${program} is not digital: channel ${channel} can become ${got}, which is neither 0 nor 1; ` +
    "give --snap to round after every step"
  );
}

function decompileStep(network: Network, isRounded: boolean): Omit<Decompiled, "invariant"> {
  const hasEdges = network.channels.some(({ code }) => code.kind === "inside");
  const patch = new Patch(network.fields, hasEdges, new Diagrams(MOST_NODES, MOST_STEPS));
  const names = new Names(network.fields);
  const write = new Conditions(patch, names);
  const next = nextValues(network, patch, isRounded);
  // Where there are more tokens, the text may say anything.
  const taken: Invariant = { fields: network.fields, relations: [], tokens: network.tokens ?? [] };
  const changed = network.fields.flatMap((field) => {
    const value = next.get(field.name)!;
    if (value === patch.value(field.name, "here")) return [];
    const possible = assumption(taken, patch, patch.diagrams.support(value));
    return [{ name: names.field(field.name), text: valueText(patch, write, names, field, value, possible) }];
  });
  // All cells change all fields at once: the new values are worked out before any is stored.
  const body =
    changed.length === 1
      ? changed.map(({ name, text }) => `${name} = ${text}`)
      : [
          ...changed.map(({ name, text }) => `let ${names.next(name)} = ${text}`),
          ...changed.map(({ name }) => `${name} = ${names.next(name)}`),
        ];
  const ends = stopText(network, patch, write);
  const lines = [
    `program ${network.program} {`,
    ...network.fields.map((field) => declaration(field, names)),
    ...(network.predict === null ? [] : [`predict ${names.field(network.predict)}`]),
    ...inputRules(network, names),
    ...ends,
    "",
    ends.length === 0 ? "loop forever {" : "loop {",
    "each {",
    ...neededOf(write.definitions, body).map(({ name, text }) => `let ${name} = ${text}`),
    ...body,
    "}",
    "}",
    "}",
  ];
  const text = lines.join("\n");
  if (text.length > LONGEST) throw new DiagramsTooLarge();
  return { text: format({ name: network.program, text }), names: names.fields };
}

/** The named conditions that the lines use, or that those use. */
export function neededOf(definitions: Conditions["definitions"], lines: readonly string[]) {
  const words = (text: string) => text.match(/[\p{L}_][\p{L}\d_]*/gu) ?? [];
  const used = new Set(lines.flatMap(words));
  return definitions
    .toReversed()
    .filter(({ name, text }) => {
      if (used.has(name)) for (const word of words(text)) used.add(word);
      return used.has(name);
    })
    .reverse();
}

/** The next value of every field, put together from its channels. */
function nextValues(network: Network, patch: Patch, isRounded: boolean): ReadonlyMap<string, Diagram> {
  // Where a network is not digital, in states that it never reaches, any value will do; the proof says whether so.
  const next = nextBits(network, patch, isRounded);
  const bits = network.channels.map((_, at) => next(at));
  return new Map(
    network.fields.map((field) => {
      const channels = channelsFor(network.channels, field.name);
      return [field.name, fieldValue(network, patch, field, channels, bits)];
    }),
  );
}

function fieldValue(
  network: Network,
  patch: Patch,
  field: NetworkField,
  channels: readonly number[],
  bits: readonly Diagram[],
): Diagram {
  const { diagrams } = patch;
  const { lo, hi } = bounds(field.type);
  const summands = channels.map((at) => {
    const { code } = network.channels[at]!;
    return { weight: code.kind === "inside" ? 0 : worthOf(code), of: bits[at]! };
  });
  // Two values at once are no value: the largest there is stands for them.
  return diagrams.map(diagrams.sum(summands, lo), (value) => Math.min(value, hi));
}

/** An expression for a field's next value, wherever that is possible: what it becomes in which cases, else what it is. */
function valueText(
  patch: Patch,
  write: Conditions,
  names: Names,
  field: NetworkField,
  value: Diagram,
  possible: Diagram,
): string {
  const { diagrams } = patch;
  const own = patch.value(field.name, "here");
  const changed = diagrams.apply(MIN, possible, diagrams.apply(DIFFERS, value, own));
  const impossible = diagrams.map(possible, (is) => 1 - is);
  const cases: { readonly text: string; readonly condition: Written }[] = [];
  const forms = formsOf(patch, names, field, value);
  for (let left = changed; diagrams.constantOf(left) !== 0; ) {
    const settled = diagrams.choose(left, diagrams.constant(0), diagrams.apply(MAX, changed, impossible));
    const best = bestForm(patch, write, forms, value, left, settled);
    cases.push(best);
    left = diagrams.choose(best.agrees, diagrams.constant(0), left);
  }
  // Where the value always changes, the last case needs no condition.
  const last = changed === possible ? cases.pop() : undefined;
  const kept = cases.reduceRight(
    (rest, { text, condition }) => `if ${broken(condition)} then ${text}\nelse ${rest}`,
    last?.text ?? names.field(field.name),
  );
  if (field.type.kind !== "bit") return kept;
  const whole = broken(
    write.between(diagrams.apply(MIN, value, possible), diagrams.apply(MAX, value, impossible)),
  );
  return kept.length < whole.length ? kept : whole;
}

/** Something that a field can become: a value, what a field of the same type holds, the lesser or greater of two. */
interface Form {
  readonly text: string;
  readonly value: Diagram;
}

function formsOf(patch: Patch, names: Names, field: NetworkField, next: Diagram): Form[] {
  const { diagrams } = patch;
  const read = new Set(diagrams.support(next).map((variable) => slotKey(patch.asked(variable).slot)));
  const { lo, hi } = bounds(field.type);
  const constants = Array.from({ length: hi - lo + 1 }, (_, at): Form => {
    return { text: names.value(field, lo + at), value: diagrams.constant(lo + at) };
  });
  if (field.type.kind === "bit") return constants;
  const own: Form = { text: names.field(field.name), value: patch.value(field.name, "here") };
  const reads = patch.slots.flatMap((slot): Form[] => {
    if (slot.tag === "side" || !read.has(slotKey(slot))) return [];
    if (showType(slot.field.type) !== showType(field.type)) return [];
    if (slot.place === "here" && slot.field.name === field.name) return [];
    const name = names.field(slot.field.name);
    const text = slot.place === "here" ? name : `${slot.place}.${name}`;
    return [{ text, value: patch.value(slot.field.name, slot.place) }];
  });
  if (field.type.kind === "enum") return [...constants, ...reads];
  const extremes = reads.flatMap((read): Form[] => [
    { text: `min(${own.text}, ${read.text})`, value: diagrams.apply(MIN, own.value, read.value) },
    { text: `max(${own.text}, ${read.text})`, value: diagrams.apply(MAX, own.value, read.value) },
  ]);
  return [...constants, ...reads, ...extremes];
}

/**
 * The form that settles most of what is left to be told, for the length of its condition. Cases that were `settled`
 * before do not matter to it.
 */
function bestForm(
  patch: Patch,
  write: Conditions,
  forms: readonly Form[],
  value: Diagram,
  left: Diagram,
  settled: Diagram,
) {
  const { diagrams } = patch;
  const promising = forms
    .map(({ text, value: form }) => {
      const agrees = diagrams.map(diagrams.apply(DIFFERS, value, form), (differs) => 1 - differs);
      return { text, agrees, share: diagrams.mean(diagrams.apply(MIN, left, agrees)) };
    })
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share)
    .slice(0, MOST_TRIED);
  const rated = promising.map(({ text, agrees, share }) => {
    const least = diagrams.apply(MIN, left, agrees);
    const condition = write.between(least, diagrams.apply(MAX, agrees, settled));
    return { text, agrees, condition, worth: share / (condition.text.length + text.length + 20) };
  });
  return rated.reduce((best, each) => (each.worth > best.worth * 1.0001 ? each : best));
}

/** Forms whose conditions are worked out. */
const MOST_TRIED = 8;

/** A long alternative on lines of its own. */
function broken({ text, binding }: Written): string {
  if (binding !== CLEAR.or.binding || text.length < 90) return text;
  let depth = 0;
  return text.replace(/[()]| or /g, (found) => {
    if (found === "(") depth++;
    if (found === ")") depth--;
    return found === " or " && depth === 0 ? "\nor " : found;
  });
}

function declaration({ name, role, type, initial }: NetworkField, names: Names): string {
  const field = { name, type };
  const shown =
    type.kind === "enum"
      ? `enum { ${type.names.map((_, value) => withSymbol(names.value(field, value), type.symbols?.[value])).join(", ")} }`
      : showType(type);
  const start = initial === firstValue(type) ? "" : ` = ${names.value(field, initial)}`;
  return `${role === "hidden" ? "state" : role} ${names.field(name)}: ${shown}${start}`;
}

const withSymbol = (name: string, symbol: string | undefined): string =>
  symbol === undefined || symbol === name ? name : `${name} ${JSON.stringify(symbol)}`;

/** The rules of the input, with the names of the text. */
function inputRules(network: Network, names: Names): string[] {
  const { places = [], ...rules } = network;
  const placed = places.map((place) => {
    const field = network.fields.find(({ name }) => name === place.field)!;
    return { ...place, field: names.field(place.field), value: names.value(field, place.value) };
  });
  return [...showInputRules(rules), ...showPlaces(placed)];
}

/** When the run is over; a fixpoint needs no words, since nothing changes any more. */
function stopText(network: Network, patch: Patch, write: Conditions): string[] {
  if (network.stop.kind !== "halted") return [];
  const over = cubeValues(network.stop.cubes, network, patch);
  return [`ends when all(${write.between(over, over).text})`];
}

// Whether a program that was written out of a network is the network's step.

/** Proves that one step of the program is one step of the network, in all legal states or in all that it reaches. */
function proveText(text: string, network: Network, snap: boolean): ReturnType<typeof proveReachable> {
  const source = { name: "decompiled", text };
  const { program } = parse(source);
  const checked = program && analyse(program, source, {}).program;
  if (!checked) throw new Error(`internal: the decompiled program is not one:\n${text}`);
  const rule = schedule(lower(checked));
  return proveReachable(rule, network, { snap }, lemmasOf(checked, rule));
}
