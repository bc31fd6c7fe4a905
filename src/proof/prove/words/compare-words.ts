// Network and rule as words, channel by channel: both by their plain arithmetic, as in functions.ts, over all legal
// neighbourhoods at once. Methods, in the order in which they are tried; what one leaves open goes to the next:
//
//   method                               function          made in                                    good for
//   words in a fixed order of bits       compareWordsBy    rule-words, network-words, words           wide sums; one head
//   words over classes of a place        compareWordsBy    classed-words, place-classes               many states and heads
//   words in an order found by sifting   compareSifted     neighbourhood-words                        other orders of bits
//   sums that both sides share           compareSwept      open-sums, rule-open-sums, sat-sweep       deep expressions
//     which sums may be equal                              samples, modular-span, candidate-sums
//     whether they are                                     one-number, extremes, case-split, sat-sweep
//
// Of fields with many names, the second comes first. All of them say a verdict (verdict.ts) on neighbourhoods that can come
// up (possible-neighbourhoods.ts).

import { type Rule, valuesOfRule } from "../../../compiler/schedule/rule.ts";
import { PLACES } from "../../../grid/direction.ts";
import { Bdd } from "../../../logic/bdd.ts";
import { leaves } from "../../../logic/expression.ts";
import { nullIfTooLarge } from "../../../logic/nodes.ts";
import { isWhole } from "../../../network/arithmetic.ts";
import type { Network } from "../../../network/network.ts";
import { readsEdges } from "../functions.ts";
import type { Invariant } from "../invariant.ts";
import { unitsBehind } from "./candidate-sums.ts";
import { PlacedWords } from "./classed-words.ts";
import { Sight, type View } from "./neighbourhood-words.ts";
import { channelWords } from "./network-words.ts";
import { Expected } from "./rule-words.ts";
import {
  FULL_EFFORT,
  MORE_EFFORT,
  nothingFound,
  SOME_EFFORT,
  Swept,
  type SweptFindings,
} from "./sat-sweep.ts";
import { type Next, shownBy, verdictOf, type WordsVerdict } from "./verdict.ts";
import { Words } from "./words.ts";

/** Nodes that a view of some channels may take, and those that each line of a program and each field it reads add to them. */
const MOST_NODES = 600_000;
const MOST_NODES_OF_LINE = 8000;
const MOST_NODES_OF_READ = 640;
/** Nodes of a view where orders of the variables are looked for: at first, and how many times that at most. */
const FIRST_NODES = 200_000;
const MOST_ROOMS = 20;
/** What is decided in such an order at all is mostly decided in the first one, or in that many times the first room. */
const ONE_ORDER = 1.5;
const FIRST_ROOMS = 4;
/** Factor by which the room grows with each order that is found. */
const MORE_ROOM = 1.5;
/** Nodes that are visited in search of one, which takes a second or two. */
const MOST_WORK = 30_000_000;
/** Of larger rules and networks, shared sums are not soon found. */
const MOST_UPDATES = 200;
const MOST_UNITS = 4000;
/** Nodes over classes, of which there are more than one. */
const MOST_NODES_OF_CLASSES = 2_000_000;
/** Classes are made anew so often, once for each choice within another of what is asked of several places. */
const MOST_ROUNDS = 8;
/** Names of an enum from which on it is like the states of a machine. */
const MANY_NAMES = 32;

interface WordsOptions {
  readonly invariant: Invariant | null;
  /** Whether channels are rounded to 0 or 1 after a step. */
  readonly snaps: boolean;
  /** Nodes that a view of some channels may take, at first; else by the length of the program. */
  readonly room?: number;
  /** Names of an enum from which on classes are tried first. */
  readonly manyNames?: number;
}

type Compare = (
  rule: Rule,
  network: Network,
  channels: readonly number[],
  options: WordsOptions,
) => readonly (WordsVerdict | null)[];

/** Compares channels of a network of whole numbers; null where diagrams are too large. */
export const compareWords: Compare = (rule, network, channels, options) =>
  byWays(
    channels,
    [0, 1].map((nth) => (left) => compareWordsBy(nth, rule, network, left, options)),
  );

