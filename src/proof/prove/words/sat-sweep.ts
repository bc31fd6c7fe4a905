// Network and rule as sums of the same numbers (open-sums.ts), whose bits are nodes of one graph (logic/sweep.ts).
//
// Deep expressions of many neighbours have no diagrams of reasonable size in any order, but what network and rule make on
// the way to them is equal: a sum of units is a part of the rule (candidate-sums.ts says which may be). Where that is shown,
// layer by layer, one of the units is replaced by the part, and so what both make of it is mostly the same sum as it stands.
// Parts that seemed to be such sums, and are not, show which neighbourhoods to draw for another round.

import type { Rule } from "../../../compiler/schedule/rule.ts";
import { cached } from "../../../diagnostics/memo.ts";
import type { Bounds } from "../../../grid/grid.ts";
import { seededRandom } from "../../../grid/random.ts";
import type { Bool } from "../../../logic/bdd.ts";
import { type Expression, type ExpressionOf, leaves, operands } from "../../../logic/expression.ts";
import { nullIfTooLarge } from "../../../logic/nodes.ts";
import { Sweep } from "../../../logic/sweep.ts";
import { heldBy, type Network } from "../../../network/network.ts";
import { HERE, type StepValues } from "../../../network/step.ts";
import type { Invariant } from "../invariant.ts";
import type { Slot } from "../neighbourhood.ts";
import { type Likely, likelyParts, type SumSource, unitsBehind } from "./candidate-sums.ts";
import { CaseSplit } from "./case-split.ts";
import { areSameExtremes } from "./extremes.ts";
import { Sight, type View } from "./neighbourhood-words.ts";
import { OneNumber } from "./one-number.ts";
import { constantSum, Forms, type OpenSum, textOf } from "./open-sums.ts";
import { possible } from "./possible-neighbourhoods.ts";
import { RuleForms } from "./rule-open-sums.ts";
import { Expected, nameAsked, updateOfChannel } from "./rule-words.ts";
import { Samples, type Witness } from "./samples.ts";
import { shownBy, verdictBy, type WordsVerdict, wrongOf } from "./verdict.ts";
import { Words } from "./words.ts";

/** Numbers of 32 samples each. */
const SAMPLES = 32;
/** Neighbourhoods that tell most sums which may have both signs from others. */
const FEW_SAMPLES = 64;
/** Nodes that all bits may take. */
const MOST_NODES = 400_000;
/** Conflicts of all that is asked, which takes about a second, half a minute, or a minute or two. */
const SOME_CONFLICTS = 10_000;
const MORE_CONFLICTS = 200_000;
const MOST_CONFLICTS = 600_000;
/** Sums by which two are compared as extremes. */
const SOME_SUMS = 300;
const MOST_SUMS = 3000;
/** Conflicts to compare a part at once, by cases, and at once again before it is split into cases to the end; and a channel. */
const PART_CONFLICTS = 300;
const CASES_CONFLICTS = 3000;
const HARD_PART_CONFLICTS = 20_000;
const CHANNEL_CONFLICTS = 60_000;
/** Terms of a shared sum from which on it becomes a number of its own. */
const LONG = 4;
/** How often neighbourhoods are drawn. */
const ROUNDS = 12;

interface SweptOptions {
  readonly view: View;
  readonly hasEdges: boolean;
  readonly invariant: Invariant | null;
  readonly snaps: boolean;
}

/** What all comparisons may take. */
export interface SweptEffort {
  /** Conflicts of all that is asked. */
  readonly conflicts: number;
  /** Conflicts to compare a part at once that was not soon compared by cases. */
  readonly part: number;
  /** Sums by which two are compared as extremes. */
  readonly sums: number;
}

export const SOME_EFFORT: SweptEffort = { conflicts: SOME_CONFLICTS, part: 0, sums: SOME_SUMS };
export const MORE_EFFORT: SweptEffort = {
  conflicts: MORE_CONFLICTS,
  part: HARD_PART_CONFLICTS,
  sums: MOST_SUMS,
};
export const FULL_EFFORT: SweptEffort = {
  conflicts: MOST_CONFLICTS,
  part: HARD_PART_CONFLICTS,
  sums: MOST_SUMS,
};

