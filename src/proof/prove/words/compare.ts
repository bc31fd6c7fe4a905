// Network and rule as words, channel by channel: both by their plain arithmetic, as in functions.ts, over all legal
// neighbourhoods at once.

import type { Rule } from "../../../compiler/schedule/rule.ts";
import { PLACES } from "../../../grid/direction.ts";
import type { Bool } from "../../../logic/bdd.ts";
import { isTooLarge } from "../../../logic/nodes.ts";
import { isWhole } from "../../../network/arithmetic.ts";
import type { Network } from "../../../network/network.ts";
import { readsEdges } from "../functions.ts";
import type { Invariant } from "../invariant.ts";
import type { Slot } from "../patch.ts";
import { Expected } from "./expected.ts";
import { PlacedWords } from "./placed.ts";
import { possible } from "./possible.ts";
import { Sight, type View } from "./sight.ts";
import { channelWords } from "./units.ts";
import { type Word, Words } from "./words.ts";

/** Nodes that a view of some channels may take, and so many more for each line of a program. */
const MOST_NODES = 600_000;
const MOST_NODES_OF_LINE = 3000;
/** The same where orders of the variables are looked for: at first, and at most. */
const FIRST_NODES = 200_000;
const MOST_ROOMS = 20;
/** Each order that is found gets so much more room. */
const MORE_ROOM = 1.5;
/** Nodes that are visited in search of one, which takes a second or two. */
const MOST_WORK = 30_000_000;
/** The same over classes, of which there are more than one. */
const MOST_NODES_OF_CLASSES = 2_000_000;
/** Classes are made anew so often, once for each choice within another of what is asked of several places. */
const MOST_ROUNDS = 8;
/** Names of an enum from which on it is like the states of a machine. */
const MANY_NAMES = 32;

/** What is known of a channel: the same number everywhere, or a neighbourhood in which it is another one. */
export interface WordsVerdict {
  /** Bits of the neighbourhood on which either of them depends, and what has these. */
  readonly inputs: number;
  readonly slots: readonly Slot[];
  readonly nodes: number;
  /** Null where there is no difference. */
  readonly difference: {
    readonly value: (slot: Slot) => number;
    readonly expected: number;
    readonly got: number;
  } | null;
}

export interface WordsOptions {
  readonly invariant: Invariant | null;
  /** Whether channels are rounded to 0 or 1 after a step. */
  readonly snaps: boolean;
  /** Nodes that a view of some channels may take, at first; else by the length of the program. */
  readonly room?: number;
  /** Names of an enum from which on classes are tried first. */
  readonly manyNames?: number;
}

/** Compares channels of a network of whole numbers; null where diagrams are too large. */
export function compareWords(
  rule: Rule,
  network: Network,
  channels: readonly number[],
  options: WordsOptions,
): readonly (WordsVerdict | null)[] {
  const none = channels.map(() => null);
  if (!isWhole(network)) return none;
  const views = viewsOf(options.invariant);
  const plainly = (left: readonly number[]) =>
    onViews(views, left, (view, open) => verdictsOn(rule, network, open, view, options));
  const ofClasses = (left: readonly number[]) =>
    options.invariant === null
      ? (unlessLarge(() => verdictsOfClasses(rule, network, left, options)) ?? left.map(() => null))
      : left.map(() => null);
  // Of fields with many names, hardly ever anything but tables is made.
  const { manyNames = MANY_NAMES } = options;
  const hasMany = rule.fields.some(({ type }) => type.kind === "enum" && type.names.length >= manyNames);
  const ways = hasMany ? [ofClasses, plainly] : [plainly, ofClasses];
  return ways.reduce<readonly (WordsVerdict | null)[]>((known, way) => {
    const left = channels.filter((_, at) => known[at] === null);
    if (left.length === 0) return known;
    const more = way(left);
    return known.map((verdict, at) => verdict ?? more[left.indexOf(channels[at]!)] ?? null);
  }, none);
}

/**
 * The same with more room: where that is used up, anew in an order of the variables in which what there was by then
 * takes less. The next view begins with the order that the one before ended with.
 */
