// Chooses for every function the cheapest option, given the gates that are paid for already.

import { cached } from "../../../diagnostics/memo.ts";
import type { Bool } from "../../../logic/bdd.ts";
import type { Functions } from "./boolean-functions.ts";
import type { Option, Options, RampSource } from "./cover-choices.ts";
import {
  combineGates,
  constantGate,
  type Discount,
  type ExactGates,
  formCost,
  type GateForm,
} from "./exact-gates.ts";
import { lowestSum } from "./ramp-chains.ts";

/** At the top, where nothing else helps, functions of up to this number of disjoint terms are computed by one sum. */
const MOST_TERMS = 64;
/** Nested splits tried; those on the one best variable of a wide function are free. */
const SPLITS_AT_TOP = 2;
const SPLITS = 2;

interface Choice {
  readonly form: GateForm;
  /** Non-zero numbers of the form and of the gates below it that are not paid for. */
  readonly cost: number;
}

/** What is known about a function at a level: its cheapest form, or that nothing is cheaper than a bound. */
interface Known {
  /** When this was found out; older answers, to other prices, are void. */
  round: number;
  choice: Choice | null;
  bound: number;
}

/** Finds forms for functions at the prices of the moment: some gates are paid for. */
export class Selector {
  readonly #functions: Functions;
  readonly #options: Options;
  readonly #gates: ExactGates;
  readonly #mostTerms: number;
  #paid: ReadonlySet<number> = new Set();
  #discount: Discount | null = null;
  /** The level of the function asked for. */
  #depth = 0;
  /** Level by level; at level 0 nothing depends on prices. */
  readonly #known: Map<number, Known>[] = [];
  #round = 0;
  #work = 0;
  readonly #plainGates = new Map<Bool, GateForm | null>();
  readonly #sums = new Map<Bool, GateForm | null>();
  /** Level by level, the gates that are paid for by the function they compute. */
  readonly #free: Map<Bool, number>[] = [];

  /** `levels`: the most that are ever asked for; `terms`: of a function that one sum computes below the top. */
  constructor(
    functions: Functions,
    options: Options,
    gates: ExactGates,
    { levels, terms }: { readonly levels: number; readonly terms: number },
  ) {
    this.#mostTerms = terms;
    this.#functions = functions;
    this.#options = options;
    this.#gates = gates;
    this.#known = Array.from({ length: levels + 1 }, () => new Map());
    this.#free = Array.from({ length: levels + 1 }, () => new Map());
  }

  /** Questions looked into so far: a clock that is the same on every machine. */
  get work(): number {
    return this.#work;
  }

