// Decides channels of a dense network by going through every case of the inputs that matter, where these are few enough:
// those together that share units, and each such slice of the network by itself. Slots are fixed one after another, depth first: the sums of the first layer are kept for every depth,
// and the rule's diagrams are walked down along the way, so that a case costs little more than the upper layers.

import { LOOK, spend } from "../../diagnostics/budget.ts";
import { cached } from "../../diagnostics/memo.ts";
import { PLACES, type Place, tapOf } from "../../grid/direction.ts";
import { firstValue } from "../../grid/grid.ts";
import type { Diagram, Operation } from "../../logic/diagrams.ts";
import { columnAt, type Transposed, through, transposed } from "../../network/columns.ts";
import { type Slice, slicesOf } from "../../network/disjoint-slices.ts";
import { heldBy, type Layer, type Network } from "../../network/network.ts";
import { weightCount } from "../../network/sparse.ts";
import { slotSums } from "./interval-step.ts";
import { completeState, type Invariant, isSecondToken } from "./invariant.ts";
import {
  type Neighbourhood,
  type Patch,
  type Slot,
  sidesOf,
  slotKey,
  valuesOfSlot,
} from "./neighbourhood.ts";
import type { ChannelProof } from "./result.ts";

interface Enumerated extends Pick<ChannelProof, "outcome" | "inputs" | "cases"> {
  /** The first case that is wrong, or else where rounding decides. */
  readonly witness: Neighbourhood | null;
  readonly expected: number;
  readonly got: number;
}

/** Multiplications after which other methods are better. */
export const MOST_WORK = 1e11;

export type OnWrong = (neighbourhood: () => Neighbourhood) => boolean;

/** By channel, how a value is judged by the wanted one: 0 right, 1 unsure, 2 wrong. */
export type Judges = readonly Operation[];

export interface EnumerationTask {
  readonly network: Network;
  readonly patch: Patch;
  /** The rule's next values, by the channels that are to be decided. */
  readonly expected: ReadonlyMap<number, Diagram>;
  readonly invariant: Invariant | null;
  readonly judges: Judges;
  /** Called for every wrong case; `false` ends it, and channels that are right until then are left open. */
  readonly onWrong?: OnWrong | undefined;
}

/** All of these channels decided; null where there are too many cases. */
export function decideByEnumeration(task: EnumerationTask): ReadonlyMap<number, Enumerated> | null {
  const parts = partsOf(task);
  if (workOf(parts) > MOST_WORK) return null;
  return new Map(parts.flatMap((part) => [...new Enumeration(part).run()]));
}

/** Multiplications that all cases take at most. */
export const enumerationWork = (task: EnumerationTask): number => workOf(partsOf(task));

function workOf(parts: readonly Part[]): number {
  return parts.reduce((work, { slice, choices }) => {
    const cases = choices.reduce((product, { values }) => product * values.length, 1);
    return work + cases * slice.layers.slice(1).reduce((sum, layer) => sum + weightCount(layer), 1);
  }, 0);
}

/** What is decided together. */
interface Part {
  readonly task: EnumerationTask;
  readonly slice: Slice;
  /** The rule's next values, by the channels of the slice in order. */
  readonly expected: readonly Diagram[];
  readonly choices: readonly Choice[];
}

const partsOf = (task: EnumerationTask): Part[] =>
  slicesOf(task.network, [...task.expected.keys()]).map((slice) => {
    const expected = slice.channels.map((channel) => task.expected.get(channel)!);
    return { task, slice, expected, choices: choicesOf(task, slice, expected) };
  });

/** A slot that matters, and values of it that stand for all. */
interface Choice {
  readonly slot: Slot;
  readonly values: readonly number[];
  /** By the number of the value: what it adds to the sums of the first layer. */
  readonly rows: readonly Float64Array[];
}

function choicesOf(
  { network, patch, invariant }: EnumerationTask,
  { channels, layers }: Slice,
  expected: readonly Diagram[],
): Choice[] {
  const sliced = { ...network, layers };
  const asked = askedOf(patch, expected);
  const sides = new Set([...asked.keys(), ...sidesRead(sliced)]);
  const choices = patch.slots.flatMap((slot): Choice[] => {
    if (slot.tag === "side")
      return sides.has(slot.side) ? [{ slot, values: [1, 0], rows: [EMPTY, EMPTY] }] : [];
    const values = valuesOfSlot(slot);
    const rows = values.map((value) => slotSums(sliced, slot, value));
    // Values that neither the network nor the rule tells apart are one. An invariant may tell them apart.
    const bounds = asked.get(slotKey(slot)) ?? [];
    const key = (at: number) =>
      `${rows[at]!.join()} ${bounds.filter((atLeast) => values[at]! >= atLeast).length} ${ownBits(network, channels, slot, values[at]!)}`;
    const classes = new Map([...values.keys()].reverse().map((at) => [key(at), at]));
    if (classes.size === 1) return [];
    const kept = invariant === null ? [...classes.values()].sort((a, b) => a - b) : [...values.keys()];
    return [{ slot, values: kept.map((at) => values[at]!), rows: kept.map((at) => rows[at]!) }];
  });
  // Sides come first: they say which cells there are.
  return choices.toSorted((a, b) => Number(b.slot.tag === "side") - Number(a.slot.tag === "side"));
}

