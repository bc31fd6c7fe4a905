// Proves that one network step is one rule step on every legal neighbourhood, hence on every grid, for ever: a state
// of legal codes leads to a state of legal codes, cell by cell the rule's.
//
// Each channel's next value is made twice as a diagram, by the network's arithmetic and by the rule's meaning, and
// compared on all cases at once. Networks of small programs have small diagrams. Sums of wide ranges, in any code, and
// machines with many states have small ones of their bits (words/compare-words.ts). Deep expressions of many
// neighbours have neither, but share sums with the network. Learned weights have none of these: there the cases of the
// inputs that matter are gone through, or, where these are many, decided by bounds, box by box.

import type { Rule } from "../../compiler/schedule/rule.ts";
import { memo } from "../../diagnostics/memo.ts";
import { PLACES } from "../../grid/direction.ts";
import { type Diagram, Diagrams, FEW_NODES, fewDiagrams, type Operation } from "../../logic/diagrams.ts";
import { unlessTooLarge } from "../../logic/nodes.ts";
import { arithmeticOf, roundingError, showOverflow } from "../../network/arithmetic.ts";
import type { Channel, Network } from "../../network/network.ts";
import { encode } from "../../network/state.ts";
import { activationsAt, sameArchitecture, toleranceOf } from "../../network/units.ts";
import { requireFieldsOf } from "../verify/same-program.ts";
import { decideByBounds } from "./bounds.ts";
import {
  decideByEnumeration,
  type EnumerationTask,
  enumerationWork,
  type Judges,
  type OnWrong,
} from "./enumerate.ts";
import { networkStep, patchFor, ruleChannels } from "./functions.ts";
import { assumption, type Invariant, statesWithin } from "./invariant.ts";
import { casesOf, type Neighbourhood, type Patch, type TokenPlace } from "./neighbourhood.ts";
import type { ChannelProof, StepCounterexample, StepOutcome, StepProof } from "./result.ts";
import { takenApart } from "./split-channel.ts";
import {
  compareDeep,
  compareFirstWords,
  compareOnceSifted,
  compareOtherWords,
} from "./words/compare-words.ts";
import type { WordsVerdict } from "./words/verdict.ts";

export interface StepOptions {
  /** Channels are rounded to 0 or 1 at 1/2 after every step, also where the network does not say so. */
  readonly snap?: boolean;
  /** Makes the compiled network, to name differing units by. */
  readonly compiled?: () => Network;
  /** What holds for ever: neighbourhoods outside of it need not be right. */
  readonly invariant?: Invariant | null;
  readonly onProgress?: (done: number, total: number) => void;
  /** Called for every wrong case that is found by going through cases; `false` ends that. */
  readonly onWrong?: OnWrong;
  /** Boxes after which a channel is left undecided, where it is decided by bounds. */
  readonly mostBoxes?: number;
  /** The channels that are decided, rising; all by default. */
  readonly channels?: readonly number[];
  /** Nodes of the diagrams that are tried before words are. */
  readonly fewNodes?: number;
}

/** States of a cell for which a network with a single channel is taken apart. */
const MOST_STATES = 20_000;
/** Nodes that one channel may take before it is decided by bounds. */
const MOST_NODES = 400_000;
/** Nodes that a channel may take that is a whole cell, for which bounds say nothing. */
const MOST_OF_CELLS = 4_000_000;
/** Channels for which that much is tried in vain where others have been shown: one open channel leaves the step open. */
const MOST_FAILED = 24;

/** Decides the step, channel by channel. Throws for no network: what takes too much room is left undecided. */
export function proveStep(rule: Rule, network: Network, options: StepOptions = {}): StepProof {
  requireFieldsOf(rule, network);
  // Rounding of numbers that are whole cells changes any field.
  if (network.parts !== undefined && roundingError(network) > 0) return undecidedStep(network, INEXACT);
  const apart = proveApart(rule, network, options);
  return apart?.outcome === "proved" ? apart : proveTogether(rule, network, options);
}

/** Proves a network with a single channel part by part; null where it cannot be taken apart. */
function proveApart(rule: Rule, network: Network, options: StepOptions): StepProof | null {
  if (network.parts === undefined) return null;
  const states = statesWithin(rule.fields, options.invariant ?? null, MOST_STATES);
  const apart = states === null ? null : takenApart(network, states);
  return apart === null ? null : proveTogether(rule, apart, options);
}

