// Which forms for which channels: units are shared between channels, so the cheapest form of one depends on
// the others. Coordinate descent over the channels, then the same from perturbed prices (iterated local
// search); deterministic, since the perturbations come from a fixed seed.

import { type Random, seededRandom } from "../grid/random.ts";
import type { Bool } from "../logic/bdd.ts";
import type { Functions } from "./functions.ts";
import { combine, type Form, formCost, Gates } from "./gates.ts";
import { Options } from "./options.ts";
import { Selector } from "./select.ts";

/** A channel to compute. */
export interface Target {
  /** Its value now and next, as functions of the patch. */
  readonly now: Bool;
  readonly next: Bool;
}

/** `z' = residual * z + form`. */
export interface Output {
  readonly residual: 0 | 1;
  readonly form: Form;
}

export interface Cover {
  /** Hidden layers. */
  readonly depth: number;
  readonly gates: Gates;
  readonly outputs: readonly Output[];
  /** Non-zero numbers in all. */
  readonly nonzero: number;
  /** Sizes on the way here, for people. */
  readonly history: readonly { readonly step: string; readonly nonzero: number }[];
}

export interface SearchOptions {
  readonly maxDepth: number;
  /** Functions looked at in full before only the most promising ways are tried. */
  readonly patience: number;
  /** Perturbations tried on the best depth. */
  readonly rounds: number;
  readonly seed: number;
}

/** The cheapest cover found over all depths, or null if no depth can compute all channels. */
export function findCover(
  functions: Functions,
  targets: readonly Target[],
  options: SearchOptions,
): Cover | null {
  const ways = new Options(functions, options.patience);
  const started: CoverSearch[] = [];
  for (let depth = 0; depth <= (started.length === 0 ? options.maxDepth : USUAL_DEPTH); depth++) {
    const search = new CoverSearch(functions, ways, targets, depth);
    if (!search.start()) continue;
    started.push(search);
    // For the long programs, another depth takes long and saves little.
    if (depth >= 2 && search.nonzero > LONG) break;
  }
  // Sharing units rarely overturns the order of the depths by more than a place.
  const likely = started.toSorted((a, b) => a.nonzero - b.nonzero).slice(0, 2);
  for (const search of likely) search.share();
  const best = likely.toSorted((a, b) => a.nonzero - b.nonzero)[0];
  best?.perturb(options.rounds, seededRandom(options.seed));
  return best?.cover() ?? null;
}

/** More hidden layers than this are tried only where fewer do not do. */
const USUAL_DEPTH = 3;

/** Covers of more non-zero numbers than this are not tried at further depths. */
const LONG = 450;

/** Covers of more non-zero numbers are taken as first found. */
const LARGE = 800;

class CoverSearch {
  readonly #gates = new Gates();
  readonly #selector: Selector;
  readonly #targets: readonly Target[];
  readonly #functions: Functions;
  readonly #depth: number;
  readonly #history: { step: string; nonzero: number }[] = [];
  #outputs: Output[] = [];

  constructor(functions: Functions, options: Options, targets: readonly Target[], depth: number) {
    this.#functions = functions;
    this.#targets = targets;
    this.#depth = depth;
    this.#selector = new Selector(functions, options, this.#gates, depth);
  }

  get nonzero(): number {
    return this.#total(this.#outputs);
  }

  cover(): Cover {
    const { nonzero } = this;
    return {
      depth: this.#depth,
      gates: this.#gates,
      outputs: this.#outputs,
      nonzero,
      history: this.#history,
    };
  }

  /** Covers every channel alone; false where a channel cannot be computed at this depth. */
  start(): boolean {
    for (const target of this.#targets) {
      const output = this.#cheapest(target, new Set(), null);
      if (output === null) return false;
      this.#outputs.push(output);
    }
    this.#note("every channel alone");
    return true;
  }

