// The enum types of a program, and which of them a name is a value of.

import { pushTo } from "../../diagnostics/group.ts";
import type { EnumType } from "../../grid/grid.ts";

export class Enums {
  readonly #types = new Map<string, EnumType>();
  readonly #owners = new Map<string, EnumType[]>();

  /** Takes types in order: the first of those with the same names counts. */
  constructor(types: readonly EnumType[]) {
    for (const type of types) {
      const key = keyOf(type);
      if (this.#types.has(key)) continue;
      this.#types.set(key, type);
      for (const name of new Set(type.names)) {
        pushTo(this.#owners, name, type);
      }
    }
  }

  /** The types that have a value of that name. */
  owners(name: string): readonly EnumType[] {
    return this.#owners.get(name) ?? [];
  }

  /** All values of all types. */
  names(): readonly string[] {
    return [...this.#types.values()].flatMap((type) => type.names);
  }

  /** The type with the list of names that its equals have, so that they are quickly told to be equal. */
  shared(type: EnumType): EnumType {
    return { ...type, names: this.#types.get(keyOf(type))?.names ?? type.names };
  }
}

const keyOf = ({ names }: EnumType): string => names.join(" ");
