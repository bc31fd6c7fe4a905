// Decides a channel of a dense network by branch and bound. A box fixes some slots of the neighbourhood and leaves
// the others free; interval arithmetic bounds the network's value on it. Where the rule has one value on the whole
// box and the bounds are on its side, the box is done; else the slot that matters most is fixed, value by value.
// Weights that hardly matter, such as noise, are bounded together and never enumerated.

import { LOOK, spend } from "../../diagnostics/budget.ts";
import { PLACES, type Place } from "../../grid/direction.ts";
import { firstValue } from "../../grid/grid.ts";
import { type Random, seededRandom } from "../../grid/random.ts";
import type { Diagram, Operation } from "../../logic/diagrams.ts";
import type { Network } from "../../network/network.ts";
import { type IntervalStep, intervalStep, type Sums } from "./interval-step.ts";
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

interface Bounded extends Pick<ChannelProof, "outcome" | "inputs" | "cases"> {
  /** A case that is wrong, or where rounding decides. */
  readonly witness: Neighbourhood | null;
  readonly expected: number;
  readonly got: number;
  readonly reason: string | null;
  readonly boxes: number;
}

/** Boxes after which a channel is left undecided, unless others are asked for. */
const MOST_BOXES = 4_000_000;
/** Random neighbourhoods looked at first: a wrong network mostly shows there. */
const SAMPLES = 4_000;

/** What is to be decided: the network's value of a channel against the rule's. */
interface Question {
  readonly network: Network;
  readonly channel: number;
  readonly patch: Patch;
  readonly expected: Diagram;
  /** Neighbourhoods outside of it do not matter. */
  readonly invariant: Invariant | null;
  /** Judges a value by the wanted one: 0 right, 1 unsure, 2 wrong; right values form an interval. */
  readonly judge: Operation;
  readonly mostBoxes?: number | undefined;
}

export const decideByBounds = (question: Question): Bounded => new BranchAndBound(question).decide();

/** Values by number of slot; undefined where a slot is free. */
type Assignment = (number | undefined)[];

interface Case {
  readonly assignment: Assignment;
  readonly expected: number;
  readonly got: number;
}

class BranchAndBound {
  readonly #question: Question;
  readonly #slots: readonly Slot[];
  readonly #index: ReadonlyMap<string, number>;
  readonly #variables = new Map<number, { readonly slot: number; readonly atLeast: number }>();
  readonly #dense: IntervalStep;
  /** Slots by falling influence, those without any left out. */
  readonly #order: readonly number[];
  readonly #mostBoxes: number;
  #boxes = 0;
  #wrong: Case | null = null;
  #unsure: Case | null = null;

  constructor(question: Question) {
    this.#question = question;
    this.#mostBoxes = question.mostBoxes ?? MOST_BOXES;
    this.#slots = question.patch.slots;
    this.#index = new Map(this.#slots.map((slot, at) => [slotKey(slot), at]));
    this.#dense = intervalStep(question.network, question.channel, this.#slots);
    const { influence } = this.#dense;
    this.#order = [...this.#slots.keys()]
      .filter((slot) => influence[slot]! > 0)
      .sort((a, b) => influence[b]! - influence[a]!);
  }

