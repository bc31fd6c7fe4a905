// The ways to compute a Boolean function by units of a level, each right by construction.
// Options are structure only; what they cost depends on which gates are there already (select.ts).
//
//   gate   a conjunction of functions of the level below is one unit: relu(sum - (n - 1))
//   sum    functions that are never 1 together add up; so do the two halves of a split
//   ramps  a function of a weighted sum is a chain of ramps (ramp-chains.ts)

import { cached } from "../../../diagnostics/memo.ts";
import type { Bool } from "../../../logic/bdd.ts";
import type { LinearSum } from "../../../logic/variables.ts";
import type { Functions } from "./boolean-functions.ts";
import { linearForm } from "./channel-sums.ts";
import type { GateForm } from "./exact-gates.ts";
import {
  findRamps,
  lowestSum,
  type RampInput,
  type RampShape,
  rampShape,
  type WeightedRamps,
} from "./ramp-chains.ts";

export type Option =
  /** `constant + sign * relu(sum of parts - (number of parts - 1))`, the parts a level below. */
  | {
      readonly tag: "gate";
      readonly constant: 0 | 1;
      readonly sign: 1 | -1;
      readonly parts: readonly Bool[];
      /** Their conjunction. */
      readonly whole: Bool;
    }
  /** `constant + sum of sign * part`, the parts at the same level. */
  | {
      readonly tag: "sum";
      readonly constant: 0 | 1;
      readonly signs: readonly (1 | -1)[];
      readonly parts: readonly Bool[];
      /** Not one of several splits, but the only one worth trying. */
      readonly free: boolean;
    }
  /** Ramps of a weighted sum; `inner` computes the sum by one unit of the level below. */
  | {
      readonly tag: "ramps";
      readonly inner: boolean;
      readonly inputs: readonly RampSource[];
      readonly found: WeightedRamps;
    };

/** An input of a weighted sum: a linear sum of channels, or a single Boolean variable. */
export type RampSource =
  | { readonly tag: "sum"; readonly sum: LinearSum }
  | { readonly tag: "bit"; readonly variable: number };

/** Functions of more variables than this are split on few, well chosen ones. */
const WIDE = 3;
const CHOSEN = 3;
/** A signal is spelled out only together with functions of so few terms. */
const MOST_PER_TERM = 2;
/** Functions of more variables than this are split on the best one only. */
const VERY_WIDE = 6;

/** How much is tried. */
export interface CoverLimits {
  /** How many functions are looked at in full for networks of one hidden layer, and for those of more. */
  readonly patience: { readonly shallow: number; readonly deep: number };
  /** Whether factors of a conjunction are also taken together a level earlier. */
  readonly groups: boolean;
}

export class Options {
  readonly #functions: Functions;
  readonly #limits: CoverLimits;
  /** Functions looked at in full before only the most promising ways are tried. */
  #patience = 0;
  readonly #linear = new Map<Bool, GateForm | null>();
  readonly #atFirst = new Map<Bool, readonly Option[]>();
  readonly #above = new Map<Bool, readonly Option[]>();
  /** Ramps of functions, by all that they depend on. */
  readonly #tables = new Map<string, readonly WeightedRamps[] | null>();
  readonly #shapes = new Map<string, RampShape>();
  /** Variables of functions whose values are asked for. */
  readonly #assigned: Uint8Array;

  constructor(functions: Functions, limits: CoverLimits) {
    this.#functions = functions;
    this.#limits = limits;
    this.#assigned = new Uint8Array(functions.variables.room);
  }

