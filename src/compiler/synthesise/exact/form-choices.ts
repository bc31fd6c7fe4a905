// Which forms for which channels: units are shared between channels, so the cheapest form of one depends on
// the others. Coordinate descent over the channels, then the same from perturbed prices (iterated local
// search); deterministic, since the perturbations come from a fixed seed.

import { type Random, seededRandom, shuffled } from "../../../grid/random.ts";
import type { Bool } from "../../../logic/bdd.ts";
import type { Functions } from "./boolean-functions.ts";
import { type CoverLimits, Options } from "./cover-choices.ts";
import { combineGates, constantGate, ExactGates, formCost, type GateForm } from "./exact-gates.ts";
import { Selector } from "./select.ts";

/** A channel to compute. */
export interface Target {
  /** Its value now and next, as functions of the patch. */
  readonly now: Bool;
  readonly next: Bool;
}

/** `z' = residual * z + form`. */
interface Output {
  readonly residual: 0 | 1;
  readonly form: GateForm;
}

export interface Cover {
  /** Hidden layers. */
  readonly depth: number;
  readonly gates: ExactGates;
  readonly outputs: readonly Output[];
  /** Non-zero numbers in all. */
  readonly nonzero: number;
  /** Sizes on the way here, for people. */
  readonly history: readonly { readonly step: string; readonly nonzero: number }[];
}

export interface SearchOptions extends CoverLimits {
  /** Functions of more disjoint terms are computed by one sum for channels only. */
  readonly terms: number;
  /** How many questions of forms perturbations may take. */
  readonly work: number;
  /** Seeds of perturbations; the best is kept. */
  readonly seeds: readonly number[];
  /** Covers of as many numbers or more are of no use. */
  readonly bound: number;
}

/** What was found, and how many questions of forms were looked into. */
interface Found {
  readonly cover: Cover | null;
  readonly work: number;
}

/** The cheapest cover found over all depths, or null if no depth can compute all channels with fewer numbers. */
export function findCover(functions: Functions, targets: readonly Target[], options: SearchOptions): Found {
  // What was found for one depth is of use at the others.
  const gates = new ExactGates();
  const ways = new Options(functions, options);
  const selector = new Selector(functions, ways, gates, { levels: MOST_LAYERS, terms: options.terms });
  const started: CoverSearch[] = [];
  for (const depth of DEPTHS) {
    if (isEnough(started, depth, options.bound)) break;
    ways.prepareFor(depth);
    const search = new CoverSearch(selector, gates, functions, targets, depth);
    if (search.start(Math.min(SHARED * options.bound, worthwhile(started)))) started.push(search);
  }
  started.sort((a, b) => a.nonzero - b.nonzero || a.depth - b.depth);
  // Sharing units rarely overturns the order of the depths by more than a place.
  const likely = started.slice(0, 2).filter(({ nonzero }) => nonzero <= LIKELY * started[0]!.nonzero);
  for (const search of likely) search.share();
  const least = Math.min(...likely.map(({ nonzero }) => nonzero));
  const most = Math.min(CLOSE * least, HOPEFUL * options.bound);
  const close = likely.filter(({ nonzero }) => nonzero <= most);
  for (const search of close) search.perturb(options.work / close.length, options.seeds);
  const [best] = close.toSorted((a, b) => a.nonzero - b.nonzero);
  const isBetter = best !== undefined && best.nonzero < options.bound;
  return { cover: isBetter ? best.cover() : null, work: selector.work };
}

/** Sharing units may make a cover smaller by this factor. */
const SHARED = 1.5;

/** Numbers of hidden layers, the quickest first: what the others may cost is known when they are tried. */
const DEPTHS = [0, 1, 2, 3] as const;
const MOST_LAYERS = Math.max(...DEPTHS);

/** Covers of channels alone that are larger than the smallest by more than this factor stay so once units are shared. */
const LIKELY = 1.1;
/** Covers larger than the smallest by more than this factor are not perturbed. */
const CLOSE = 1.05;
/** Covers larger than what is to be beaten by more than this factor are not perturbed either. */
const HOPEFUL = 1.03;

/**
 * Covers of so few numbers do with fewer hidden layers: one more hands every channel up, which costs as much as it
 * saves.
 */
const SMALL = 100;
const FEW_LEVELS = 2;
/** Where a single layer beats the structure with more numbers than this, hardly any cover of more layers is smaller. */
const MANY = 50;

/** Tells whether a depth need not be tried any more. */
function isEnough(started: readonly CoverSearch[], depth: number, bound: number): boolean {
  return started.some(({ depth: found, nonzero }) =>
    found < FEW_LEVELS && nonzero > MANY ? nonzero < bound : depth > FEW_LEVELS && nonzero <= SMALL,
  );
}

/** Perturbations after which more hardly ever help. */
const MOST_ROUNDS = 3;

/** The size above which a further depth is of no use: two are smaller, or one is so by more than sharing makes up for. */
function worthwhile(started: readonly CoverSearch[]): number {
  const [first, second] = started.map(({ nonzero }) => nonzero).toSorted((a, b) => a - b);
  if (first === undefined) return Number.POSITIVE_INFINITY;
  return Math.min(second ?? Number.POSITIVE_INFINITY, LIKELY * first);
}

/** Questions of forms after which the search ends with what it has. */
const MOST_WORK = 80_000;

class CoverSearch {
  readonly #selector: Selector;
  readonly #gates: ExactGates;
  readonly #targets: readonly Target[];
  readonly #functions: Functions;
  readonly depth: number;
  readonly #history: { step: string; nonzero: number }[] = [];
  #outputs: Output[] = [];