/** Compares channels by the words that mostly are the smaller ones, of a field or of classes; and by the others. */
export const compareFirstWords: Compare = (...given) => compareWordsBy(0, ...given);
export const compareOtherWords: Compare = (...given) => compareWordsBy(1, ...given);

function compareWordsBy(nth: number, ...[rule, network, channels, options]: Parameters<Compare>) {
  if (!isWhole(network)) return channels.map(() => null);
  if ((nth === 1) === hasManyNames(rule, options))
    return onViews(viewsOf(options.invariant), channels, (view, open) =>
      verdictsOn(rule, network, open, view, options),
    );
  const none = channels.map(() => null);
  if (options.invariant !== null) return none;
  return nullIfTooLarge(() => verdictsOfClasses(rule, network, channels, options)) ?? none;
}

/** Of fields with many names, hardly ever anything but tables is made. */
const hasManyNames = ({ fields }: Rule, { manyNames = MANY_NAMES }: WordsOptions): boolean =>
  fields.some(({ type }) => type.kind === "enum" && type.names.length >= manyNames);

/** Channels in one way, what is left in the next. */
function byWays(
  channels: readonly number[],
  ways: readonly ((left: readonly number[]) => readonly (WordsVerdict | null)[])[],
): readonly (WordsVerdict | null)[] {
  return ways.reduce<readonly (WordsVerdict | null)[]>(
    (known, way) => {
      const left = channels.filter((_, at) => known[at] === null);
      if (left.length === 0) return known;
      const more = way(left);
      return known.map((verdict, at) => verdict ?? more[left.indexOf(channels[at]!)] ?? null);
    },
    channels.map(() => null),
  );
}

/**
 * Compares channels of deep expressions of many neighbours: in an order of the variables that is looked for, and by sums that
 * network and rule share, whichever is sooner.
 */
export function compareDeep(
  rule: Rule,
  network: Network,
  channels: readonly number[],
  options: WordsOptions,
): readonly (WordsVerdict | null)[] {
  const kept = new Map<string, SweptFindings>();
  const sweep =
    (effort = FULL_EFFORT) =>
    (left: readonly number[]) =>
      compareSwept(rule, network, left, options, effort, kept);
  return byWays(channels, [
    ...(isLarge(rule, network, channels) ? [] : [sweep(SOME_EFFORT)]),
    (left) => compareSifted(rule, network, left, { ...options, rooms: FIRST_ROOMS }),
    sweep(MORE_EFFORT),
    (left) => compareSifted(rule, network, left, options),
    sweep(),
  ]);
}

function isLarge(rule: Rule, network: Network, channels: readonly number[]): boolean {
  const units = unitsBehind(network, channels).reduce((sum, used) => sum + used.length, 0);
  return rule.updates.length + rule.signals.length > MOST_UPDATES || units > MOST_UNITS;
}

/**
 * Compares channels with more room: where that is used up, anew in an order of the variables in which what there was by then
 * takes less. The next view begins with the order that the one before ended with.
 */
export function compareSifted(
  rule: Rule,
  network: Network,
  channels: readonly number[],
  { rooms = MOST_ROOMS, ...options }: WordsOptions & { readonly rooms?: number },
): readonly (WordsVerdict | null)[] {
  if (!isWhole(network)) return channels.map(() => null);
  let { room = FIRST_NODES } = options;
  const most = rooms * room;
  let order: readonly number[] | null = null;
  const on = (view: View) => comparisonOn(rule, network, { ...view, order }, { ...options, room });
  const decide = (view: View, open: readonly number[]): (WordsVerdict | null)[] => {
    let comparison: Comparison | null = on(view);
    return open.map((at) => {
      while (comparison !== null) {
        const { verdict, sifted }: Comparison = comparison;
        const found = nullIfTooLarge(() => verdict(at));
        if (found !== null) return found;
        const better = room < most ? nullIfTooLarge(sifted) : null;
        order = better ?? order;
        room = Math.min(most, MORE_ROOM * room);
        comparison = better && on(view);
      }
      return null;
    });
  };
  return onViews(viewsOf(options.invariant), channels, decide);
}

