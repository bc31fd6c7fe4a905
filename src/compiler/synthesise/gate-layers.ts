// From gates to layers. A gate stands at its level; what is read later is handed up by copies, one non-zero number a
// layer. Several things that are read later only as one and the same sum are handed up as that sum.

import { cached } from "../../diagnostics/memo.ts";
import { greatestDivisor } from "../../network/reach.ts";
import { combine, type Form, spelledTerms } from "./forms.ts";
import type { Gates, Reason } from "./gates.ts";

/** A unit of a layer. */
export interface Unit {
  readonly reason: Reason;
  /** A sum of atoms. */
  readonly form: Form;
  /** Its row in its layer. */
  readonly index: number;
  row: LayoutRow;
}

/** What a unit or channel reads: literals in the first layer, units of the layer below in the others. */
export interface LayoutRow {
  readonly bias: number;
  readonly terms: readonly (readonly [source: number, weight: number])[];
}

export interface Layout {
  /** The hidden layers, from the first. */
  readonly hidden: readonly (readonly Unit[])[];
  /** A row per channel. */
  readonly outputs: readonly LayoutRow[];
}

export function layOut(gates: Gates, outputs: readonly Form[]): Layout {
  const depth = outputs.reduce((most, form) => Math.max(most, gates.level(form)), 0);
  const layers = Array.from({ length: depth }, () => new Units());
  const levels = layers.map((units, at) => new Level(gates, units, at + 1));
  const rows = levels.at(-1)?.rowsOf(outputs) ?? outputs.map(ofLiterals);
  for (let at = depth - 1; at >= 0; at--) {
    const units = layers[at]!.all;
    const forms = units.map(({ form }) => form);
    const made = at === 0 ? forms.map(ofLiterals) : levels[at - 1]!.rowsOf(forms);
    for (const [of, row] of made.entries()) units[of]!.row = row;
  }
  return { hidden: layers.map(({ all }) => all), outputs: rows };
}

const ofLiterals = ({ constant, terms }: Form): LayoutRow => ({ bias: constant, terms: [...terms] });

/** The units of a layer, each once. */
class Units {
  readonly all: Unit[] = [];
  readonly #byName = new Map<string, Unit>();

  at(name: string, form: () => Form, reason: Reason): Unit {
    return cached(this.#byName, name, () => {
      const made = { form: form(), reason, index: this.all.length, row: { bias: 0, terms: [] } };
      this.all.push(made);
      return made;
    });
  }
}

/** Terms of lower levels that are read as one sum, but for a factor. */
interface Bundle {
  readonly name: string;
  /** Without constant, and without a common divisor. */
  readonly sum: Form;
  uses: number;
  isApart: boolean;
}

/** A form as a layer reads it. */
interface Plan {
  readonly form: Form;
  /** Gates of the layer below. */
  readonly direct: readonly (readonly [atom: number, weight: number])[];
  /** One atom that is handed up, or several as a bundle times a factor. */
  readonly late: readonly (readonly [atom: number, weight: number])[];
  readonly bundle: Bundle | null;
  readonly factor: number;
}

const COPY: Reason = { tag: "copy" };
const ROUNDS = 3;

/** Makes what is read available in a layer. */
class Level {
  readonly #gates: Gates;
  readonly #units: Units;
  readonly #level: number;

  constructor(gates: Gates, units: Units, level: number) {
    this.#gates = gates;
    this.#units = units;
    this.#level = level;
  }

  rowsOf(forms: readonly Form[]): LayoutRow[] {
    const bundles = new Map<string, Bundle>();
    const plans = forms.map((form) => this.#plan(form, bundles));
    const single = new Set(plans.flatMap(({ late }) => (late.length === 1 ? [late[0]![0]] : [])));
    this.#decide([...bundles.values()], single);
    return plans.map((plan) => this.#row(plan));
  }

  #plan(form: Form, bundles: Map<string, Bundle>): Plan {
    const terms = [...form.terms];
    const isDirect = (atom: number): boolean => this.#gates.atom(atom).level === this.#level;
    const direct = terms.filter(([atom]) => isDirect(atom));
    const late = terms.filter(([atom]) => !isDirect(atom)).sort(([a], [b]) => a - b);
    if (late.length < 2) return { form, direct, late, bundle: null, factor: 1 };
    const divisor = late.reduce((all, [, weight]) => greatestDivisor(all, Math.abs(weight)), 0);
    const factor = Math.sign(late[0]![1]) * divisor;
    const sum: Form = { constant: 0, terms: new Map(late.map(([atom, weight]) => [atom, weight / factor])) };
    const name = spelledTerms(sum);
    const bundle = bundles.get(name) ?? { name, sum, uses: 0, isApart: false };
    bundles.set(name, bundle);
    bundle.uses++;
    return { form, direct, late, bundle, factor };
  }

  /** Atoms that several bundles share are better handed up one by one; so are those that are handed up anyway. */
  #decide(bundles: readonly Bundle[], single: Set<number>): void {
    const shares = new Map<number, number>();
    for (const { sum } of bundles)
      for (const atom of sum.terms.keys()) shares.set(atom, (shares.get(atom) ?? 0) + 1);
    for (let round = 0; round < ROUNDS; round++) {
      for (const bundle of bundles) {
        const atoms = [...bundle.sum.terms.keys()];
        const together = atoms.length + (this.#gates.range(bundle.sum).lo === 0 ? 0 : 1) + bundle.uses;
        const price = (atom: number): number => {
          if (single.has(atom)) return 0;
          return round === 0 ? 1 / Math.max(1, shares.get(atom)! / 2) : 1;
        };
        const apart = bundle.uses * atoms.length + atoms.reduce((sum, atom) => sum + price(atom), 0);
        bundle.isApart = apart <= together;
        if (bundle.isApart) for (const atom of atoms) single.add(atom);
      }
    }
  }

  #row({ form, direct, late, bundle, factor }: Plan): LayoutRow {
    const weights = new Map<number, number>();
    let bias = form.constant;
    const add = ({ index }: Unit, weight: number): void => {
      weights.set(index, (weights.get(index) ?? 0) + weight);
    };
    for (const [atom, weight] of direct) add(this.#gate(atom), weight);
    if (bundle === null || bundle.isApart) for (const [atom, weight] of late) add(this.#copy(atom), weight);
    else {
      const { lo } = this.#gates.range(bundle.sum);
      add(this.#sum(bundle, lo), factor);
      bias += factor * lo;
    }
    return { bias, terms: [...weights].filter(([, weight]) => weight !== 0) };
  }

  #gate(id: number): Unit {
    const gate = this.#gates.atom(id);
    if (gate.tag !== "gate") throw new Error("internal: a channel is no unit");
    return this.#units.at(`gate ${id}`, () => gate.input, gate.reason);
  }

  #copy(atom: number): Unit {
    return this.#units.at(`copy ${atom}`, () => ({ constant: 0, terms: new Map([[atom, 1]]) }), COPY);
  }

  #sum({ name, sum }: Bundle, lo: number): Unit {
    return this.#units.at(`sum ${name}`, () => combine(-lo, [[1, sum]]), COPY);
  }
}
