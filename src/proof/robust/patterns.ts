// What hidden units do together, over all legal neighbourhoods: on, exactly zero or off. Where a unit is on, it passes
// errors on as they are; where it is off, it passes none; so that the patterns are all the cases that errors know.
//
// The patterns of the units that one sum depends on are collected by decision diagrams. Units whose states do not fit
// in are left open: then whatever a rectifier could do is assumed of them.

import { cached } from "../../diagnostics/memo.ts";
import { ADD, type Diagram, Diagrams, MAX, type Operation } from "../../logic/diagrams.ts";
import { DiagramsTooLarge, Nodes } from "../../logic/nodes.ts";
import type { Network } from "../../network/network.ts";
import { termsOf } from "../../network/sparse.ts";
import { networkStep } from "../prove/functions.ts";
import { assumption, type Invariant } from "../prove/invariant.ts";
import { Patch, type PatchField } from "../prove/neighbourhood.ts";

/** What a rectified unit does. */
const STATE = { off: 0, zero: 1, on: 2, open: 3 } as const;

/** One of the cases of a sum. */
export interface Pattern {
  /** The sum's value without errors. */
  readonly value: number;
  /** By layer and unit; of units that the sum does not depend on, anything. */
  readonly states: readonly Uint8Array[];
}

/** How much is told apart. */
export interface Limits {
  /** Patterns of one sum. */
  readonly patterns: number;
  /** Nodes of diagrams. */
  readonly nodes: number;
}

/** What units do together: a number of a list of states for every neighbourhood. */
interface Together {
  readonly states: Numbering;
  readonly together: Diagram;
  /** The units whose states are listed. */
  readonly known: readonly (readonly [layer: number, unit: number])[];
}

const LIMITS: Limits = { patterns: 4_000, nodes: 400_000 };

export class Patterns {
  readonly #network: Network;
  readonly #fields: readonly PatchField[];
  readonly #invariant: Invariant | null;
  readonly #limits: Limits;
  #patch!: Patch;
  #sums!: (layer: number, unit: number) => Diagram;
  #last: (Together & { readonly name: string }) | null = null;

  /** `invariant`: what holds in all cells, where only such neighbourhoods are looked at. */
  constructor(
    network: Network,
    fields: readonly PatchField[],
    invariant: Invariant | null,
    limits: Limits = LIMITS,
  ) {
    this.#limits = limits;
    this.#network = network;
    this.#fields = fields;
    this.#invariant = invariant;
    this.#renew();
  }