/** What is found out about a view, from which channels can be compared again with more effort. */
export interface SweptFindings {
  readonly sweep: Sweep;
  readonly words: Words<Sweep>;
  readonly sight: Sight<Sweep>;
  /** Neighbourhoods, and the network's step in them. */
  readonly drawn: Samples;
  readonly step: StepValues<Float64Array>;
  /** Neighbourhoods in which parts are not the sums that they seemed to be. */
  readonly witnesses: Witness[];
  /** What parts have been shown to be the sums that they seem to be. */
  readonly shown: Set<string>;
}

/** Returns what is known of a view before anything has been compared. */
export function nothingFound(rule: Rule, network: Network, { view, hasEdges }: SweptOptions): SweptFindings {
  const sweep = new Sweep(samplesOf, SAMPLES, MOST_NODES);
  const words = new Words(sweep);
  const sight = new Sight(rule.fields, hasEdges, words, view);
  const drawn = new Samples(rule, 32 * SAMPLES, view.token ?? null);
  return { sweep, words, sight, drawn, step: drawn.step(network), witnesses: [], shown: new Set() };

  /** Samples of a variable: those of neighbourhoods, and in every fourth bits by chance. */
  function samplesOf(variable: number): Int32Array {
    const random = seededRandom(1 + variable);
    const [slot] = sight.slotsOf([variable]);
    const values = columnOf(drawn, slot!);
    const isOne = sight.isOne(variable);
    const column = new Int32Array(SAMPLES);
    for (let at = 0; at < 32 * SAMPLES; at++) {
      if (at % 4 === 3 ? random.int(2) === 1 : isOne(values[at]!)) column[at >> 5]! |= 1 << (at & 31);
    }
    return column;
  }
}

const columnOf = (drawn: Samples, slot: Slot): Float64Array =>
  slot.tag === "side" ? drawn.side(slot.side) : drawn.field(slot.field.name, slot.place);

/** Compares channels on a view. */
export class Swept {
  readonly #rule: Rule;
  readonly #network: Network;
  readonly #options: SweptOptions;
  readonly #effort: SweptEffort;
  readonly #drawn: Samples;
  readonly #step: StepValues<Float64Array>;
  /** Where neighbourhoods can come up at all. */
  #possible: Bool | null = null;
  readonly #sweep: Sweep;
  readonly #words: Words<Sweep>;
  readonly #sight: Sight<Sweep>;
  readonly #forms: Forms;
  readonly #ofRule: RuleForms;
  readonly #expected: Expected;
  readonly #numbers = new Map<string, OneNumber>();
  readonly #witnesses: Witness[];
  readonly #shown: Set<string>;
  /** What parts have been tried, shown or not. */
  readonly #tried = new Set<string>();

  constructor(
    rule: Rule,
    network: Network,
    options: SweptOptions,
    effort: SweptEffort,
    known: SweptFindings,
  ) {
    this.#rule = rule;
    this.#network = network;
    this.#options = options;
    this.#effort = effort;
    this.#sweep = known.sweep;
    this.#words = known.words;
    this.#sight = known.sight;
    this.#drawn = known.drawn;
    this.#step = known.step;
    this.#witnesses = known.witnesses;
    this.#shown = known.shown;
    this.#sweep.allow(effort.conflicts);
    const few = (column: Float64Array) => column.subarray(0, FEW_SAMPLES);
    this.#forms = new Forms(network, this.#sight, (source) => few(this.#step.input(source)));
    this.#ofRule = new RuleForms(rule, network, this.#sight, this.#forms, (node) =>
      few(this.#drawn.of(node)),
    );
    this.#expected = new Expected(rule, this.#sight, (node) => this.#ofRule.normalWord(node));
  }