const EMPTY = new Float64Array(0);

/** The bounds that diagrams ask of slots. */
function askedOf(patch: Patch, expected: readonly Diagram[]): ReadonlyMap<string, readonly number[]> {
  const asked = new Map<string, number[]>();
  for (const variable of new Set(expected.flatMap((each) => patch.diagrams.support(each)))) {
    const { slot, atLeast } = patch.asked(variable);
    asked.set(slotKey(slot), [...(asked.get(slotKey(slot)) ?? []), atLeast]);
  }
  return asked;
}

/** Returns what the residual keeps of some channels, where the slot is their field. */
function ownBits(
  { channels, residual }: Network,
  some: readonly number[],
  slot: Slot,
  value: number,
): string {
  if (slot.tag === "side" || slot.place !== "here") return "";
  return some
    .map((channel) => {
      const { code } = channels[channel]!;
      if (residual[channel] === 0 || code.kind === "inside" || code.field !== slot.field.name) return 0;
      return heldBy(code, value);
    })
    .join();
}

/**
 * The sides of which the network sees whether there is a neighbour. Where the rule does not ask for it either, it does not
 * matter: a cell off the grid is one whose fields have their first values.
 */
const sidesRead = ({ channels, layers }: Pick<Network, "channels" | "layers">): readonly string[] =>
  channels.flatMap(({ code }, channel) =>
    code.kind === "inside"
      ? PLACES.filter((place) =>
          columnAt(layers[0]!, channel, tapOf(place)).some((each) => each !== 0),
        ).flatMap(sidesOf)
      : [],
  );

/** What is known of a channel: the worst verdict, and the case that has it. */
interface Finding extends Pick<Enumerated, "witness" | "expected" | "got"> {
  readonly verdict: number;
}

class Enumeration {
  readonly #task: EnumerationTask;
  readonly #slice: Slice;
  readonly #choices: readonly Choice[];
  readonly #values = new Map<string, number>();
  /** Sums of the first layer, and the rule's diagrams as far as they are decided, by depth. */
  readonly #sums: readonly Float64Array[];
  readonly #rests: readonly Int32Array[];
  readonly #upper: readonly Transposed[];
  readonly #findings: Finding[];
  readonly #possible = new Map<string, boolean>();
  /** What the diagrams' variables ask, and at which depth the slot is fixed. */
  readonly #questions = new Map<
    number,
    { readonly key: string; readonly atLeast: number; readonly depth: number }
  >();
  #cases = 0;
  #isOver = false;

  constructor({ task, slice, expected, choices }: Part) {
    const [first, ...upper] = slice.layers as readonly [Layer, ...Layer[]];
    this.#task = task;
    this.#slice = slice;
    this.#choices = choices;
    this.#sums = [...choices, null].map(() => Float64Array.from(first.bias));
    this.#rests = [...choices, null].map(() => Int32Array.from(expected));
    this.#upper = upper.map(transposed);
    this.#findings = expected.map(() => ({ verdict: 0, witness: null, expected: 0, got: 0 }));
    const depths = new Map(choices.map(({ slot }, depth) => [slotKey(slot), depth]));
    for (const variable of new Set(expected.flatMap((each) => task.patch.diagrams.support(each)))) {
      const { slot, atLeast } = task.patch.asked(variable);
      const key = slotKey(slot);
      this.#questions.set(variable, { key, atLeast, depth: depths.get(key) ?? -1 });
    }
  }