  /** Lets channels use each other's units. */
  share(): void {
    if (this.nonzero > LARGE) return;
    this.#descend();
    this.#note("units shared");
  }

  perturb(rounds: number, random: Random): void {
    if (this.nonzero > LARGE) return;
    for (let round = 0; round < rounds; round++) {
      const before = this.#outputs;
      const cost = this.nonzero;
      this.#outputs = [...before];
      const prices = new Map<number, number>();
      const discount = (gate: number): number => {
        const known = prices.get(gate) ?? random.next() * 1.2;
        prices.set(gate, known);
        return known;
      };
      for (const at of shuffled(this.#targets.length, random).slice(0, 2 + random.int(4))) {
        const output = this.#cheapest(this.#targets[at]!, this.#used(at), null, discount);
        if (output !== null) this.#outputs[at] = output;
      }
      this.#descend();
      if (this.nonzero > cost) this.#outputs = before;
    }
    this.#note("local search");
  }

  #note(step: string): void {
    this.#history.push({ step, nonzero: this.nonzero });
  }

  #descend(): void {
    for (let improved = true; improved; ) {
      improved = false;
      for (const [at, target] of this.#targets.entries()) {
        const cost = this.nonzero;
        const changed = this.#cheapest(target, this.#used(at), this.#outputs[at]!);
        if (changed === null) continue;
        const outputs = this.#outputs.with(at, changed);
        if (this.#total(outputs) >= cost) continue;
        this.#outputs = outputs;
        improved = true;
      }
    }
  }

  /** Gates that the other channels need anyway. */
  #used(except: number): Set<number> {
    return this.#closure(this.#outputs.filter((_, at) => at !== except));
  }

  #closure(outputs: readonly Output[]): Set<number> {
    if (this.#depth === 0) return new Set();
    return new Set(
      outputs.flatMap(({ form }) => [...form.terms.keys()].flatMap((gate) => this.#gates.closure(gate))),
    );
  }

  #total(outputs: readonly Output[]): number {
    const own = outputs.reduce((sum, { form, residual }) => sum + formCost(form) + residual, 0);
    return [...this.#closure(outputs)].reduce((sum, gate) => sum + this.#gates.cost(gate), own);
  }

  /** Overwriting or adding to the old value, whichever is cheaper with these gates paid for; or null. */
  #cheapest(
    { now, next }: Target,
    paid: ReadonlySet<number>,
    present: Output | null,
    discount?: (gate: number) => number,
  ): Output | null {
    if (next === now) return { residual: 1, form: { constant: 0, terms: new Map() } };
    this.#selector.suppose(paid, discount);
    const price = (output: Output): number =>
      [...this.#closure([output])].reduce(
        (sum, gate) => sum + (paid.has(gate) ? 0 : this.#gates.cost(gate) * (discount?.(gate) ?? 1)),
        formCost(output.form) + output.residual,
      );
    const { bdd } = this.#functions.variables;
    const most = present === null ? Number.POSITIVE_INFINITY : price(present);
    const whole = this.#selector.best(next, most);
    const set = this.#selector.best(bdd.and(next, bdd.not(now)), most);
    const clear = set && this.#selector.best(bdd.and(now, bdd.not(next)), most);
    const candidates: Output[] = whole === null ? [] : [{ residual: 0, form: whole }];
    if (set !== null && clear !== null) {
      const form = combine(0, [
        { weight: 1, form: set },
        { weight: -1, form: clear },
      ]);
      candidates.push({ residual: 1, form });
    }
    return candidates.reduce<Output | null>(
      (best, each) => (best === null || price(each) < price(best) ? each : best),
      null,
    );
  }
}

function shuffled(length: number, random: Random): number[] {
  const order = Array.from({ length }, (_, at) => at);
  for (let at = length - 1; at > 0; at--) {
    const other = random.int(at + 1);
    [order[at], order[other]] = [order[other]!, order[at]!];
  }
  return order;
}