  /** The function as a sum of channels, such as a literal or "one of two enum values", or null. */
  linearForm(f: Bool): GateForm | null {
    return cached(this.#linear, f, () => linearForm(f, this.#functions));
  }

  /** Options for a function at level 1 or, where `deep`, above: there signals are inputs like others. */
  of(f: Bool, deep: boolean): readonly Option[] {
    const table = deep ? this.#above : this.#atFirst;
    return cached(table, f, () => (deep ? null : this.#signalTerms(f)) ?? this.#plain(f, deep));
  }

  /** From here on, options are for networks of this number of hidden layers; those known already stay. */
  prepareFor(depth: number): void {
    const { shallow, deep } = this.#limits.patience;
    this.#patience = depth > 1 ? deep : shallow;
  }

  /** Functions after which only the most promising ways are tried: time is bounded, size suffers a little. */
  #isTired(deep: boolean): boolean {
    return (deep ? this.#above : this.#atFirst).size > this.#patience;
  }

  #plain(f: Bool, deep: boolean): Option[] {
    const not = this.#functions.variables.bdd.not(f);
    const whole = (g: Bool) => this.#functions.factors(g).length === 1;
    return [
      ...this.#conjunctions(f, 0, 1, deep),
      ...(whole(f) && !whole(not) ? this.#conjunctions(not, 1, -1, deep) : []),
      ...this.#splits(f, 0, 1, deep),
      ...(whole(f) && whole(not) ? this.#splits(not, 1, -1, deep) : []),
      ...this.#ramps(f, deep),
    ];
  }

  /** f = (f without the signal) + (what the signal sets) - (what it clears), term by term of the signal. */
  #signalTerms(f: Bool): Option[] | null {
    const { bdd } = this.#functions.variables;
    for (const variable of bdd.support(f)) {
      const terms = this.#functions.signalTerms(variable);
      if (terms === null) continue;
      const [low, high] = [bdd.cofactor(f, variable, 0), bdd.cofactor(f, variable, 1)];
      const [sets, clears] = [bdd.and(high, bdd.not(low)), bdd.and(low, bdd.not(high))];
      if ([sets, clears].some((g) => this.#functions.complexity(g) > MOST_PER_TERM)) return [];
      // Not simplified yet: a term is a product over neighbours, which simplifying may hide.
      const some = (g: Bool): boolean => bdd.meets(g, this.#functions.variables.care(bdd.support(g)));
      const plus = [low, ...terms.map((term) => bdd.and(term, sets))].filter(some);
      const minus = terms.map((term) => bdd.and(term, clears)).filter(some);
      const signs = [...plus.map(() => 1 as const), ...minus.map(() => -1 as const)];
      return [{ tag: "sum", constant: 0, free: true, signs, parts: [...plus, ...minus] }];
    }
    return null;
  }

  #conjunctions(f: Bool, constant: 0 | 1, sign: 1 | -1, deep: boolean): Option[] {
    const factors = this.#functions.factors(f);
    const groupings = deep && this.#limits.groups ? [factors, ...this.#groupings(factors)] : [factors];
    return groupings.map((parts): Option => ({ tag: "gate", constant, sign, parts, whole: f }));
  }

  /** Factors taken together a level earlier: all of them, or some pair; a signal is paired first. */
  #groupings(factors: readonly Bool[]): Bool[][] {
    if (factors.length < 2) return [];
    const { bdd } = this.#functions.variables;
    const all = bdd.and(...factors);
    if (factors.length === 2) return [[all]];
    const signal = factors.find((factor) => this.#isSignal(factor));
    const others = factors.filter((factor) => factor !== signal);
    if (signal === undefined && factors.length > 3) return [[all]];
    const firsts = signal === undefined ? factors : [signal];
    const pairs = firsts.flatMap((a) =>
      others
        .filter((b) => a !== b && (signal !== undefined || factors.indexOf(a) < factors.indexOf(b)))
        .map((b) => [bdd.and(a, b), ...factors.filter((c) => c !== a && c !== b)]),
    );
    const apart = signal === undefined ? [] : [[signal, bdd.and(...others)]];
    return [[all], ...apart, ...pairs];
  }

  #isSignal(f: Bool): boolean {
    const support = this.#functions.variables.bdd.support(f);
    return support.length === 1 && this.#functions.signalTerms(support[0]!) !== null;
  }

  /** Two disjoint halves: by the value of a variable, or by where the variable decides. */
  #splits(f: Bool, constant: 0 | 1, sign: 1 | -1, deep: boolean): Option[] {
    const { bdd } = this.#functions.variables;
    // Sums of channels are inputs as good as literals: only what is neither is worth splitting.
    const cores = this.#functions.factors(f).filter((g) => deep || this.linearForm(g) === null);
    const core = cores[cores.length - 1] ?? 1;
    const support = bdd.support(core);
    if (support.length < 2) return [];
    const options: Option[] = [];
    const add = (a: Bool, b: Bool): void => {
      const parts = [a, b].map((half) => this.#functions.simplify(half)).filter((half) => half !== 0);
      if (parts.includes(f)) return;
      options.push({
        tag: "sum",
        constant,
        free: support.length > VERY_WIDE,
        signs: parts.map(() => sign),
        parts,
      });
    };
    for (const variable of this.#splitVariables(core, support, deep)) {
      const literal = bdd.variable(variable);
      const [low, high] = [bdd.cofactor(f, variable, 0), bdd.cofactor(f, variable, 1)];
      const [onlyHigh, onlyLow] = [bdd.and(high, bdd.not(low)), bdd.and(low, bdd.not(high))];
      if (onlyLow === 0) add(low, bdd.and(literal, onlyHigh));
      else if (onlyHigh === 0) add(high, bdd.and(bdd.not(literal), onlyLow));
      add(bdd.and(literal, high), bdd.and(bdd.not(literal), low));
    }
    return options;
  }

  /** All variables, or for wide functions those whose cofactors depend on the fewest. */
  #splitVariables(core: Bool, support: readonly number[], deep: boolean): readonly number[] {
    if (support.length <= WIDE && !this.#isTired(deep)) return support;
    const { bdd } = this.#functions.variables;
    const weight = (variable: number): number =>
      bdd.support(bdd.cofactor(core, variable, 0)).length +
      bdd.support(bdd.cofactor(core, variable, 1)).length;
    return support
      .map((variable) => ({ variable, weight: weight(variable) }))
      .sort((a, b) => a.weight - b.weight || a.variable - b.variable)
      .slice(0, support.length <= VERY_WIDE && !this.#isTired(deep) ? CHOSEN : 1)
      .map(({ variable }) => variable);
  }

  #ramps(f: Bool, deep: boolean): Option[] {
    const { variables } = this.#functions;
    const support = variables.bdd.support(f);
    const sums = new Set<LinearSum>();
    const bits: number[] = [];
    for (const index of support) {
      const variable = variables.variable(index);
      if (variable.tag === "sum") sums.add(variable.sum);
      else bits.push(index);
    }
    if (sums.size > 1 || (sums.size === 1 ? bits.length > 2 : bits.length < 2 || bits.length > 4)) return [];
    const sources: RampSource[] = [
      ...[...sums].map((sum): RampSource => ({ tag: "sum", sum })),
      ...bits.map((variable): RampSource => ({ tag: "bit", variable })),
    ];
    const found = this.#rampsOf(f, sources, deep);
    if (found === null) return [];
    return found.map((ramps, at): Option => ({ tag: "ramps", inputs: sources, inner: at > 0, found: ramps }));
  }

  /** The cheapest ramps over the sources themselves and, where `deep`, over their sum in a unit of its own. */
  #rampsOf(f: Bool, sources: readonly RampSource[], deep: boolean): readonly WeightedRamps[] | null {
    const inputs = rampInputs(sources);
    const shape = this.#shape(inputs);
    const values = this.#values(f, sources, shape.assignments);
    const width = sources.reduce((sum, each) => sum + (each.tag === "sum" ? each.sum.terms.length : 1), 0);
    // Many functions are the same one of other variables.
    const key = `${deep} ${width} ${shape.name} ${values.map((value) => value ?? "-").join("")}`;
    const direct = () => ({ perPiece: width + 1, offset: 0, fixed: 0 });
    const inner = (weights: readonly number[]) => {
      const offset = lowestSum(inputs, weights);
      return { perPiece: 2, offset, fixed: width + (offset === 0 ? 0 : 1) };
    };
    return cached(this.#tables, key, () => findRamps(shape, values, deep ? [direct, inner] : [direct]));
  }

  #shape(inputs: readonly RampInput[]): RampShape {
    const name = inputs.map(({ lo, hi }) => `${lo}..${hi}`).join(" ");
    return cached(this.#shapes, name, () => rampShape(name, inputs));
  }

  /** Values of `f` for these inputs, null where they cannot occur. */
  #values(f: Bool, sources: readonly RampSource[], assignments: RampShape["assignments"]): (0 | 1 | null)[] {
    const { variables } = this.#functions;
    const { bdd } = variables;
    const support = bdd.support(f);
    const care = variables.care(support);
    const inputs = support.map((index) => {
      const variable = variables.variable(index);
      if (variable.tag === "sum") return { index, at: 0, atLeast: variable.atLeast };
      return {
        index,
        at: sources.findIndex((from) => from.tag === "bit" && from.variable === index),
        atLeast: 1,
      };
    });
    return assignments.map((values) => {
      for (const { index, at, atLeast } of inputs) this.#assigned[index] = values[at]! >= atLeast ? 1 : 0;
      return bdd.evaluateAt(care, this.#assigned) === 0 ? null : bdd.evaluateAt(f, this.#assigned);
    });
  }
}

/** Weights of a bit beside a sum that are tried: in ranges that are searched, one of these sets its two cases apart. */
const MOST_REACH = 17;

function rampInputs(sources: readonly RampSource[]): RampInput[] {
  const sum = sources.find((source) => source.tag === "sum");
  if (sum === undefined) return sources.map(() => ({ lo: 0, hi: 1, reach: sources.length < 4 ? 2 : 1 }));
  const range = sum.sum.hi - sum.sum.lo;
  const reach = sources.length === 2 ? Math.min(2 * range + 1, MOST_REACH) : Math.min(range + 1, 6);
  return sources.map((source) =>
    source.tag === "sum"
      ? { lo: source.sum.lo, hi: source.sum.hi, reach: sources.length === 1 ? 1 : 3 }
      : { lo: 0, hi: 1, reach },
  );
}