export function compareSifted(
  rule: Rule,
  network: Network,
  channels: readonly number[],
  options: WordsOptions,
): readonly (WordsVerdict | null)[] {
  if (!isWhole(network)) return channels.map(() => null);
  let { room = FIRST_NODES } = options;
  const most = MOST_ROOMS * room;
  let order: readonly number[] | null = null;
  const on = (view: View) => comparisonOn(rule, network, { ...view, order }, { ...options, room });
  const decide = (view: View, open: readonly number[]): (WordsVerdict | null)[] => {
    let comparison: Comparison | null = on(view);
    return open.map((at) => {
      while (comparison !== null) {
        const { verdict, sifted }: Comparison = comparison;
        const found = unlessLarge(() => verdict(at));
        if (found !== null) return found;
        const better = room < most ? unlessLarge(sifted) : null;
        order = better ?? order;
        room = Math.min(most, MORE_ROOM * room);
        comparison = better && on(view);
      }
      return null;
    });
  };
  return onViews(viewsOf(options.invariant), channels, decide);
}

/** All neighbourhoods, by where a token can be: diagrams that know that it is nowhere else are far smaller. */
function viewsOf(invariant: Invariant | null): View[] {
  const [field] = invariant?.tokens ?? [];
  return field === undefined ? [{}] : PLACES.map((place) => ({ token: { field, place } }));
}

/** Decides channels on every view. */
function onViews(
  views: readonly View[],
  channels: readonly number[],
  decide: (view: View, channels: readonly number[]) => readonly (WordsVerdict | null)[],
): (WordsVerdict | null)[] {
  let open: readonly number[] = channels;
  const found = new Map<number, WordsVerdict[]>(channels.map((channel) => [channel, []]));
  for (const view of views) {
    if (open.length === 0) break;
    const verdicts = decide(view, open);
    for (const [at, channel] of open.entries()) {
      const verdict = verdicts[at]!;
      if (verdict === null) found.delete(channel);
      else found.get(channel)!.push(verdict);
    }
    open = open.filter((channel) => found.has(channel));
  }
  return channels.map((channel) => {
    const seen = found.get(channel);
    if (seen === undefined) return null;
    const shown = seen.find(({ difference }) => difference !== null) ?? largest(seen);
    return { ...shown, nodes: seen.reduce((sum, { nodes }) => sum + nodes, 0) };
  });
}

const largest = (views: readonly WordsVerdict[]): WordsVerdict =>
  views.reduce((a, b) => (b.inputs > a.inputs ? b : a));

/** Of a channel, what the network makes and what the rule does. */
interface Next {
  readonly got: Word;
  readonly wanted: Word;
}

type Sides = (channel: number) => Next;

function sidesOf(rule: Rule, network: Network, sight: Sight, { snaps }: WordsOptions): Sides {
  const { words } = sight;
  const computed = channelWords(network, sight);
  const expected = new Expected(rule, sight);
  return (channel) => {
    const sum = words.shown(computed(channel));
    const wanted = words.shown(expected.channel(network.channels[channel]!));
    return { got: snaps ? words.unsigned([words.isAtLeast(sum, 1)]) : sum, wanted };
  };
}

const hasEdges = (rule: Rule, { channels }: Network): boolean =>
  readsEdges(rule) || channels.some(({ code }) => code.kind === "inside");

/** Channel by channel; where those before have used up the room, anew. */
function verdictsOn(
  rule: Rule,
  network: Network,
  channels: readonly number[],
  view: View,
  options: WordsOptions,
): (WordsVerdict | null)[] {
  const anew = () => comparisonOn(rule, network, view, options);
  let { verdict: compare } = anew();
  let decided = 0;
  let isOver = false;
  return channels.map((at) => {
    if (isOver) return null;
    let verdict = unlessLarge(() => compare(at));
    if (verdict === null && decided > 0) {
      compare = anew().verdict;
      decided = 0;
      verdict = unlessLarge(() => compare(at));
    }
    if (verdict === null) isOver = true;
    decided++;
    return verdict;
  });
}

interface Comparison {
  readonly verdict: (channel: number) => WordsVerdict;
  /** A better order for what has been computed by now, as of a `View`. */
  readonly sifted: () => readonly number[];
}

