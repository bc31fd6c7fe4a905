// Names for a program's text: those of the network where the language allows them, others made fit.

import type { GridField } from "../../grid/layers.ts";
import { KEYWORDS } from "../../language/parse/lexer.ts";
import type { ChannelCode, Network } from "../../network/network.ts";

export class Names {
  /** What each field of the network is called in the text. */
  readonly fields: ReadonlyMap<string, string>;
  readonly #values = new Map<string, readonly string[]>();
  readonly #counts = new Map<string, number>();
  readonly #taken = new Set<string>(RESERVED);

  constructor(fields: readonly GridField[]) {
    this.fields = new Map(fields.map(({ name }) => [name, this.#fresh(name)]));
    for (const { name, type } of fields) {
      if (type.kind !== "enum") continue;
      // The same values may belong to several fields, but no name to a field and a value.
      const used = new Set<string>();
      const values = type.names.map((value) => {
        const fit = [...this.fields.values()].includes(fitting(value))
          ? `${fitting(value)}_`
          : fitting(value);
        const free = used.has(fit) ? `${fit}_${used.size}` : fit;
        used.add(free);
        return free;
      });
      this.#values.set(name, values);
      for (const value of values) this.#taken.add(value);
    }
  }

  field(name: string): string {
    const known = this.fields.get(name);
    if (known === undefined) throw new Error(`internal: no field ${name}`);
    return known;
  }

  /** A value of a field as the text writes it. */
  value({ name, type }: GridField, value: number): string {
    return type.kind === "enum" ? this.#values.get(name)![value]! : `${value}`;
  }

  /** The name of a field's next value while it is worked out. */
  next(field: string): string {
    return this.#taken.has(`next_${field}`) ? `next_${field}_` : `next_${field}`;
  }

  /** A name that nothing has yet: `case1`, `case2`, ... */
  fresh(word: string): string {
    const number = (this.#counts.get(word) ?? 0) + 1;
    this.#counts.set(word, number);
    return this.#fresh(`${word}${number}`);
  }

  #fresh(name: string): string {
    let free = fitting(name);
    while (this.#taken.has(free)) free = `${free}_`;
    this.#taken.add(free);
    return free;
  }
}

/** Words that are no keywords everywhere, but would be read as something else. */
const RESERVED = ["rows", "cols", "here", "around", "beside", "count", "any", "all", "min", "max", "abs"];

/** The name in letters, digits and underscores, beginning with a letter. */
function fitting(name: string): string {
  const plain = name.replaceAll("'", "_").replace(/[^\p{L}\d_]/gu, "_");
  const begun = /^[\p{L}_]/u.test(plain) ? plain : `at_${plain}`;
  return KEYWORDS.has(begun) ? `${begun}_` : begun;
}

// A network with its fields under other names: the same numbers, so that it can be compared with a program that was
// written out of it.

/** The network with every field, and its channels, renamed by the table. */
export function renameFields(network: Network, names: ReadonlyMap<string, string>): Network {
  const nameOf = (field: string): string => {
    const found = names.get(field);
    if (found === undefined) throw new Error(`internal: no name for the field ${field}`);
    return found;
  };
  const codeOf = (code: ChannelCode): ChannelCode =>
    code.kind === "inside" ? code : { ...code, field: nameOf(code.field) };
  return {
    ...network,
    fields: network.fields.map((field) => ({ ...field, name: nameOf(field.name) })),
    channels: network.channels.map(({ name, code }) => ({ name, code: codeOf(code) })),
    ...(network.tokens && { tokens: network.tokens.map(nameOf) }),
  };
}
