// What a unit detects or measures, in the program's names.

import type { Place } from "../../grid/direction.ts";
import { type Bounds, bounds } from "../../grid/grid.ts";
import { atom, type Written } from "../../grid/infix.ts";
import { type Expression, nodesBelow } from "../../logic/expression.ts";
import { printExpressions } from "../../logic/print-expressions.ts";
import type { Read } from "../lower/instructions.ts";
import type { Builder } from "./builder.ts";
import type { Form } from "./forms.ts";
import type { Unit } from "./gate-layers.ts";
import type { Condition } from "./keys.ts";
import { countsIn, describeSum, distanceFrom, type Named, part, phrase, writeWords } from "./phrases.ts";
import { complement, contains, onlyValue, type ValueSet, valuesOfSet } from "./value-sets.ts";

/** Longer names help nobody. */
const MOST_LETTERS = 160;
/** Expressions of more nodes are not written out. */
const MOST_NODES = 24;
/** Sets of more values are counted. */
const MOST_VALUES = 6;

export class UnitNames {
  readonly #builder: Builder;
  readonly #known = new Map<number, Written>();

  constructor(builder: Builder) {
    this.#builder = builder;
  }

  ofUnit({ form, reason }: Unit): string {
    return shortened(this.#ofReason({ input: form, reason })).text;
  }

  #ofAtom(id: number): Written {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const atom = this.#builder.gates.atom(id);
    const name =
      atom.tag === "literal"
        ? named(at(atom.place, this.#builder.gates.channels[atom.channel]!.name))
        : shortened(this.#ofReason(atom));
    this.#known.set(id, name);
    return name;
  }

  #ofReason({ input, reason }: { readonly input: Form; readonly reason: Unit["reason"] }): Written {
    switch (reason.tag) {
      case "and":
        return writeWords(
          "and",
          reason.parts.map((each) => this.#ofCondition(each)),
        );
      case "none":
        return phrase(`none of ${reason.of.map((each) => part(this.#ofForm(each))).join(", ")}`);
      case "times":
        return phrase(`${part(this.#ofForm(reason.bit))} * ${part(this.#ofForm(reason.of))}`);
      case "reached":
        return phrase(`${part(this.#ofForm(reason.of))} >= ${reason.bound}`);
      case "part":
        return phrase(`${part(this.#ofForm(reason.of))} mod ${reason.modulus}`);
      case "silence":
        return phrase(`${part(this.#ofForm(reason.bit))} and nothing before`);
      case "copy":
      case "ramp":
        return distanceFrom(this.#namesOf(input), input.constant);
    }
  }

  #ofForm(form: Form): Written {
    return describeSum(this.#namesOf(form), form.constant);
  }

  /** The terms of a sum, equal weights on all neighbours taken together as a count. */
  #namesOf(form: Form): Named[] {
    const { gates } = this.#builder;
    const { numbers, terms } = this.#wholeNumbers(form);
    const all = [...terms].map(([id, weight]) => {
      const atom = gates.atom(id);
      const isNeighbour = atom.tag !== "gate" && atom.place !== "here";
      return { id, weight, neighbour: isNeighbour ? atom.channel : null };
    });
    const { counts, others } = countsIn(all, (id) => this.#ofAtom(id).text);
    return [...counts, ...numbers, ...others.map(({ id, weight }) => ({ name: this.#ofAtom(id), weight }))];
  }

  /** The terms that are all bits of a field, lowest first, each twice the one before: the field itself. */
  #wholeNumbers({ terms }: Form): { readonly numbers: readonly Named[]; readonly terms: Form["terms"] } {
    const { gates, codes, reads, rule } = this.#builder;
    const numbers: Named[] = [];
    const others = new Map(terms);
    for (const [id, weight] of terms) {
      const atom = gates.atom(id);
      if (atom.tag !== "literal") continue;
      const { code } = gates.channels[atom.channel]!;
      if (code.kind !== "binary" || code.bit !== 0 || codes.get(code.field) !== "binary") continue;
      const { type } = rule.fields.find(({ name }) => name === code.field)!;
      const bits = reads.bits(code.field, atom.place);
      if (bits.length < 2 || !bits.every((each, bit) => terms.get(each) === weight * 2 ** bit)) continue;
      for (const each of bits) others.delete(each);
      const { lo } = bounds(type);
      const name = lo === 0 ? code.field : `(${code.field} ${lo < 0 ? "+" : "-"} ${Math.abs(lo)})`;
      numbers.push({ name: named(at(atom.place, name)), weight });
    }
    return { numbers, terms: others };
  }

  #ofCondition({ key, set }: Condition): Written {
    switch (key.tag) {
      case "read":
        return ofRead(key.of, set);
      case "inside":
        return bitIn(set, named(at(key.place, "inside")));
      case "run":
        return this.#ofRun(set, key.hi);
      case "number": {
        const name = this.#printed(key.of) ?? this.#ofForm(this.#builder.numbers.form(key.of));
        return phrase(`${part(name)} ${among(set, key, String)}`);
      }
      case "bit":
        return bitIn(set, this.#printed(key.of) ?? this.#ofForm(this.#builder.bits.form(key.of)));
      case "form":
        return bitIn(set, this.#ofForm(key.form));
    }
  }

  /** An expression in the language's notation, or null where it is long. */
  #printed(value: Expression): Written | null {
    if (nodesBelow(value, MOST_NODES) > MOST_NODES) return null;
    const { shared, texts } = printExpressions([{ value }], []);
    return shared.length > 0 ? null : named(texts[0]!.replace(/\s+/g, " "));
  }

  #ofRun(set: ValueSet, hi: number): Written {
    if (contains(set, 0)) return writeWords("not", [this.#ofRun(complement(set, { lo: 0, hi }), hi)]);
    const signals = valuesOfSet(set).map((signal) => atom(this.#builder.rule.signals[signal - 1]!.name));
    return writeWords("or", signals);
  }
}

/** A name or a phrase: names have no blanks. */
const named = (text: string): Written =>
  / /.test(text) && !/^count\(\S+\)$/.test(text) ? phrase(text) : atom(text);

/** A bit, or its opposite, where that is the value in the set. */
const bitIn = (set: ValueSet, bit: Written): Written => (contains(set, 1) ? bit : writeWords("not", [bit]));

function at(place: Place, name: string): string {
  return place === "here" ? name : `${place}.${name}`;
}

function ofRead({ field, place, type, lo, hi }: Read, set: ValueSet): Written {
  const name = at(place, field);
  if (type.kind === "bit") return bitIn(set, atom(name));
  return phrase(
    `${name} ${among(set, { lo, hi }, (value) => (type.kind === "enum" ? type.names[value]! : String(value)))}`,
  );
}

/** `= a`, `>= 3`, `in {a, b}`, `not in {c, d}`. */
function among(set: ValueSet, range: Bounds, nameOf: (value: number) => string): string {
  const only = onlyValue(set);
  if (only !== null) return `= ${nameOf(only)}`;
  const others = complement(set, range);
  const except = onlyValue(others);
  if (except !== null) return `!= ${nameOf(except)}`;
  if (nameOf(range.lo) === String(range.lo) && set.length === 2) {
    if (set[1]! > range.hi) return `>= ${set[0]}`;
    if (set[0]! <= range.lo) return `<= ${set[1]! - 1}`;
    return `in ${set[0]}..${set[1]! - 1}`;
  }
  const [values, rest] = [valuesOfSet(set), valuesOfSet(others)];
  const list = (names: readonly number[]) =>
    names.length > MOST_VALUES ? `${names.length} values` : `{${names.map(nameOf).join(", ")}}`;
  return values.length <= rest.length ? `in ${list(values)}` : `not in ${list(rest)}`;
}

const shortened = ({ text, binding }: Written): Written =>
  text.length <= MOST_LETTERS ? { text, binding } : { text: `${text.slice(0, MOST_LETTERS)}...`, binding };