function comparisonOn(rule: Rule, network: Network, view: View, options: WordsOptions): Comparison {
  const { invariant, room = MOST_NODES + MOST_NODES_OF_LINE * rule.schedule.instructions.length } = options;
  const words = new Words(room);
  const { bdd } = words;
  const sight = new Sight(rule.fields, hasEdges(rule, network), words, view);
  const sides = sidesOf(rule, network, sight, options);
  const verdict = (at: number): WordsVerdict => {
    const before = bdd.size;
    const { got, wanted } = sides(at);
    const differs = words.differs(got, wanted);
    const wrong =
      differs === 0 || invariant === null
        ? differs
        : bdd.and(differs, possible(invariant, sight, sight.slotsOf(bdd.support(differs))));
    const read = variablesOf(words, got, wanted);
    const ones = wrong === 0 ? null : onesOf(words, wrong);
    return {
      inputs: read.length,
      slots: sight.slotsOf(read),
      nodes: bdd.size - before,
      difference: ones && differenceAt(words, { got, wanted }, ones, (slot) => sight.valueOf(slot, ones)),
    };
  };
  return { verdict, sifted: () => sight.sifted(MOST_WORK) };
}

/** The same over classes of values of fields, all neighbourhoods of which count. */
function verdictsOfClasses(
  rule: Rule,
  network: Network,
  channels: readonly number[],
  options: WordsOptions,
): (WordsVerdict | null)[] {
  const words = new PlacedWords(MOST_NODES_OF_CLASSES);
  const { bdd } = words;
  const sight = new Sight(rule.fields, hasEdges(rule, network), words, {}, true);
  for (const { slot, of } of sight.variables()) if (slot.tag === "field") words.locate(slot.place, of);
  let sides = sidesOf(rule, network, sight, options);
  for (const channel of channels) sides(channel);
  for (let round = 0; round === 0 || words.isOpen; round++) {
    const isNamed = round < MOST_ROUNDS && words.classify(sight.size, (place) => sight.inside(place));
    if (!isNamed) return channels.map(() => null);
    sides = sidesOf(rule, network, sight, options);
    for (const channel of channels) unlessLarge(() => sides(channel));
  }
  return channels.map((at) =>
    unlessLarge((): WordsVerdict | null => {
      const before = bdd.size;
      const { got, wanted } = sides(at);
      // What did not fit before does now.
      if (words.isOpen) return null;
      const wrong = words.differs(got, wanted);
      const read = variablesOf(words, got, wanted);
      const ones = wrong === 0 ? null : onesOf(words, wrong);
      const fields = ones && words.fieldsOf(ones);
      const behind = [...read, ...words.behind(read)].filter((variable) => variable < sight.size);
      return {
        inputs: behind.length,
        slots: sight.slotsOf(behind),
        nodes: bdd.size - before,
        difference:
          ones && differenceAt(words, { got, wanted }, ones, (slot) => sight.valueOf(slot, fields!)),
      };
    }),
  );
}

const variablesOf = ({ bdd }: Words, got: Word, wanted: Word): number[] => [
  ...new Set([...got, ...wanted].flatMap((bit) => bdd.support(bit))),
];

function differenceAt(
  words: Words,
  { got, wanted }: Next,
  ones: ReadonlySet<number>,
  value: (slot: Slot) => number,
): WordsVerdict["difference"] {
  return { value, expected: words.evaluate(wanted, ones), got: words.evaluate(got, ones) };
}

function unlessLarge<T>(make: () => T): T | null {
  try {
    return make();
  } catch (error) {
    if (isTooLarge(error)) return null;
    throw error;
  }
}

/** The variables that are 1 where a function is, few of them. */
function onesOf({ bdd }: Words, of: Bool): ReadonlySet<number> {
  const ones = new Set<number>();
  let left = of;
  for (const variable of bdd.support(of)) {
    const off = bdd.cofactor(left, variable, 0);
    if (off === 0) ones.add(variable);
    left = off === 0 ? bdd.cofactor(left, variable, 1) : off;
  }
  return ones;
}