  #renew(): void {
    this.#last = null;
    this.#patch = new Patch(this.#fields, true, new Diagrams(this.#limits.nodes));
    this.#sums = networkStep(this.#network, this.#patch).sum;
  }

  /** All patterns of the units below a sum, or null where its values alone are too many cases. */
  of(layer: number, unit: number): readonly Pattern[] | null {
    const below = this.#unitsBelow(layer, unit);
    for (let used = below.length; ; used = Math.floor(used / 2)) {
      try {
        return this.#collect(layer, unit, below.slice(0, used));
      } catch (error) {
        if (!(error instanceof DiagramsTooLarge)) throw error;
        this.#renew();
        if (used === 0) return null;
      }
    }
  }

  /** The largest total of a layer's rectified units over all cases, or a bound above it. */
  mostOf(layer: number): number {
    const { outputs } = this.#network.layers[layer]!;
    let patch = new Patch(this.#fields, true, new Diagrams(this.#limits.nodes / 4));
    let { sum } = networkStep(this.#network, patch);
    let [finished, open] = [0, patch.diagrams.constant(0)];
    const most = () => patch.diagrams.valuesOf(open).at(-1)!;
    for (let unit = 0; unit < outputs; unit++) {
      const before = most();
      try {
        open = patch.diagrams.apply(ADD, open, this.#rectified(patch, sum(layer, unit)));
      } catch (error) {
        if (!(error instanceof DiagramsTooLarge)) throw error;
        finished += before;
        patch = new Patch(this.#fields, true, new Diagrams(this.#limits.nodes));
        ({ sum } = networkStep(this.#network, patch));
        open = this.#rectified(patch, sum(layer, unit));
      }
    }
    return finished + most();
  }

  #rectified({ diagrams }: Patch, sum: Diagram): Diagram {
    return diagrams.apply(MAX, sum, diagrams.constant(0));
  }

  /** Units that a sum depends on, those next to it first. */
  #unitsBelow(layer: number, unit: number): readonly (readonly [layer: number, unit: number])[] {
    const found: [number, number][] = [];
    let wanted = [unit];
    for (let at = layer; at > 0; at--) {
      const heard = wanted.flatMap((each) => termsOf(this.#network.layers[at]!, each));
      wanted = [...new Set(heard.map(({ input }) => input))].sort((a, b) => a - b);
      found.push(...wanted.map((each): [number, number] => [at - 1, each]));
    }
    return found;
  }

  #collect(layer: number, unit: number, below: readonly (readonly [number, number])[]): Pattern[] {
    const { diagrams } = this.#patch;
    const { states, together, known } = this.#together(below);
    const sums: number[] = [];
    const numbers = new Map<number, number>();
    const pairs = new Numbering();
    const value = diagrams.map(this.#sums(layer, unit), (sum) =>
      pairs.push(
        pairs.start,
        cached(numbers, sum, () => sums.push(sum) - 1),
      ),
    );
    return this.#possible(diagrams.apply(pairs.pair, value, together)).map((pair) => {
      const [number, last] = pairs.list(pair) as [number, number];
      return { value: sums[number]!, states: this.#statesOf(known, states.list(last)) };
    });
  }

  /**
   * Returns what these units do together, as far as it fits in; the two ends of a channel ask for the same one after the
   * other.
   */
  #together(units: readonly (readonly [number, number])[]): Together {
    const name = units.join(" ");
    if (this.#last?.name === name) return this.#last;
    const { diagrams } = this.#patch;
    const states = new Numbering();
    let together = diagrams.constant(states.start);
    const known: (readonly [number, number])[] = [];
    for (const [at, each] of units) {
      const state = diagrams.map(this.#sums(at, each), stateOf);
      const pairs = diagrams.apply(states.pair, together, state);
      if (diagrams.valuesOf(pairs).length > this.#limits.patterns) continue;
      together = pairs;
      known.push([at, each]);
    }
    this.#last = { name, states, together, known };
    return this.#last;
  }

  #statesOf(known: readonly (readonly [number, number])[], list: readonly number[]): Uint8Array[] {
    const made = this.#network.layers.map(({ outputs }) => new Uint8Array(outputs).fill(STATE.open));
    for (const [at, [layer, unit]] of known.entries()) made[layer]![unit] = list[at]!;
    return made;
  }

  /** Values of a function on the neighbourhoods that can come up. */
  #possible(of: Diagram): number[] {
    const { diagrams } = this.#patch;
    if (this.#invariant === null) return diagrams.valuesOf(of);
    const possible = assumption(this.#invariant, this.#patch, diagrams.support(of));
    return diagrams
      .valuesOf(diagrams.choose(possible, of, diagrams.constant(-1)))
      .filter((value) => value >= 0);
  }
}

const stateOf = (sum: number): number => (sum > 0 ? STATE.on : sum === 0 ? STATE.zero : STATE.off);

/** Lists of whole numbers as numbers: each is another list with one number more. */
class Numbering {
  /** As nodes of a list and its last number. */
  readonly #lists = new Nodes(Number.POSITIVE_INFINITY);
  readonly start = this.#lists.node(0, -1, 0);
  readonly pair: Operation = { of: (list, last) => this.push(list, last), commutative: false };

  push(list: number, last: number): number {
    return this.#lists.node(0, list, last);
  }

  list(number: number): readonly number[] {
    const found: number[] = [];
    for (let at = number; at !== this.start; at = this.#lists.low[at]!) found.push(this.#lists.high[at]!);
    return found.reverse();
  }
}