  /** Returns what is said of channels; null where that is not decided. */
  verdicts(channels: readonly number[]): (WordsVerdict | null)[] {
    const shown = channels.map((at) => this.#shownBySamples(at));
    if (shown.every((verdict) => verdict !== null)) return shown;
    const units = unitsBehind(this.#network, channels);
    // What has been shared before there was no more room may be enough for some channels.
    nullIfTooLarge(() => {
      for (let round = 0; round < ROUNDS && this.#shareParts(units); round++);
    });
    return channels.map((at, nth) => shown[nth] ?? nullIfTooLarge(() => this.#verdict(at)));
  }

  /** A neighbourhood of those drawn in which a channel differs; null where it does in none that can come up. */
  #shownBySamples(channel: number): WordsVerdict | null {
    const { code } = this.#network.channels[channel]!;
    const update = updateOfChannel(this.#rule, code);
    if (code.kind === "inside" || update === null || this.#options.snaps) return null;
    const sums = this.#step.next(channel);
    const values = this.#drawn.of(update.value);
    const at = sums.findIndex(
      (sum, sample) => sum !== heldBy(code, values[sample]!) && this.#canComeUp(sample),
    );
    if (at < 0) return null;
    const ones = this.#onesOf(at);
    return {
      inputs: this.#sight.size,
      slots: this.#sight.slots,
      nodes: 0,
      difference: {
        value: (slot) => this.#sight.valueOf(slot, ones),
        expected: heldBy(code, values[at]!),
        got: sums[at]!,
      },
    };
  }

  /** Tells whether the invariant allows a neighbourhood that was drawn. */
  #canComeUp(sample: number): boolean {
    const { invariant } = this.#options;
    if (invariant === null) return true;
    const ones = this.#onesOf(sample);
    this.#possible ??= possible(invariant, this.#sight, this.#sight.slots);
    return this.#sweep.evaluate(this.#possible, (variable) => (ones.has(variable) ? 1 : 0)) === 1;
  }

  /** The variables that are 1 in a neighbourhood that was drawn. */
  #onesOf(sample: number): ReadonlySet<number> {
    return new Set(
      this.#sight.slots.flatMap((slot) => this.#sight.onesOf(slot, columnOf(this.#drawn, slot)[sample]!)),
    );
  }

  /** Looks for parts of the rule among sums of these units of each layer; true where more are to be found with what has been learned. */
  #shareParts(units: readonly (readonly number[])[]): boolean {
    const before = this.#witnesses.length;
    const likely = likelyParts(this.#rule, this.#network, units, {
      token: this.#options.view.token ?? null,
      witnesses: this.#witnesses,
    });
    for (const [layer, used] of units.entries()) {
      for (const unit of used) this.#forms.step.rectified(layer, unit);
      for (const each of likely)
        if (each.layer === layer && this.#sweep.conflicts < this.#effort.conflicts) this.#tryPart(each);
      // What is above is made of these.
      if (this.#witnesses.length > before) return true;
    }
    return false;
  }

  #tryPart({ of, sum }: Likely): void {
    const isUnit = of.tag === "unit";
    const name = isUnit ? `${of.layer}.${of.unit}` : of.id;
    const key = `${name} ${sum.map(({ weight, source }) => `${weight} ${Object.values(source)}`)}`;
    if (this.#tried.has(key)) return;
    this.#tried.add(key);
    const forms = this.#forms;
    const added = forms.sum(
      0,
      sum.map(({ weight, source }) => ({ weight, of: this.#formOf(source) })),
    );
    const made = isUnit ? this.#formOf(of) : added;
    const part = forms.normal(isUnit ? added : this.#ofRule.form(of));
    const gap = forms.normal(forms.difference(made, part));
    if (gap.terms.size === 0 && gap.constant === 0) return;
    const atom = this.#pivotOf(gap) ?? this.#ownAtomOf(made, part);
    if (atom === null) return;
    if (!this.#shown.has(key) && !this.#isShown(made, part, gap)) return;
    this.#shown.add(key);
    if (forms.replace(atom, gap) && !isUnit && of.tag === "sum") this.#nameSum(of);
  }

  /** Tells whether a part is shown to be what it seems; notes a neighbourhood in which it is not. */
  #isShown(made: OpenSum, part: OpenSum, gap: OpenSum): boolean {
    if (this.#areSame(made, part)) return true;
    const differs = this.#words.differs(this.#forms.word(made), this.#forms.word(part));
    const seen = this.#sweep.onesSeen(differs);
    if (seen !== null) {
      this.#witnesses.push(this.#witness(seen, this.#sweep.supportOf([differs])));
      return false;
    }
    const isNever = (most: number) => this.#sweep.never([differs], most);
    const isZero = (most: number) => new CaseSplit(this.#forms, this.#ofRule, this.#words).isZero(gap, most);
    // Which of the two is soon done differs from part to part; what either has learned helps the other.
    return (
      isNever(PART_CONFLICTS) ||
      isZero(CASES_CONFLICTS) ||
      isNever(this.#effort.part) ||
      isZero(Number.POSITIVE_INFINITY)
    );
  }

  /** An atom by which a sum can be solved; null where each is behind others, too. */
  #pivotOf(sum: OpenSum): number | null {
    const forms = this.#forms;
    return forms.pivotsOf(sum).find((atom) => !this.#isMadeOf(forms.without(sum, atom), atom)) ?? null;
  }

  /** Gives a long sum that is shared a number of its own. */
  #nameSum(node: ExpressionOf<"sum">): void {
    const sum = this.#forms.normal(this.#ofRule.form(node));
    const atom = sum.terms.size < LONG ? null : this.#pivotOf(sum);
    if (atom !== null) this.#ofRule.nameSum(node, sum, atom, this.#boundsOf(sum));
  }

  /** Bounds of a sum that are seen in samples and shown, or those of what it is made of. */
  #boundsOf(sum: OpenSum): Bounds {
    const words = this.#words;
    const { lo, hi } = this.#forms.bounds(sum);
    const seen = this.#forms.seen(sum);
    const [least, most] = [Math.min(...seen), Math.max(...seen)];
    const word = this.#forms.word(sum);
    const never = (is: Bool) => this.#sweep.never([is], PART_CONFLICTS);
    return {
      lo: never(words.isAtLeast(word, least) ^ 1) ? least : lo,
      hi: never(words.isAtLeast(word, most + 1)) ? most : hi,
    };
  }

  #areSame(a: OpenSum, b: OpenSum): boolean {
    return areSameExtremes(this.#forms, (atom) => this.#ofRule.extremeOf(atom), [a, b], this.#effort.sums);
  }

  /** The atom of which alone a part of the rule consists, if what units add up to is not made of it. */
  #ownAtomOf(made: OpenSum, part: OpenSum): number | null {
    const [only, ...others] = part.terms;
    if (only === undefined || others.length > 0) return null;
    const [atom, weight] = only;
    const isOwn = this.#ofRule.expressionOf(atom) !== null;
    return Math.abs(weight) === 1 && isOwn && !this.#isMadeOf(made, atom) ? atom : null;
  }

  /**
   * Tells whether an atom is among those that the atoms of a sum depend on. All count from which these were made, not only
   * those that are left where others are replaced: what an atom is replaced by can change.
   */
  #isMadeOf(form: OpenSum, atom: number): boolean {
    const [atoms, nodes] = [new Set<number>(), new Set<Expression>()];
    const sums = [form];
    for (let sum = sums.pop(); sum !== undefined; sum = sums.pop())
      for (const each of sum.terms.keys()) {
        if (each === atom) return true;
        if (atoms.has(each)) continue;
        atoms.add(each);
        const input = this.#forms.inputOf(each);
        if (input !== null) sums.push(input.sum);
        const instead = this.#forms.replacedBy(each);
        if (instead !== null) sums.push(instead);
        const node = this.#ofRule.expressionOf(each);
        const parts = node === null ? [] : [...operands(node)];
        for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
          if (nodes.has(part)) continue;
          nodes.add(part);
          sums.push(this.#ofRule.form(part));
          parts.push(...operands(part));
        }
      }
    return false;
  }

  #formOf(source: SumSource): OpenSum {
    switch (source.tag) {
      case "one":
        return constantSum(1);
      case "unit":
        return this.#forms.step.rectified(source.layer, source.unit);
      case "channel":
        return this.#forms.input(source.channel, source.tap);
      case "field":
        return this.#ofRule.fieldForm(source.field, source.tap);
    }
  }

  /** A neighbourhood as far as some variables tell. */
  #witness(ones: ReadonlySet<number>, matter: readonly number[]): Witness {
    const matters = new Set(matter);
    return (slot, random) => {
      const drawn = new Set(this.#sight.onesOf(slot, random));
      const isOne = (variable: number) => (matters.has(variable) ? ones : drawn).has(variable);
      return this.#sight.valueOf(slot, new Set(this.#sight.bitsOf(slot).filter(isOne)));
    };
  }

  /** Tells whether a channel is shown to be made of the number that its field becomes as its code says. */
  #isMade(channel: number): boolean {
    const { code } = this.#network.channels[channel]!;
    const update = updateOfChannel(this.#rule, code);
    if (code.kind === "inside") return false;
    const sum = this.#forms.normal(this.#forms.step.next(channel));
    if (update === null) return textOf(sum) === textOf(this.#forms.input(channel, HERE));
    const name = nameAsked(this.#rule, code);
    const number = this.#forms.normal(this.#ofRule.form(name ?? update.value));
    if (name !== null) return this.#areSame(sum, number);
    if (code.kind === "bit" || code.kind === "integer") {
      const from = code.kind === "integer" ? code.from : 0;
      const held = this.#forms.sum(-from, [{ weight: 1, of: number }]);
      return this.#areSame(sum, held);
    }
    const made = cached(
      this.#numbers,
      code.field,
      () => new OneNumber(this.#rule, this.#forms, number, update.value),
    );
    return made.holds(this.#network.channels[channel]!, sum);
  }

  /** Returns what is said of a channel that is made of what its rule reads. */
  #verdictOfMade(channel: number): WordsVerdict {
    const { code } = this.#network.channels[channel]!;
    const update = updateOfChannel(this.#rule, code);
    const read = update === null ? [] : leaves([update.value]);
    const seen = new Set(
      read.flatMap((leaf) => (leaf.tag === "read" ? [`${leaf.field} ${leaf.place}`] : [])),
    );
    if (update === null && code.kind !== "inside") seen.add(`${code.field} here`);
    const slots = this.#sight.slots.filter(
      (slot) => slot.tag === "field" && seen.has(`${slot.field.name} ${slot.place}`),
    );
    const inputs = slots.reduce((sum, slot) => sum + this.#sight.bitsOf(slot).length, 0);
    return { inputs, slots, nodes: this.#sweep.size, difference: null };
  }

  /** Returns what is said of a channel; null where it is not decided. */
  #verdict(channel: number): WordsVerdict | null {
    if (this.#isMade(channel)) return this.#verdictOfMade(channel);
    const before = this.#sweep.size;
    const { snaps, invariant } = this.#options;
    const asked = this.#network.channels[channel]!;
    const name = nameAsked(this.#rule, asked.code);
    const sides = {
      got: shownBy(this.#words, this.#forms.word(this.#forms.step.next(channel)), snaps),
      wanted: name ? this.#ofRule.normalWord(name) : this.#expected.channel(asked),
    };
    const wrong = wrongOf(this.#sight, sides, invariant);
    const is = this.#sweep.sample([wrong], CHANNEL_CONFLICTS);
    const ones = is === true ? this.#sweep.onesSeen(wrong) : null;
    if (is === null || (is && ones === null)) return null;
    const read = this.#sweep.supportOf([...sides.got, ...sides.wanted]);
    return verdictBy(this.#sight, sides, { read, nodes: this.#sweep.size - before, ones });
  }
}
