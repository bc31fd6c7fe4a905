// Words of which those that read one place only are told apart from others.
//
// Rules of a machine with any number of heads compare what would come from the left with what would come from the right,
// each a number that some table makes of state and symbol. In the bits of these, such a comparison has a diagram of as
// many nodes as there are pairs. But all that matters of a place is what it makes of these tables: so values of the
// fields at one place that nothing tells apart become a class, and the classes get new variables, in the order of the
// largest number made of them. Over those, comparisons are those of plain numbers.
//
// What is evaluated is evaluated several times: first to find the functions of one place that meet others, which tell
// classes apart, then with these functions over the classes. Where a function meets others only once these are made of
// classes, it is found then, and classes are made anew: a function that classes do not tell apart is none of theirs.

import { PLACES, type Place } from "../../../grid/direction.ts";
import type { Bool } from "../../../logic/bdd.ts";
import { Classes } from "./place-classes.ts";
import { type Word, Words } from "./words.ts";

/** A place, none for constants, or several, as of classes. */
type Reach = Place | "none" | "several";

/** A bit or its complement, which tell the same apart. */
const plain = (bit: Bool): Bool => bit & ~1;

export class PlacedWords extends Words {
  readonly #placeOf = new Map<number, Place>();
  readonly #reach = new Map<Bool, Reach>([
    [0, "none"],
    [1, "none"],
  ]);
  readonly #asked = new Map<Place, Map<string, Word>>();
  #classes: ReadonlyMap<Place, Classes> | null = null;
  /** Bits of functions that are the same all over a class, and whether others were asked for. */
  #told: ReadonlySet<Bool> = new Set();
  #isOpen = false;

  /** These variables are of fields at a place; all others are of no place. */
  locate(place: Place, variables: readonly number[]): void {
    for (const variable of variables) this.#placeOf.set(variable, place);
  }

  /** Whether functions were asked for that classes do not tell apart, so that what was made is void. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Ends an evaluation: variables of classes begin with this one. False where a place has too many values. */
  classify(first: number, inside: (place: Place) => Bool): boolean {
    const made = new Map<Place, Classes>();
    for (const [place, asked] of this.#asked) {
      const classes = Classes.of(this.bdd, [...asked.values()]);
      if (classes === null) return false;
      made.set(place, classes);
    }
    const longest = Math.max(0, ...[...made.values()].map(({ bits }) => bits));
    for (const [place, classes] of made) {
      const at = PLACES.indexOf(place);
      const variables = Array.from({ length: classes.bits }, (_, depth) => {
        return first + (longest - classes.bits + depth) * PLACES.length + at;
      });
      classes.name(this, variables, inside(place));
    }
    this.#classes = made;
    this.#told = new Set([...this.#asked.values()].flatMap((asked) => [...asked.values()].flat().map(plain)));
    this.#isOpen = false;
    return true;
  }

  /** The values of the variables of fields, where those of classes are 1. */
  fieldsOf(ones: ReadonlySet<number>): ReadonlySet<number> {
    return new Set([...ones, ...this.#all().flatMap((each) => each.member(ones))]);
  }

  /** The variables of fields behind these of classes. */
  behind(variables: readonly number[]): number[] {
    const asked = new Set(variables);
    return this.#all().flatMap((each) => each.behind(asked));
  }

  #all(): Classes[] {
    return [...(this.#classes?.values() ?? [])];
  }

  override shown(a: Word): Word {
    const reach = this.#reachOf(a);
    if (reach === "none" || reach === "several") return a;
    const classes = this.#classes?.get(reach);
    if (classes !== undefined && a.every((bit) => bit <= 1 || this.#told.has(plain(bit))))
      return classes.word(a);
    this.#isOpen = true;
    const asked = this.#asked.get(reach) ?? new Map<string, Word>();
    this.#asked.set(reach, asked.set(a.join(), a));
    return this.constant(0);
  }

  override add(a: Word, b: Word): Word {
    return this.#meet(a, b) ? super.add(this.shown(a), this.shown(b)) : super.add(a, b);
  }

  override sum(bias: number, terms: readonly { readonly weight: number; readonly of: Word }[]): Word {
    const groups = this.#grouped(terms, ({ of }) => of);
    if (groups.length < 2) return super.sum(bias, terms);
    const parts = groups.map((group) => ({ weight: 1, of: this.shown(super.sum(0, group)) }));
    return super.sum(bias, parts);
  }

  override choose(when: Bool, then: Word, otherwise: Word): Word {
    const [a, b, c] = [this.#reachOf([when]), this.#reachOf(then), this.#reachOf(otherwise)];
    const isOne = new Set([a, b, c].filter((reach) => reach !== "none")).size < 2;
    if (isOne) return super.choose(when, then, otherwise);
    return super.choose(this.#bit(when), this.shown(then), this.shown(otherwise));
  }

  override all(bits: readonly Bool[]): Bool {
    const groups = this.#grouped(bits, (bit) => [bit]);
    if (groups.length < 2) return super.all(bits);
    return super.all(groups.map((group) => this.#bit(super.all(group))));
  }

  override any(bits: readonly Bool[]): Bool {
    const groups = this.#grouped(bits, (bit) => [bit]);
    if (groups.length < 2) return super.any(bits);
    return super.any(groups.map((group) => this.#bit(super.any(group))));
  }

  override either(a: Bool, b: Bool): Bool {
    return this.#meet([a], [b]) ? super.either(this.#bit(a), this.#bit(b)) : super.either(a, b);
  }

  /** A bit as a function of classes. */
  #bit(bit: Bool): Bool {
    return this.shown([bit, 0])[0]!;
  }

  #meet(a: Word, b: Word): boolean {
    const [one, other] = [this.#reachOf(a), this.#reachOf(b)];
    return one !== "none" && other !== "none" && one !== other;
  }

  #grouped<T>(all: readonly T[], wordOf: (each: T) => Word): T[][] {
    const groups = new Map<Reach, T[]>();
    for (const each of all) {
      const reach = this.#reachOf(wordOf(each));
      const known = groups.get(reach);
      if (known === undefined) groups.set(reach, [each]);
      else known.push(each);
    }
    // Constants go with any other group.
    const constants = groups.get("none") ?? [];
    groups.delete("none");
    const [first, ...others] = groups.values();
    return first === undefined ? [constants] : [[...constants, ...first], ...others];
  }

  #reachOf(word: Word): Reach {
    return word.reduce<Reach>((reach, bit) => {
      if (reach === "several") return reach;
      const own = this.#reachOfBit(bit);
      if (own === "none" || own === reach) return reach;
      return reach === "none" ? own : "several";
    }, "none");
  }

  #reachOfBit(bit: Bool): Reach {
    const known = this.#reach.get(plain(bit));
    if (known !== undefined) return known;
    const places = new Set(this.bdd.support(bit).map((variable) => this.#placeOf.get(variable) ?? "several"));
    const [only] = places;
    const made = places.size > 1 ? "several" : only!;
    this.#reach.set(plain(bit), made);
    return made;
  }
}