  /** Starts over with other gates paid for; `discount` scales the price of the rest. */
  suppose(paid: ReadonlySet<number>, discount: Discount | null = null): void {
    // Channels covered one after another with nothing paid for share what was found.
    if (paid.size === 0 && this.#paid.size === 0 && discount === this.#discount) return;
    this.#paid = paid;
    this.#discount = discount;
    this.#gates.suppose(paid, discount);
    this.#round++;
    for (const free of this.#free) free.clear();
    for (const id of paid) {
      const { level, meaning } = this.#gates.gate(id);
      if (meaning !== null) this.#free[level]!.set(this.#functions.simplify(meaning), id);
    }
  }

  /** The cheapest form found for `f` on that many hidden layers that costs less than `bound`, or null. */
  best(f: Bool, depth: number, bound: number): GateForm | null {
    this.#depth = depth;
    return this.#best(f, depth, SPLITS_AT_TOP, bound)?.form ?? null;
  }

  #best(function_: Bool, level: number, splits: number, bound: number): Choice | null {
    const f = this.#functions.simplify(function_);
    if (level === 0) return below(bound, this.#linear(f));
    // Simplified, a product of conditions on single neighbours may not be one any more.
    const product = level === 1 && f !== function_ && f > 1 ? this.#plainGate(function_) : null;
    if (product !== null) return below(bound, this.#choice(product, 1));
    if (f < 2) return { form: constantGate(f), cost: f };
    // Nothing is cheaper than one gate that is there already.
    const free = this.#free[level]!.get(f);
    if (free !== undefined) return below(bound, { form: this.#gates.alone(free), cost: 1 });
    const known = this.#recall(f, level, splits);
    if (known.choice !== null) return below(bound, known.choice);
    if (known.bound >= bound) return null;
    // Meeting the same question again on the way down cannot lead to a cheaper answer.
    known.bound = bound;
    this.#work++;
    known.choice = below(bound, this.#cheapest(f, level, splits, bound));
    return known.choice;
  }

  #recall(f: Bool, level: number, splits: number): Known {
    const key = f * 8 + splits + (level === this.#depth ? 4 : 0);
    let known = this.#known[level]!.get(key);
    if (known === undefined) {
      known = { round: this.#round, choice: null, bound: 0 };
      this.#known[level]!.set(key, known);
    } else if (known.round !== this.#round) {
      known.round = this.#round;
      known.choice = null;
      known.bound = 0;
    }
    return known;
  }

  #cheapest(f: Bool, level: number, splits: number, bound: number): Choice | null {
    const most = level === this.#depth ? MOST_TERMS : this.#mostTerms;
    if (this.#functions.complexity(f) > most) return null;
    const plain = level === 1 ? (this.#handedOn(f) ?? this.#plainGate(f)) : null;
    if (plain !== null) return this.#choice(plain, 1);
    let best = level === 1 ? null : this.#passed(f, level, bound);
    // What is one unit stays so above, unless parts of it are there already.
    if (level > 1 && this.#paid.size === 0 && this.#isUnit(f)) return best;
    for (const option of this.#options.of(f, level > 1)) {
      if (option.tag === "sum" && splits === 0 && !option.free) continue;
      const least = best?.cost ?? bound;
      const form = this.#form(option, level, splits, least);
      if (form !== null) best = below(least, this.#choice(form, level)) ?? best;
    }
    return best;
  }

  #choice(form: GateForm, level: number): Choice {
    return { form, cost: formCost(form) + (level === 0 ? 0 : this.#gates.priceBelow(form)) };
  }

  #linear(f: Bool): Choice | null {
    if (f < 2) return { form: constantGate(f), cost: f };
    const form = this.#options.linearForm(f);
    return form && { form, cost: formCost(form) };
  }

  /**
   * Level 1: a conjunction of literals, or of sums of channels, is one unit, and nothing is smaller. Which unit that is
   * does not depend on prices.
   */
  #plainGate(f: Bool): GateForm | null {
    return cached(this.#plainGates, f, () =>
      this.#product(this.#functions.factors(f), f, 1, Number.POSITIVE_INFINITY),
    );
  }

  /** The gate of what is a sum of channels, handed on. */
  #handedOn(f: Bool): GateForm | null {
    return cached(this.#sums, f, () => this.#product([f], f, 1, Number.POSITIVE_INFINITY));
  }

  /** Tells whether a function is known to be one unit of the first level, or a sum of channels. */
  #isUnit(f: Bool): boolean {
    return Boolean(this.#plainGates.get(f) ?? this.#sums.get(f));
  }

  /** A function the level below can compute is handed up by one unit: relu leaves 0 and 1 alone. */
  #passed(f: Bool, level: number, bound: number): Choice | null {
    const form = this.#product([f], f, level, bound);
    return form && this.#choice(form, level);
  }

  #form(option: Option, level: number, splits: number, bound: number): GateForm | null {
    if (option.tag === "ramps") return this.#ramps(option, level);
    if (option.tag === "sum") {
      const forms = this.#all(option.parts, level, option.free ? splits : Math.max(0, splits - 1), bound);
      return forms && combineGates(option.constant, forms, option.signs);
    }
    const gate = this.#product(option.parts, option.whole, level, bound - option.constant);
    return gate && (option.sign === 1 ? gate : combineGates(option.constant, [gate], [option.sign]));
  }

  /** The gate of a conjunction of functions of the level below; they share no variables, and so hardly any gates. */
  #product(parts: readonly Bool[], whole: Bool, level: number, bound: number): GateForm | null {
    const forms: GateForm[] = [];
    // One for the gate itself, and one at least for every other part.
    let left = bound - parts.length;
    for (const part of parts) {
      // Constants are added up, perhaps to nothing.
      const choice = this.#best(part, level - 1, SPLITS, left + 1);
      if (choice === null) return null;
      const cost = choice.form.constant === 0 ? choice.cost : choice.cost - 1;
      if (cost >= left) return null;
      left -= cost - 1;
      forms.push(choice.form);
    }
    return this.#gates.unit(level, combineGates(1 - parts.length, forms), whole);
  }

  /** All of them, unless one alone reaches the bound. */
  #all(functions: readonly Bool[], level: number, splits: number, bound: number): GateForm[] | null {
    const forms: GateForm[] = [];
    for (const f of functions) {
      const choice = this.#best(f, level, splits, bound);
      if (choice === null) return null;
      forms.push(choice.form);
    }
    return forms;
  }

  #ramps({ inner, inputs, found }: Option & { tag: "ramps" }, level: number): GateForm | null {
    const sum = inner
      ? this.#innerSum(inputs, found.weights, level - 1)
      : this.#weighted(inputs, found.weights, level - 1);
    if (sum === null) return null;
    const { constant, pieces } = found.ramps;
    const units = pieces.map(({ direction, bias }) =>
      this.#gates.unit(level, combineGates(bias, [sum], [direction]), null),
    );
    return combineGates(
      constant,
      units,
      pieces.map(({ coefficient }) => coefficient),
    );
  }

  #weighted(inputs: readonly RampSource[], weights: readonly number[], level: number): GateForm | null {
    const forms: GateForm[] = [];
    for (const input of inputs) {
      const { bdd } = this.#functions.variables;
      const form =
        input.tag === "sum"
          ? this.#handedUp(input, level)
          : (this.#best(bdd.variable(input.variable), level, 0, Number.POSITIVE_INFINITY)?.form ?? null);
      if (form === null) return null;
      forms.push(form);
    }
    return combineGates(0, forms, weights);
  }

  /** A linear sum at a level: the filter itself, or handed up from its lowest value. */
  #handedUp({ sum }: RampSource & { tag: "sum" }, level: number): GateForm {
    if (level === 0) {
      const [terms, weights] = [sum.terms.map((term) => term.variable), sum.terms.map((term) => term.weight)];
      return { constant: 0, terms, weights };
    }
    const lower = combineGates(-sum.lo, [this.#handedUp({ tag: "sum", sum }, level - 1)]);
    return combineGates(sum.lo, [this.#gates.unit(level, lower, null)]);
  }

  #innerSum(inputs: readonly RampSource[], weights: readonly number[], level: number): GateForm | null {
    const lower = this.#weighted(inputs, weights, level - 1);
    if (lower === null) return null;
    const ranges = inputs.map((input) => (input.tag === "sum" ? input.sum : { lo: 0, hi: 1 }));
    const lowest = lowestSum(ranges, weights);
    return combineGates(lowest, [this.#gates.unit(level, combineGates(-lowest, [lower]), null)]);
  }
}

/** A choice, if it is cheaper than a bound. */
function below(bound: number, choice: Choice | null): Choice | null {
  return choice !== null && choice.cost < bound ? choice : null;
}
