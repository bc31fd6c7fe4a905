// Which neighbourhoods can come up at all, by an invariant, as far as some slots tell: as `assumption`, over bits.

import type { Place } from "../../../grid/direction.ts";
import type { Bool, BooleanFunctions } from "../../../logic/bdd.ts";
import { fieldsAsked, type Invariant, placesAsking, projections } from "../invariant.ts";
import type { Slot } from "../neighbourhood.ts";
import type { Sight } from "./neighbourhood-words.ts";

/** 1 where these slots have values that they can have together. */
export function possible(
  { fields, relations, tokens = [] }: Invariant,
  sight: Sight<BooleanFunctions>,
  slots: readonly Slot[],
): Bool {
  const { bdd } = sight.words;
  const asked = fieldsAsked(slots);
  const alone = tokens.map((token) => oneHolder(sight, token, placesAsking(asked, token)));
  const related = projections({ fields, relations }, asked).map(({ place, names, tuples }) =>
    among(sight, place, names, tuples),
  );
  return [...alone, ...related].reduce<Bool>((all, each) => bdd.and(all, each), 1);
}

/** 1 where these fields have one of these tuples of values at a place, and off the grid. */
function among(
  sight: Sight<BooleanFunctions>,
  place: Place,
  names: readonly string[],
  tuples: readonly (readonly number[])[],
): Bool {
  const { words } = sight;
  const { bdd } = words;
  const first = names.map((name) => sight.firstValue(name));
  const all = place === "here" || sight.hasEdges ? tuples : [...tuples, first];
  const build = (at: number, left: readonly (readonly number[])[]): Bool => {
    const name = names[at];
    if (left.length === 0 || name === undefined) return left.length === 0 ? 0 : 1;
    const value = sight.value(name, place);
    return [...new Set(left.map((tuple) => tuple[at]!))].reduce<Bool>((some, wanted) => {
      const rest = left.filter((tuple) => tuple[at] === wanted);
      return bdd.or(some, bdd.and(words.is(value, wanted), build(at + 1, rest)));
    }, 0);
  };
  const there = build(0, all);
  return place === "here" ? there : bdd.or(bdd.not(sight.inside(place)), there);
}

/** 1 where at most one of these places has another value of a field than the first. */
function oneHolder(sight: Sight<BooleanFunctions>, token: string, places: readonly Place[]): Bool {
  const { bdd } = sight.words;
  let [none, atMostOne]: [Bool, Bool] = [1, 1];
  for (const place of places) {
    const isFree = sight.words.is(sight.value(token, place), sight.firstValue(token));
    atMostOne = bdd.ite(isFree, atMostOne, none);
    none = bdd.and(none, isFree);
  }
  return atMostOne;
}