function proveTogether(rule: Rule, network: Network, options: StepOptions): StepProof {
  const arithmetic = arithmeticOf(network);
  const overflow = showOverflow(arithmetic);
  if (overflow !== null) return undecidedStep(network, overflow);
  const judges = judgements(snaps(network, options), arithmetic.errors);
  const isRounded = arithmetic.errors.some((error) => error > 0);
  const enumerated = unlessTooLarge(
    () => (isRounded ? new Comparison(rule, network, options).byEnumeration(judges) : null),
    () => null,
  );
  const judged = enumerated ?? new Decision(rule, network, options, judges).all();
  const wrong = judged.filter(({ proof, witness }) => proof.outcome === "differs" && witness !== null);
  const smallest = wrong.toSorted((a, b) => sizeOf(a.witness!) - sizeOf(b.witness!))[0];
  const channels = judged.map(({ proof }) => proof);
  return {
    outcome: worst(channels.map(({ outcome }) => outcome)),
    channels,
    reason: judged.find(({ proof }) => proof.outcome === "undecided")?.reason ?? null,
    counterexample: smallest === undefined ? null : explain(smallest, network, options.compiled),
  };
}

/** Nothing is said, for a reason: such as that sums may overflow, of which engines have infinities, or not. */
export function undecidedStep({ channels }: Network, reason: string): StepProof {
  const proofs = channels.map(({ name }): ChannelProof => {
    return {
      channel: name,
      outcome: "undecided",
      how: "bounds",
      inputs: 0,
      cases: 0,
      work: 0,
      milliseconds: 0,
    };
  });
  return { outcome: "undecided", channels: proofs, reason, counterexample: null };
}

/** Multiplications that it takes to go through all cases of a dense network. */
export const workOfCases = (rule: Rule, network: Network): number => workCounter(rule, network)(network);

/** Counts these multiplications for networks with the channels of one, or for some of these alone. */
export function workCounter(
  rule: Rule,
  network: Network,
  channels?: readonly number[],
): (network: Pick<Network, "layers">) => number {
  const task = unlessTooLarge(
    () =>
      new Comparison(rule, network, channels ? { channels } : {}).cases(
        judgements(true, Array(network.channels.length).fill(0)),
      ),
    () => null,
  );
  return ({ layers }) =>
    task === null ? Number.POSITIVE_INFINITY : enumerationWork({ ...task, network: { ...network, layers } });
}

const channelsOf = ({ channels }: Network, options: StepOptions): readonly number[] =>
  options.channels ?? [...channels.keys()];

const snaps = ({ snap }: Network, options: StepOptions): boolean => snap || options.snap === true;

/** By channel, given what rounding can do to each: the same operation where that is the same. */
function judgements(snap: boolean, errors: readonly number[]): Judges {
  const of = memo((error: number) => judgement(snap, error));
  return errors.map(of);
}

/** 0 where a channel is certainly right, 2 where it is certainly wrong, 1 where rounding decides. */
function judgement(snap: boolean, rounding: number): Operation {
  const of = (got: number, wanted: number): number => {
    if (!snap) return rounding === 0 && got === wanted ? 0 : Math.abs(got - wanted) > rounding ? 2 : 1;
    if (Math.abs(got - 0.5) <= rounding && rounding > 0) return 1;
    return got > 0.5 === (wanted === 1) ? 0 : 2;
  };
  return { of, commutative: false };
}

interface Judged {
  readonly channel: Channel;
  readonly proof: ChannelProof;
  readonly reason: string | null;
  readonly witness: Neighbourhood | null;
  readonly expected: number;
  readonly got: number;
}

/** Left open: it has no diagrams of reasonable size. */
function unwieldy(channel: Channel, work: number): Judged {
  const reason = `the next value of channel ${channel.name} takes diagrams of more than ${MOST_NODES} nodes`;
  const none = { inputs: 0, cases: 0, work, milliseconds: 0 };
  const proof: ChannelProof = { channel: channel.name, outcome: "undecided", how: "diagram", ...none };
  return { channel, proof, reason, witness: null, expected: 0, got: 0 };
}