/** Compares channels in the first order of the variables that is found. */
export const compareOnceSifted: Compare = (rule, network, channels, options) =>
  compareSifted(rule, network, channels, { ...options, rooms: ONE_ORDER });

/**
 * Compares channels by sums that network and rule share (sat-sweep.ts), and goes on from what is `kept` by view. The first
 * view on which channels are left open is kept: each takes tens of megabytes.
 */
export function compareSwept(
  rule: Rule,
  network: Network,
  channels: readonly number[],
  { invariant, snaps }: WordsOptions,
  effort = FULL_EFFORT,
  kept = new Map<string, SweptFindings>(),
): readonly (WordsVerdict | null)[] {
  if (!isWhole(network)) return channels.map(() => null);
  const onView = (view: View, open: readonly number[]): readonly (WordsVerdict | null)[] => {
    const options = { view, hasEdges: hasEdges(rule, network), invariant, snaps };
    const name = view.token?.place ?? "";
    const known = kept.get(name) ?? nothingFound(rule, network, options);
    kept.delete(name);
    const found = new Swept(rule, network, options, effort, known).verdicts(open);
    if (kept.size === 0 && found.includes(null)) kept.set(name, known);
    return found;
  };
  return onViews(
    viewsOf(invariant),
    channels,
    (view, open) => nullIfTooLarge(() => onView(view, open)) ?? open.map(() => null),
  );
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

type Sides = (channel: number) => Next;

function sidesOf(rule: Rule, network: Network, sight: Sight, { snaps }: WordsOptions): Sides {
  const { words } = sight;
  const computed = channelWords(network, sight);
  const expected = new Expected(rule, sight);
  return (channel) => {
    const sum = words.shown(computed(channel));
    const wanted = words.shown(expected.channel(network.channels[channel]!));
    return { got: shownBy(words, sum, snaps), wanted };
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
    let verdict = nullIfTooLarge(() => compare(at));
    if (verdict === null && decided > 0) {
      compare = anew().verdict;
      decided = 0;
      verdict = nullIfTooLarge(() => compare(at));
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
  const { invariant, room = roomFor(rule) } = options;
  const sight = new Sight(rule.fields, hasEdges(rule, network), new Words(new Bdd(room)), view);
  const sides = sidesOf(rule, network, sight, options);
  const verdict = (at: number) => verdictOf(sight, () => sides(at), invariant);
  return { verdict, sifted: () => sight.sifted(MOST_WORK) };
}

const roomFor = (rule: Rule): number =>
  MOST_NODES +
  MOST_NODES_OF_LINE * rule.schedule.instructions.length +
  MOST_NODES_OF_READ * leaves(valuesOfRule(rule)).length;

/** Compares channels over classes of values of fields, all neighbourhoods of which count. */
function verdictsOfClasses(
  rule: Rule,
  network: Network,
  channels: readonly number[],
  options: WordsOptions,
): (WordsVerdict | null)[] {
  const words = new PlacedWords(new Bdd(MOST_NODES_OF_CLASSES));
  const sight = new Sight(rule.fields, hasEdges(rule, network), words, {}, true);
  for (const slot of sight.slots) if (slot.tag === "field") words.locate(slot.place, sight.bitsOf(slot));
  let sides = sidesOf(rule, network, sight, options);
  for (const channel of channels) sides(channel);
  for (let round = 0; round === 0 || words.isOpen; round++) {
    const isNamed = round < MOST_ROUNDS && words.classify(sight.size, (place) => sight.inside(place));
    if (!isNamed) return channels.map(() => null);
    sides = sidesOf(rule, network, sight, options);
    for (const channel of channels) nullIfTooLarge(() => sides(channel));
  }
  const behind = (read: readonly number[]) =>
    [...read, ...words.behind(read)].filter((variable) => variable < sight.size);
  const completed = (ones: ReadonlySet<number>) => words.fieldsOf(ones);
  return channels.map((at) =>
    nullIfTooLarge((): WordsVerdict | null => {
      const verdict = verdictOf(sight, () => sides(at), null, { behind, completed });
      // What did not fit before does now.
      return words.isOpen ? null : verdict;
    }),
  );
}
