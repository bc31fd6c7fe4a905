// Chooses for every function the cheapest option, given the gates that are paid for already.

import type { Bool } from "../logic/bdd.ts";
import type { Functions } from "./functions.ts";
import { combine, type Form, formCost, type Gates, single } from "./gates.ts";
import type { Option, Options, RampSource } from "./options.ts";
import { lowestSum } from "./ramps.ts";

/** Functions of more disjoint terms are not computed by one sum: more at the top, where nothing else helps. */
const MOST_TERMS = 64;
const MOST_INNER_TERMS = 6;
/** Nested splits tried; those on the one best variable of a wide function are free. */
const SPLITS_AT_TOP = 2;
const SPLITS = 2;

const FULL_PRICE = (): number => 1;

interface Choice {
  readonly form: Form;
  /** Non-zero numbers of the form and of the gates below it that are not paid for. */
  readonly cost: number;
}

/** What is known about a function at a level: its cheapest form, or that nothing is cheaper than a bound. */
type Known = Choice | { readonly form: null; readonly bound: number };

/** Finds forms for functions; one selector knows one set of gates that cost nothing. */
export class Selector {
  readonly #functions: Functions;
  readonly #options: Options;
  readonly #gates: Gates;
  readonly #depth: number;
  #paid: ReadonlySet<number> = new Set();
  #discount: (gate: number) => number = FULL_PRICE;
  /** Whether functions too large for one sum are cut: only after everything else has failed. */
  #cutting = false;
  readonly #known: Map<Bool, Known>[] = [];

  /** `depth` is the level of the functions asked for from outside. */
  constructor(functions: Functions, options: Options, gates: Gates, depth: number) {
    this.#functions = functions;
    this.#options = options;
    this.#gates = gates;
    this.#depth = depth;
    this.#known = Array.from({ length: depth + 1 }, () => new Map());
  }