/** By words and sums, the quickest ways first. */
const WAYS = [compareFirstWords, compareOtherWords, compareOnceSifted, compareDeep];

/** Decides all channels: by what is quick for many, then by diagrams and bounds for as long as it takes. */
class Decision {
  readonly #rule: Rule;
  readonly #network: Network;
  readonly #options: StepOptions;
  readonly #judges: Judges;
  readonly #channels: readonly number[];
  readonly #judged: Map<number, Judged>;

  constructor(rule: Rule, network: Network, options: StepOptions, judges: Judges) {
    this.#rule = rule;
    this.#network = network;
    this.#options = options;
    this.#judges = judges;
    this.#channels = channelsOf(network, options);
    this.#judged = new Map();
  }

  all(): Judged[] {
    this.#bySmallDiagrams();
    // Words are those of fields.
    const hasFields = this.#network.parts === undefined;
    for (const compare of hasFields ? WAYS : []) if (this.#open.length > 0) this.#byWords(compare);
    this.#byDiagrams();
    return this.#channels.map((at) => this.#judged.get(at) ?? unwieldy(this.#network.channels[at]!, 0));
  }

  get #open(): number[] {
    return this.#channels.filter((at) => !this.#judged.has(at));
  }

  #bySmallDiagrams(): void {
    const run = (): void => {
      const comparison = this.#comparison(() => fewDiagrams(this.#options.fewNodes ?? FEW_NODES));
      for (const at of this.#channels) {
        this.#report(at);
        this.#judged.set(at, comparison.byDiagram(at, this.#judges[at]!));
      }
    };
    unlessTooLarge(run, () => undefined);
  }

  #byWords(compare: typeof compareDeep): void {
    const open = this.#open;
    const invariant = this.#options.invariant ?? null;
    const snap = snaps(this.#network, this.#options);
    const started = performance.now();
    const found = compare(this.#rule, this.#network, open, { invariant, snaps: snap });
    const milliseconds = (performance.now() - started) / found.length;
    for (const [nth, verdict] of found.entries())
      if (verdict !== null) this.#judged.set(open[nth]!, this.#byVerdict(open[nth]!, verdict, milliseconds));
  }

  #byVerdict(at: number, { inputs, slots, nodes, difference }: WordsVerdict, milliseconds: number): Judged {
    const channel = this.#network.channels[at]!;
    const cases = casesOf(slots);
    const outcome = difference === null ? "proved" : "differs";
    const proof: ChannelProof = {
      channel: channel.name,
      outcome,
      how: "diagram",
      inputs,
      cases,
      work: nodes,
      milliseconds,
    };
    // A patch of a large rule takes a while to make.
    const witness =
      difference === null ? null : patchFor(this.#rule, this.#network).neighbourhood(difference.value);
    const { expected = 0, got = 0 } = difference ?? {};
    return { channel, proof, reason: null, witness, expected, got };
  }

  #byDiagrams(): void {
    const most = this.#network.parts === undefined ? MOST_NODES : MOST_OF_CELLS;
    const open = this.#open;
    const mostFailed = open.length === this.#channels.length ? open.length : MOST_FAILED;
    let comparison: Comparison | null = null;
    let failed = 0;
    for (const at of open) {
      if (failed === mostFailed) return;
      this.#report(at);
      const isFresh = comparison === null;
      const byDiagram = (): Judged => {
        comparison ??= this.#comparison(() => new Diagrams(most));
        return comparison.byDiagram(at, this.#judges[at]!);
      };
      const anew = (work: () => Judged, otherwise: () => Judged): Judged => {
        comparison = null;
        return unlessTooLarge(work, otherwise);
      };
      const byBounds = (): Judged =>
        anew(
          () => this.#comparison().byBounds(at, this.#judges[at]!),
          () => unwieldy(this.#network.channels[at]!, MOST_NODES),
        );
      if (this.#network.parts !== undefined) {
        this.#judged.set(
          at,
          unlessTooLarge(byDiagram, () => unwieldy(this.#network.channels[at]!, most)),
        );
        continue;
      }
      // Diagrams of other channels may have used up the room.
      const judged = unlessTooLarge(byDiagram, () => (isFresh ? byBounds() : anew(byDiagram, byBounds)));
      this.#judged.set(at, judged);
      if (judged.proof.outcome === "undecided") failed += 1;
    }
  }

  #comparison(diagrams?: () => Diagrams): Comparison {
    return new Comparison(this.#rule, this.#network, this.#options, diagrams);
  }

  #report(at: number): void {
    this.#options.onProgress?.(at, this.#network.channels.length);
  }
}

/** Both sides of the comparison, over one patch. */
interface Sides {
  readonly patch: Patch;
  readonly expected: (channel: Channel) => Diagram;
  readonly computed: (channel: number) => Diagram;
}

function sidesOver(rule: Rule, network: Network, token: TokenPlace | null, diagrams: Diagrams): Sides {
  const patch = patchFor(rule, network, diagrams, token);
  const next = ruleChannels(rule, patch, network.parts);
  return { patch, expected: ({ code }) => next(code), computed: networkStep(network, patch).next };
}

class Comparison {
  readonly #network: Network;
  readonly #whole: Sides;
  /** Where a token can be: diagrams that know that it is nowhere else are far smaller. */
  readonly #views: readonly Sides[];
  readonly #invariant: Invariant | null;
  readonly #options: StepOptions;
  /** Why a case is left open. */
  readonly #unsure: string;

  constructor(rule: Rule, network: Network, options: StepOptions, diagrams = () => new Diagrams(MOST_NODES)) {
    this.#network = network;
    this.#invariant = options.invariant ?? null;
    this.#options = options;
    this.#unsure = snaps(network, options) ? NEAR_HALF : INEXACT;
    this.#whole = sidesOver(rule, network, null, diagrams());
    const [field] = this.#invariant?.tokens ?? [];
    this.#views =
      field === undefined
        ? [this.#whole]
        : PLACES.map((place) => sidesOver(rule, network, { field, place }, diagrams()));
  }

  /** On every view; what is shown is the worst. */
  byDiagram(at: number, judge: Operation): Judged {
    const judged = this.#views.map((sides) => this.#onView(sides, at, judge));
    const outcome = worst(judged.map(({ proof }) => proof.outcome));
    const shown = judged.find(({ proof }) => proof.outcome === outcome)!;
    const all = judged.map(({ proof }) => proof);
    const total = (of: (proof: ChannelProof) => number) => all.reduce((sum, each) => sum + of(each), 0);
    const proof: ChannelProof = {
      ...shown.proof,
      inputs: Math.max(...all.map(({ inputs }) => inputs)),
      cases: total(({ cases }) => cases),
      work: total(({ work }) => work),
      milliseconds: total(({ milliseconds }) => milliseconds),
    };
    return { ...shown, proof };
  }

  #onView(sides: Sides, at: number, judge: Operation): Judged {
    const started = performance.now();
    const { patch } = sides;
    const { diagrams } = patch;
    const before = diagrams.size;
    const channel = this.#network.channels[at]!;
    const [expected, got] = [sides.expected(channel), sides.computed(at)];
    const verdicts = this.#restrict(patch, diagrams.apply(judge, got, expected));
    const wrong = diagrams.map(verdicts, (verdict) => (verdict === 2 ? 1 : 0));
    const different = patch.witness(wrong);
    const witness = different ?? patch.witness(verdicts);
    const read = diagrams.support(diagrams.apply(PAIRED, expected, got));
    const test = (of: Diagram) =>
      witness === null ? 0 : patch.evaluate(of, witness.grid, witness.row, witness.col);
    return {
      channel,
      proof: {
        channel: channel.name,
        outcome: different !== null ? "differs" : witness !== null ? "undecided" : "proved",
        how: "diagram",
        inputs: read.length,
        cases: patch.cases(read),
        work: diagrams.size - before,
        milliseconds: performance.now() - started,
      },
      reason: witness !== null && different === null ? this.#unsure : null,
      witness,
      expected: test(expected),
      got: test(got),
    };
  }

  /** All channels, or null where there are too many cases. */
  byEnumeration(judges: Judges): Judged[] | null {
    const started = performance.now();
    const found = decideByEnumeration(this.cases(judges));
    if (found === null) return null;
    // All channels share the work.
    const milliseconds = (performance.now() - started) / found.size;
    return channelsOf(this.#network, this.#options).map((at): Judged => {
      const channel = this.#network.channels[at]!;
      const { outcome, witness, expected, got, inputs, cases } = found.get(at)!;
      const how = "enumeration" as const;
      const proof = { channel: channel.name, outcome, how, inputs, cases, work: cases, milliseconds };
      const reason = outcome === "undecided" ? this.#unsure : null;
      return { channel, proof, reason, witness, expected, got };
    });
  }

  cases(judges: Judges): EnumerationTask {
    const { channels } = this.#network;
    const wanted = channelsOf(this.#network, this.#options);
    return {
      network: this.#network,
      patch: this.#whole.patch,
      expected: new Map(wanted.map((at) => [at, this.#whole.expected(channels[at]!)])),
      invariant: this.#invariant,
      judges,
      onWrong: this.#options.onWrong,
    };
  }

  byBounds(at: number, judge: Operation): Judged {
    const started = performance.now();
    const channel = this.#network.channels[at]!;
    const { patch } = this.#whole;
    const expected = this.#whole.expected(channel);
    const found = decideByBounds({
      network: this.#network,
      channel: at,
      patch,
      expected,
      invariant: this.#invariant,
      judge,
      mostBoxes: this.#options.mostBoxes,
    });
    const { outcome, witness, reason, boxes, cases, inputs, got } = found;
    const proof: ChannelProof = {
      channel: channel.name,
      outcome,
      how: "bounds",
      inputs,
      cases,
      work: boxes,
      milliseconds: performance.now() - started,
    };
    return { channel, proof, reason, witness, expected: found.expected, got };
  }

  /** Verdicts where they matter. */
  #restrict(patch: Patch, verdicts: Diagram): Diagram {
    if (this.#invariant === null) return verdicts;
    const { diagrams } = patch;
    const possible = assumption(this.#invariant, patch, diagrams.support(verdicts));
    return diagrams.choose(possible, verdicts, diagrams.constant(0));
  }
}

/** Tells pairs of values apart: depends on whatever either function depends on. */
const PAIRED: Operation = { of: (a, b) => a * 2 ** 26 + b, commutative: false };

const NEAR_HALF = "a channel comes so near to 1/2 that float32 could round it to either side";
const INEXACT =
  "the weights are not such that float32 adds them without rounding, and rounding could decide a case; " +
  "with --snap, channels are rounded to 0 or 1 after every step";

function sizeOf({ grid }: Neighbourhood): number {
  const values = Object.values(grid.planes).flatMap((plane) => [...plane]);
  return values.reduce((sum, value) => sum + Math.abs(value), 0) + grid.rows * grid.cols;
}

function worst(outcomes: readonly StepOutcome[]): StepOutcome {
  if (outcomes.includes("differs")) return "differs";
  return outcomes.includes("undecided") ? "undecided" : "proved";
}

function explain(
  { channel, witness, expected, got }: Judged,
  network: Network,
  compiled: (() => Network) | undefined,
): StepCounterexample {
  const neighbourhood = witness!;
  const units = compiled === undefined ? [] : differingUnits(network, compiled(), neighbourhood);
  return { neighbourhood, channel: channel.name, expected, got, units, reached: null };
}

/** Hidden units that give other values than the compiled network's on a neighbourhood, layer by layer. */
function differingUnits(network: Network, compiled: Network, { grid, row, col }: Neighbourhood): string[] {
  if (!sameArchitecture(network, compiled)) return [];
  const [theirs, ours] = [network, compiled].map((each) =>
    activationsAt(each, grid, encode(each, grid), row, col),
  );
  const tolerance = toleranceOf(network);
  return ours!.slice(0, -1).flatMap((values, layer) =>
    values.flatMap((value, unit) => {
      if (Math.abs(theirs![layer]![unit]! - value) <= tolerance) return [];
      const name = compiled.layers[layer]!.units[unit];
      return [`layer ${layer + 1}, unit ${unit + 1}, ${name}: ${theirs![layer]![unit]} instead of ${value}`];
    }),
  );
}