  constructor(
    selector: Selector,
    gates: ExactGates,
    functions: Functions,
    targets: readonly Target[],
    depth: number,
  ) {
    this.#selector = selector;
    this.#gates = gates;
    this.#functions = functions;
    this.#targets = targets;
    this.depth = depth;
  }

  get nonzero(): number {
    return this.#total(this.#outputs);
  }

  cover(): Cover {
    const { nonzero } = this;
    return {
      depth: this.depth,
      gates: this.#gates,
      outputs: this.#outputs,
      nonzero,
      history: this.#history,
    };
  }

  /** Covers every channel alone; false where that is impossible at this depth, or takes more than `most`. */
  start(most: number): boolean {
    for (const target of this.#targets) {
      const output = this.#cheapest(target, new Set(), most + 1);
      if (output === null) return false;
      this.#outputs.push(output);
      if (this.nonzero > most || this.#isTired) return false;
    }
    this.#note("every channel alone");
    return true;
  }

  /** Lets channels use each other's units. */
  share(): void {
    this.#descend();
    this.#note("units shared");
  }

  /**
   * Lets them do so from other prices, again and again; from the beginning with every seed, each with a number of
   * questions.
   */
  perturb(work: number, seeds: readonly number[]): void {
    const first = this.#outputs;
    const ends = seeds.map((seed) => {
      this.#outputs = first;
      this.#perturbFrom(seededRandom(seed), Math.min(this.#selector.work + work, MOST_WORK));
      return this.#outputs;
    });
    this.#outputs = ends.reduce((best, each) => (this.#total(each) < this.#total(best) ? each : best));
    this.#note("local search");
  }

  #perturbFrom(random: Random, end: number): void {
    for (let round = 0; round < MOST_ROUNDS && this.#selector.work < end; round++) {
      const before = this.#outputs;
      const cost = this.nonzero;
      this.#outputs = [...before];
      const prices = new Map<number, number>();
      const discount = (gate: number): number => {
        const known = prices.get(gate) ?? random.next() * 1.2;
        prices.set(gate, known);
        return known;
      };
      for (const at of shuffled([...this.#targets.keys()], random).slice(0, 2 + random.int(4))) {
        const output = this.#cheapest(this.#targets[at]!, this.#used(at), Number.POSITIVE_INFINITY, discount);
        if (output !== null) this.#outputs[at] = output;
      }
      this.#descend();
      if (this.nonzero > cost) this.#outputs = before;
    }
  }

  get #isTired(): boolean {
    return this.#selector.work > MOST_WORK;
  }

  #note(step: string): void {
    this.#history.push({ step, nonzero: this.nonzero });
  }

  /** Improves one channel after another, until none of them can be since the last that was. */
  #descend(): void {
    const count = this.#targets.length;
    for (let at = 0, failed = 0; failed < count && !this.#isTired; at = (at + 1) % count, failed++) {
      const cost = this.nonzero;
      const used = this.#used(at);
      const changed = this.#cheapest(this.#targets[at]!, used, this.#price(this.#outputs[at]!, used));
      if (changed === null) continue;
      const outputs = this.#outputs.with(at, changed);
      if (this.#total(outputs) >= cost) continue;
      this.#outputs = outputs;
      failed = 0;
    }
  }

  /** Gates that the other channels need anyway. */
  #used(except: number): Set<number> {
    return this.#closure(this.#outputs.filter((_, at) => at !== except));
  }

  #closure(outputs: readonly Output[]): Set<number> {
    if (this.depth === 0) return new Set();
    return new Set(this.#gates.below(outputs.map(({ form }) => form)));
  }

  #total(outputs: readonly Output[]): number {
    const own = outputs.reduce((sum, { form, residual }) => sum + formCost(form) + residual, 0);
    return [...this.#closure(outputs)].reduce((sum, gate) => sum + this.#gates.cost(gate), own);
  }

  /** Overwriting or adding to the old value, whichever is cheaper with these gates paid for; or null. */
  #cheapest(
    { now, next }: Target,
    paid: ReadonlySet<number>,
    bound: number,
    discount?: (gate: number) => number,
  ): Output | null {
    if (next === now) return { residual: 1, form: constantGate(0) };
    this.#selector.suppose(paid, discount);
    const { bdd } = this.#functions.variables;
    const whole = this.#selector.best(next, this.depth, bound);
    const candidates: Output[] = whole === null ? [] : [{ residual: 0, form: whole }];
    const price = (output: Output): number => this.#price(output, paid, discount);
    const least = Math.min(bound, ...candidates.map(price));
    const set = this.#selector.best(bdd.and(next, bdd.not(now)), this.depth, least);
    const clear = set && this.#selector.best(bdd.and(now, bdd.not(next)), this.depth, least);
    if (set !== null && clear !== null) {
      candidates.push({ residual: 1, form: combineGates(0, [set, clear], [1, -1]) });
    }
    return candidates.reduce<Output | null>(
      (best, each) => (best === null || price(each) < price(best) ? each : best),
      null,
    );
  }

  /** Returns what a channel costs besides the gates that are paid for. */
  #price(output: Output, paid: ReadonlySet<number>, discount?: (gate: number) => number): number {
    return [...this.#closure([output])].reduce(
      (sum, gate) => sum + (paid.has(gate) ? 0 : this.#gates.cost(gate) * (discount?.(gate) ?? 1)),
      formCost(output.form) + output.residual,
    );
  }
}
