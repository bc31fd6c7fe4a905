// How names in a network may be spelt. Exports write them into programs of other languages, reports into pages and terminals:
// in a file that somebody else has made, a name must not be able to end a comment, a string or a line there.

import { isPlainText } from "../diagnostics/diagnostic.ts";
import type { ValueType } from "../grid/grid.ts";
import type { Network, NetworkField } from "./network.ts";

/** Names as programs have them; those that the compiler makes may begin with a digit, and have several words: `seen 0`. */
const isName = (text: string): boolean => /^[\p{L}\p{N}_]+( [\p{L}\p{N}_]+)*$/u.test(text);

/** Names of a network that are spelt as no program of ours spells them, as sentences. */
export function spellingFaults({
  program,
  fields,
  channels,
  parts = [],
  layers,
  schedule,
}: Network): string[] {
  const texts = [
    ...channels.map(({ name }) => ["channel", name] as const),
    ...parts.map(({ name }) => ["part", name] as const),
    ...layers.flatMap(({ units }) => units.map((unit) => ["unit", unit] as const)),
    ["reason of the schedule", schedule.reason] as const,
  ];
  return [
    ...nameFault("program", program),
    ...fields.flatMap(typeFaults),
    ...texts.flatMap(([what, text]) => textFault(what, text)),
  ];
}

function typeFaults({ name, type }: NetworkField): string[] {
  const faults = nameFault("field", name);
  return type.kind === "enum" ? [...faults, ...enumFaults(name, type)] : faults;
}

type EnumType = Extract<ValueType, { readonly kind: "enum" }>;

function enumFaults(field: string, { names, symbols }: EnumType): string[] {
  const count = symbols?.length ?? names.length;
  return [
    ...names.flatMap((name) => nameFault(`value of field ${field}`, name)),
    ...(symbols ?? []).flatMap((symbol) => textFault(`symbol of field ${field}`, symbol)),
    ...(new Set(names).size < names.length ? [`two values of field ${field} have one name`] : []),
    ...(count === names.length ? [] : [`field ${field} has ${count} symbols, expected ${names.length}`]),
  ];
}

const nameFault = (what: string, name: string): string[] =>
  isName(name)
    ? []
    : [`a ${what} is called ${JSON.stringify(name)}, expected a name of letters, digits and _`];

const textFault = (what: string, text: string): string[] =>
  isPlainText(text) ? [] : [`a ${what} is ${JSON.stringify(text)}, expected no control characters`];