  /** Returns what was found, by channel. */
  run(): (readonly [number, Enumerated])[] {
    // Sides of which nobody asks are there.
    for (const slot of this.#task.patch.slots)
      this.#values.set(slotKey(slot), slot.tag === "side" ? 1 : firstValue(slot.field.type));
    const sides = this.#choices.filter(({ slot }) => slot.tag === "side").length;
    this.#descend(0, sides);
    return this.#findings.map(({ verdict, witness, expected, got }, nth) => {
      const outcome =
        this.#isOver && verdict < 2 ? "undecided" : (["proved", "undecided", "differs"] as const)[verdict]!;
      const counts = { inputs: this.#choices.length, cases: this.#cases };
      return [this.#slice.channels[nth]!, { outcome, witness, expected, got, ...counts }];
    });
  }

  #descend(depth: number, sides: number): void {
    const choice = this.#choices[depth];
    if (depth === sides) this.#addInside(depth);
    if (choice === undefined) {
      this.#judge(depth);
      return;
    }
    const { slot, values, rows } = choice;
    const key = slotKey(slot);
    const first = slot.tag === "side" ? null : firstValue(slot.field.type);
    for (const [at, value] of values.entries()) {
      if (this.#isOver) return;
      if (slot.tag === "field" && value !== first && this.#isOff(slot.place)) continue;
      this.#values.set(key, value);
      if (!this.#isPossible(slot)) continue;
      const [sums, next, row] = [this.#sums[depth]!, this.#sums[depth + 1]!, rows[at]!];
      if (slot.tag === "side") next.set(sums);
      else for (let unit = 0; unit < next.length; unit++) next[unit] = sums[unit]! + row[unit]!;
      this.#walk(depth);
      this.#descend(depth + 1, sides);
    }
    this.#values.set(key, first ?? 1);
  }

  #isOff(place: Place): boolean {
    return sidesOf(place).some((side) => this.#values.get(side) === 0);
  }

  /** The inside channel adds its weights where there are cells. */
  #addInside(depth: number): void {
    const { channels } = this.#task.network;
    const { layers } = this.#slice;
    const sums = this.#sums[depth]!;
    if (depth === 0) sums.set(layers[0]!.bias);
    for (const [channel, { code }] of channels.entries()) {
      if (code.kind !== "inside") continue;
      for (const place of PLACES) {
        if (this.#isOff(place)) continue;
        for (const [unit, weight] of columnAt(layers[0]!, channel, tapOf(place)).entries())
          sums[unit]! += weight;
      }
    }
  }

  /** Follows the diagrams as far as slots are fixed. */
  #walk(depth: number): void {
    const [from, to] = [this.#rests[depth]!, this.#rests[depth + 1]!];
    const { diagrams } = this.#task.patch;
    for (let channel = 0; channel < from.length; channel++) {
      let node = from[channel]!;
      while (diagrams.constantOf(node) === null) {
        const question = this.#questions.get(diagrams.topOf(node))!;
        // Slots that are not gone through have one value; those to come are asked later.
        if (question.depth > depth) break;
        const [low, high] = diagrams.childrenOf(node);
        node = this.#values.get(question.key)! >= question.atLeast ? high : low;
      }
      to[channel] = node;
    }
  }

  #isPossible(slot: Slot): boolean {
    const { invariant } = this.#task;
    if (invariant === null || slot.tag === "side") return true;
    const { place } = slot;
    if (this.#isOff(place)) return true;
    if (isSecondToken(invariant, slot, (key) => this.#values.get(key))) return false;
    const fixed = this.#fixedAt(place, slot);
    const key = `${place} ${fixed.join(" ")}`;
    return cached(this.#possible, key, () => this.#stateAt(place, fixed) !== null);
  }

  /** Values of the fields at a place as far as they are fixed, up to a slot or all. */
  #fixedAt(place: Place, last: Slot | null): (number | undefined)[] {
    const fields = this.#task.invariant!.fields;
    const fixed = fields.map(() => undefined as number | undefined);
    for (const { slot } of this.#choices) {
      if (slot.tag === "field" && slot.place === place)
        fixed[fields.findIndex(({ name }) => name === slot.field.name)] = this.#values.get(slotKey(slot));
      if (slot === last) break;
    }
    return fixed;
  }

  /** A state of the invariant, or of a cell that may be off the grid. */
  #stateAt(place: Place, fixed: readonly (number | undefined)[]): readonly number[] | null {
    const { invariant } = this.#task;
    const first = invariant!.fields.map(({ type }) => firstValue(type));
    const isOpen = (side: string) => this.#choices.some(({ slot }) => slotKey(slot) === side);
    const mayBeOff = place !== "here" && !sidesOf(place).every(isOpen);
    if (mayBeOff && fixed.every((value, at) => (value ?? first[at]) === first[at])) return first;
    return completeState(invariant!, fixed);
  }

  #judge(depth: number): void {
    this.#cases++;
    spend(LOOK);
    const { network, patch, judges, onWrong } = this.#task;
    let isWrong = false;
    let values = this.#sums[depth]!;
    for (const layer of this.#upper) values = through(layer, values);
    for (const [nth, channel] of this.#slice.channels.entries()) {
      const { code } = network.channels[channel]!;
      const wanted = patch.diagrams.constantOf(this.#rests[depth]![nth]!);
      if (wanted === null) throw new Error("internal: a case leaves the rule open");
      const kept = network.residual[channel]!;
      const own =
        kept === 0 ? 0 : code.kind === "inside" ? 1 : heldBy(code, this.#values.get(`${code.field} here`)!);
      const got = values[nth]! + kept * own;
      const verdict = judges[channel]!.of(got, wanted);
      if (verdict === 2) isWrong = true;
      if (verdict > this.#findings[nth]!.verdict)
        this.#findings[nth] = { verdict, witness: this.#witness(), expected: wanted, got };
    }
    if (isWrong && onWrong?.(() => this.#witness()) === false) this.#isOver = true;
  }

  /** The case as a neighbourhood; under an invariant, what was left out is completed to states of it. */
  #witness(): Neighbourhood {
    const values = new Map(this.#values);
    const { patch, invariant } = this.#task;
    for (const place of invariant === null ? [] : PLACES) {
      if (this.#isOff(place)) continue;
      const state = this.#stateAt(place, this.#fixedAt(place, null)) ?? [];
      for (const [at, value] of state.entries()) values.set(`${invariant!.fields[at]!.name} ${place}`, value);
    }
    return patch.neighbourhood((slot) => values.get(slotKey(slot))!);
  }
}