  decide(): Bounded {
    this.#sample(seededRandom(1));
    if (this.#wrong === null) for (const sides of this.#allSides()) this.#root(sides);
    const shown = this.#wrong ?? this.#unsure;
    const exhausted = this.#boxes >= this.#mostBoxes;
    const isOpen = this.#wrong === null && (exhausted || this.#unsure !== null);
    const relevant = new Set([...this.#order, ...this.#support()]);
    return {
      outcome: this.#wrong !== null ? "differs" : isOpen ? "undecided" : "proved",
      witness:
        shown === null
          ? null
          : this.#question.patch.neighbourhood((slot) => shown.assignment[this.#index.get(slotKey(slot))!]!),
      expected: shown?.expected ?? 0,
      got: shown?.got ?? 0,
      reason: isOpen ? this.#reason(exhausted) : null,
      boxes: this.#boxes,
      inputs: relevant.size,
      cases: [...relevant].reduce((product, slot) => product * valuesOfSlot(this.#slots[slot]!).length, 1),
    };
  }

  #reason(exhausted: boolean): string {
    const { network, channel } = this.#question;
    const { name } = network.channels[channel]!;
    if (!exhausted) return `rounding could decide a case of channel ${name}`;
    const [lo, hi] = this.#dense.bounds(
      this.#dense.start(
        this.#slots.map(() => true),
        PLACES,
      ),
    );
    return (
      `${this.#mostBoxes} boxes did not decide channel ${name}, whose value is only known to be between ` +
      `${lo.toFixed(3)} and ${hi.toFixed(3)} over all cases`
    );
  }

  /** Every way in which neighbours can be missing. */
  *#allSides(): Generator<Assignment> {
    const sides = this.#slots.flatMap(({ tag }, at) => (tag === "side" ? [at] : []));
    for (let bits = 2 ** sides.length - 1; bits >= 0; bits--) {
      const assignment: Assignment = new Array(this.#slots.length).fill(undefined);
      for (const [nth, at] of sides.entries()) assignment[at] = (bits >> nth) & 1;
      // Off the grid, every field has its first value.
      for (const [at, slot] of this.#slots.entries()) {
        if (slot.tag === "field" && this.#isOff(assignment, slot.place))
          assignment[at] = firstValue(slot.field.type);
      }
      yield assignment;
    }
  }

  #isOff(assignment: Assignment, place: Place): boolean {
    return sidesOf(place).some((side) => assignment[this.#index.get(side) ?? -1] === 0);
  }

  #cells(assignment: Assignment): Place[] {
    return PLACES.filter((place) => !this.#isOff(assignment, place));
  }

  #sample(random: Random): void {
    const sides = [...this.#allSides()];
    for (let trial = 0; trial < SAMPLES && this.#wrong === null; trial++) {
      const given = sides[random.int(2) === 0 ? 0 : random.int(sides.length)]!;
      const drawn = this.#draw(random);
      const assignment = given.map((value, at) => value ?? drawn[at]!);
      this.#judge(assignment, this.#value(assignment));
    }
  }

  /** Random values, of states of the invariant where there is one. */
  #draw(random: Random): number[] {
    const values = this.#slots.map((slot) => pick(valuesOfSlot(slot), random));
    const { invariant } = this.#question;
    if (invariant === null) return values;
    for (const place of PLACES) {
      // A random value in one field, and a state that has it.
      const fixed = invariant.fields.map(() => undefined as number | undefined);
      const at = random.int(fixed.length);
      fixed[at] = values[this.#index.get(`${invariant.fields[at]!.name} ${place}`)!];
      const state = completeState(invariant, fixed) ?? [];
      for (const [column, { name }] of invariant.fields.slice(0, state.length).entries())
        values[this.#index.get(`${name} ${place}`)!] = state[column]!;
    }
    for (const token of invariant.tokens ?? []) {
      const holder = pick(PLACES, random);
      for (const place of PLACES)
        if (place !== holder) values[this.#index.get(`${token} ${place}`)!] = this.#firstOf(token, place);
    }
    return values;
  }

  #value(assignment: Assignment): number {
    const sums = this.#dense.start(
      assignment.map(() => false),
      this.#cells(assignment),
    );
    for (const [slot, value] of assignment.entries()) this.#dense.add(sums, slot, value!);
    return this.#dense.bounds(sums)[0];
  }

  /** Looks at one case, in which the slots that are free do not matter. */
  #judge(assignment: Assignment, got: number): void {
    const { expected, judge } = this.#question;
    const complete = this.#complete(assignment);
    if (complete === null) return;
    const wanted = this.#restrict(expected, complete).constant!;
    const verdict = judge.of(got, wanted);
    if (verdict === 2) this.#wrong = { assignment: complete, expected: wanted, got };
    if (verdict === 1) this.#unsure ??= { assignment: complete, expected: wanted, got };
  }

  /**
   * Gives free slots values, by which every cell is in a state of the invariant; null if there are none. What is free
   * may then be a second token: such a case counts, though it may be none that comes up.
   */
  #complete(assignment: Assignment): Assignment | null {
    const complete = assignment.map((value, at) => value ?? valuesOfSlot(this.#slots[at]!)[0]!);
    const { invariant } = this.#question;
    if (invariant === null) return complete;
    const fixed = (key: string) => assignment[this.#index.get(key)!];
    if (this.#slots.some((slot) => slot.tag === "field" && isSecondToken(invariant, slot, fixed)))
      return null;
    for (const place of this.#cells(assignment)) {
      const state = this.#stateAt(invariant, place, assignment);
      if (state === null) return null;
      for (const [column, { name }] of invariant.fields.entries())
        complete[this.#index.get(`${name} ${place}`)!] = state[column]!;
    }
    return complete;
  }

  /** A state that a cell may be in, given the slots that are fixed; null if there is none. */
  #stateAt(invariant: Invariant, place: Place, assignment: Assignment): readonly number[] | null {
    const { fields } = invariant;
    const fixed = fields.map(({ name }) => assignment[this.#index.get(`${name} ${place}`)!]);
    // Without edges, a cell whose fields have their first values may be off the grid.
    const first = fields.map(({ name }) => this.#firstOf(name, place));
    if (!this.#hasSides && place !== "here" && fixed.every((value, at) => (value ?? first[at]) === first[at]))
      return first;
    return completeState(invariant, fixed);
  }

  #firstOf(name: string, place: Place): number {
    return valuesOfSlot(this.#slots[this.#index.get(`${name} ${place}`)!]!)[0]!;
  }

  get #hasSides(): boolean {
    return this.#slots.some(({ tag }) => tag === "side");
  }

  #root(sides: Assignment): void {
    const sums = this.#dense.start(
      sides.map((value) => value === undefined),
      this.#cells(sides),
    );
    for (const [slot, value] of sides.entries()) if (value !== undefined) this.#dense.add(sums, slot, value);
    this.#split(sides, sums, null, null);
  }

  #split(assignment: Assignment, sums: Sums, known: number | null, fixed: Slot | null): void {
    if (this.#wrong !== null || this.#boxes >= this.#mostBoxes) return;
    this.#boxes++;
    spend(LOOK);
    const { expected, invariant, judge } = this.#question;
    if (fixed !== null && invariant !== null && this.#isImpossible(invariant, fixed, assignment)) return;
    const rule = known === null ? this.#restrict(expected, assignment) : { constant: known, next: null };
    let slot = rule.next;
    if (rule.constant !== null) {
      const [lo, hi] = this.#dense.bounds(sums);
      if (judge.of(lo, rule.constant) === 0 && judge.of(hi, rule.constant) === 0) return;
      slot = this.#order.find((at) => assignment[at] === undefined) ?? null;
      if (slot === null) {
        this.#judge(assignment, lo);
        return;
      }
    }
    for (const value of valuesOfSlot(this.#slots[slot!]!)) {
      this.#split(
        assignment.with(slot!, value),
        this.#dense.fix(sums, slot!, value),
        rule.constant,
        this.#slots[slot!]!,
      );
    }
  }

  /** Tells whether the slot that was fixed last leaves its cell in no state of the invariant. */
  #isImpossible(invariant: Invariant, fixed: Slot, assignment: Assignment): boolean {
    if (fixed.tag === "side") return false;
    return (
      isSecondToken(invariant, fixed, (key) => assignment[this.#index.get(key)!]) ||
      this.#stateAt(invariant, fixed.place, assignment) === null
    );
  }

  /** A function on a box: its value if that is one, else a slot that it depends on. */
  #restrict(diagram: Diagram, assignment: Assignment): { constant: number | null; next: number | null } {
    const { diagrams } = this.#question.patch;
    const done = new Map<Diagram, number | null>();
    let next: number | null = null;
    const visit = (node: Diagram): number | null => {
      const value = diagrams.constantOf(node);
      if (value !== null) return value;
      const known = done.get(node);
      if (known !== undefined) return known;
      const { slot, atLeast } = this.#variable(diagrams.topOf(node));
      const [low, high] = diagrams.childrenOf(node);
      const fixed = assignment[slot];
      const [a, b] = fixed === undefined ? [visit(low), visit(high)] : [visit(fixed >= atLeast ? high : low)];
      const made = b === undefined || a === b ? a! : null;
      if (made === null && fixed === undefined) next = slot;
      done.set(node, made);
      return made;
    };
    return { constant: visit(diagram), next };
  }

  #variable(variable: number): { readonly slot: number; readonly atLeast: number } {
    const known = this.#variables.get(variable);
    if (known !== undefined) return known;
    const { slot, atLeast } = this.#question.patch.asked(variable);
    const made = { slot: this.#index.get(slotKey(slot))!, atLeast };
    this.#variables.set(variable, made);
    return made;
  }

  #support(): number[] {
    const { patch, expected } = this.#question;
    return patch.diagrams.support(expected).map((variable) => this.#variable(variable).slot);
  }
}

const pick = <T>(values: readonly T[], random: Random): T => values[random.int(values.length)]!;