  /** Starts over with other gates paid for; `discount` scales the price of the rest. */
  suppose(paid: ReadonlySet<number>, discount: (gate: number) => number = FULL_PRICE): void {
    // Channels covered one after another with nothing paid for share what was found.
    if (paid.size === 0 && this.#paid.size === 0 && discount === this.#discount) return;
    this.#paid = paid;
    this.#discount = discount;
    for (const known of this.#known) known.clear();
  }

  /** The cheapest form found for `f` that costs less than `bound`, or null. */
  best(f: Bool, bound: number): Form | null {
    const found = this.#best(f, this.#depth, SPLITS_AT_TOP, bound)?.form ?? null;
    if (found !== null || bound !== Number.POSITIVE_INFINITY) return found;
    this.#cutting = true;
    for (const known of this.#known) known.clear();
    const cut = this.#best(f, this.#depth, SPLITS_AT_TOP, bound)?.form ?? null;
    this.#cutting = false;
    for (const known of this.#known) known.clear();
    return cut;
  }

  #best(function_: Bool, level: number, splits: number, bound: number): Choice | null {
    const f = this.#functions.simplify(function_);
    // Simplified, a product of conditions on single neighbours may not be one any more.
    const product = level === 1 && f !== function_ && f > 1 ? this.#plainGate(function_) : null;
    if (product !== null) return product.cost < bound ? product : null;
    if (f < 2) return { form: { constant: f, terms: new Map() }, cost: f };
    const table = this.#known[level]!;
    const key = f * 8 + splits;
    const known = table.get(key);
    if (known?.form) return known.cost < bound ? known : null;
    if (known !== undefined && known.bound >= bound) return null;
    // Meeting the same question again on the way down cannot lead to a cheaper answer.
    table.set(key, { form: null, bound });
    const choice = level === 0 ? this.#linearForm(f) : this.#cheapest(f, level, splits, bound);
    const found = choice !== null && choice.cost < bound ? choice : null;
    table.set(key, found ?? { form: null, bound });
    return found;
  }

  #cheapest(f: Bool, level: number, splits: number, bound: number): Choice | null {
    if (this.#functions.complexity(f) > (level === this.#depth ? MOST_TERMS : MOST_INNER_TERMS)) {
      return this.#cutting ? this.#cut(f, level, bound) : null;
    }
    let best = this.#passed(f, level, bound);
    if (level === 1 && best === null) best = this.#plainGate(f);
    if (level === 1 && best !== null) return best.cost < bound ? best : null;
    for (const option of this.#options.of(f, level > 1)) {
      if (option.tag === "sum" && splits === 0 && !option.free && !(this.#cutting && best === null)) continue;
      const form = this.#form(option, level, splits, best?.cost ?? bound);
      if (form === null) continue;
      const cost = this.#cost(form, level);
      if (cost < (best?.cost ?? bound)) best = { form, cost };
    }
    return best;
  }

  #linearForm(f: Bool): Choice | null {
    const form = this.#options.linearForm(f);
    return form && { form, cost: formCost(form) };
  }

  /** The last resort for large functions: the diagram is cut in two, and the halves meet in one unit each. */
  #cut(f: Bool, level: number, bound: number): Choice | null {
    if (level < 2) return null;
    const units: { weight: number; form: Form }[] = [];
    for (const [below, when] of this.#functions.cut(f)) {
      const parts = [below, when].filter((part) => part !== 1);
      if (below === 0) continue;
      const form = this.#form({ tag: "gate", constant: 0, sign: 1, parts }, level, SPLITS, bound);
      if (form === null) return null;
      units.push({ weight: 1, form });
    }
    const form = combine(0, units);
    return { form, cost: this.#cost(form, level) };
  }

  /** Level 1: a conjunction of literals, or of sums of channels, is one unit, and nothing is smaller. */
  #plainGate(f: Bool): Choice | null {
    const parts = this.#functions.factors(f);
    const form = this.#form({ tag: "gate", constant: 0, sign: 1, parts }, 1, 0, Number.POSITIVE_INFINITY);
    return form && { form, cost: this.#cost(form, 1) };
  }

  #cost(form: Form, level: number): number {
    let cost = formCost(form);
    if (level === 0) return cost;
    const counted = new Set<number>();
    for (const term of form.terms.keys()) {
      for (const gate of this.#gates.closure(term)) {
        if (counted.has(gate) || this.#paid.has(gate)) continue;
        counted.add(gate);
        cost += this.#gates.cost(gate) * this.#discount(gate);
      }
    }
    return cost;
  }

  /** A function the level below can compute is handed up by one unit: relu leaves 0 and 1 alone. */
  #passed(f: Bool, level: number, bound: number): Choice | null {
    const below = this.#best(f, level - 1, SPLITS, bound);
    if (below === null) return null;
    const form = single(this.#gates.relu(level, below.form, f));
    return { form, cost: this.#cost(form, level) };
  }

  #form(option: Option, level: number, splits: number, bound: number): Form | null {
    if (option.tag === "ramps") return this.#ramps(option, level);
    if (option.tag === "sum") {
      const forms = this.#all(
        option.parts.map(({ of }) => of),
        level,
        option.free ? splits : Math.max(0, splits - 1),
        bound,
      );
      if (forms === null) return null;
      return combine(
        option.constant,
        forms.map((form, at) => ({ weight: option.parts[at]!.sign, form })),
      );
    }
    const parts = this.#all(option.parts, level - 1, SPLITS, bound);
    if (parts === null) return null;
    const input = combine(
      1 - parts.length,
      parts.map((form) => ({ weight: 1, form })),
    );
    const meaning = this.#functions.variables.bdd.and(...option.parts);
    const gate = single(this.#gates.relu(level, input, meaning));
    return combine(option.constant, [{ weight: option.sign, form: gate }]);
  }

  /** All of them, unless one alone reaches the bound. */
  #all(functions: readonly Bool[], level: number, splits: number, bound: number): Form[] | null {
    const forms: Form[] = [];
    for (const f of functions) {
      const choice = this.#best(f, level, splits, bound);
      if (choice === null) return null;
      forms.push(choice.form);
    }
    return forms;
  }

  #ramps({ inner, inputs, found }: Option & { tag: "ramps" }, level: number): Form | null {
    const sum = inner
      ? this.#innerSum(inputs, found.weights, level - 1)
      : this.#weighted(inputs, found.weights, level - 1);
    if (sum === null) return null;
    const pieces = found.ramps.pieces.map(({ direction, bias, coefficient }) => {
      const input = combine(bias, [{ weight: direction, form: sum }]);
      return { weight: coefficient, form: single(this.#gates.relu(level, input, null)) };
    });
    return combine(found.ramps.constant, pieces);
  }

  #weighted(inputs: readonly RampSource[], weights: readonly number[], level: number): Form | null {
    const parts: { weight: number; form: Form }[] = [];
    for (const [at, input] of inputs.entries()) {
      const { bdd } = this.#functions.variables;
      const form =
        input.tag === "sum"
          ? this.#linear(input, level)
          : (this.#best(bdd.variable(input.variable), level, 0, Number.POSITIVE_INFINITY)?.form ?? null);
      if (form === null) return null;
      parts.push({ weight: weights[at]!, form });
    }
    return combine(0, parts);
  }

  /** A linear sum at a level: the filter itself, or handed up from its lowest value. */
  #linear({ sum }: RampSource & { tag: "sum" }, level: number): Form {
    if (level === 0) {
      return { constant: 0, terms: new Map(sum.terms.map(({ variable, weight }) => [variable, weight])) };
    }
    const below = combine(-sum.lo, [{ weight: 1, form: this.#linear({ tag: "sum", sum }, level - 1) }]);
    return combine(sum.lo, [{ weight: 1, form: single(this.#gates.relu(level, below, null)) }]);
  }

  #innerSum(inputs: readonly RampSource[], weights: readonly number[], level: number): Form | null {
    const below = this.#weighted(inputs, weights, level - 1);
    if (below === null) return null;
    const ranges = inputs.map((input) => (input.tag === "sum" ? input.sum : { lo: 0, hi: 1 }));
    const lowest = lowestSum(ranges, weights);
    const unit = this.#gates.relu(level, combine(-lowest, [{ weight: 1, form: below }]), null);
    return combine(lowest, [{ weight: 1, form: single(unit) }]);
  }
}
