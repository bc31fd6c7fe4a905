// The cells around one cell, as variables: its neighbours and theirs, since two neighbours of a cell see up to two cells
// away from it. All numbers are written in bits, so that fields of thousands of values have small diagrams; codes beyond
// the last value stand for the last.

import type { IrField } from "../../compiler/lower/instructions.ts";
import type { Rule } from "../../compiler/schedule/rule.ts";
import { cached } from "../../diagnostics/memo.ts";
import { AXES, type Axis, OFFSETS, type Place } from "../../grid/direction.ts";
import { bounds, firstValue } from "../../grid/grid.ts";
import { type Diagram, Diagrams, MIN } from "../../logic/diagrams.ts";
import { DiagramsTooLarge } from "../../logic/nodes.ts";
import { bitsFor } from "../../network/network.ts";
import { readsEdges, type Sight } from "./functions.ts";

/** Rows and columns from the middle. */
export type Offset = readonly [down: number, right: number];

/** Fields of more values are not gone through. */
const MOST_VALUES = 2 ** 13;
/** How far from the middle cells are seen. */
const REACH = 2;

interface RegionOptions {
  readonly rule: Rule;
  /** A field that has its first value in all cells; in the middle it has another one, if `isThere`. */
  readonly token: { readonly field: string; readonly isThere: boolean };
  /** Fields that have the same value in all cells. */
  readonly uniform: ReadonlySet<string>;
  readonly mostNodes: number;
}

export class Region {
  readonly diagrams: Diagrams;
  readonly #options: RegionOptions;
  readonly #hasEdges: boolean;
  readonly #fields: ReadonlyMap<string, IrField>;
  /** The first variable of each number, by its name. */
  readonly #variables = new Map<string, number>();
  readonly #known = new Map<string, Diagram>();

  constructor(options: RegionOptions) {
    const { rule, mostNodes } = options;
    this.diagrams = new Diagrams(mostNodes);
    this.#options = options;
    this.#hasEdges = readsEdges(rule);
    this.#fields = new Map(rule.fields.map((field) => [field.name, field]));
    let made = 0;
    const add = (name: string, values: number): void => {
      this.#variables.set(name, made);
      made += bitsFor(values - 1);
    };
    const [middle, ...others] = allOffsets();
    const addCell = (offset: Offset): void => {
      for (const field of rule.fields) add(nameOf(field.name, offset), sizeOf(field));
    };
    addCell(middle!);
    for (const side of AXES) add(side, REACH + 1);
    others.forEach(addCell);
  }

  /** What the cell at an offset sees. */
  from([down, right]: Offset): Sight {
    const at = (place: Place): Offset => [down + OFFSETS[place][0], right + OFFSETS[place][1]];
    return {
      diagrams: this.diagrams,
      inside: (place) => this.inside(at(place)),
      value: (field, place) => this.value(field, at(place)),
    };
  }

  /** 1 where the grid has a cell there; it has the middle. */
  inside([down, right]: Offset): Diagram {
    const { diagrams } = this;
    const reaching = (side: Axis, distance: number): Diagram =>
      distance <= 0
        ? diagrams.constant(1)
        : this.#number(side, REACH + 1, (cells) => (cells >= distance ? 1 : 0));
    return [
      reaching("up", -down),
      reaching("down", down),
      reaching("left", -right),
      reaching("right", right),
    ].reduce((a, b) => diagrams.apply(MIN, a, b));
  }

  /** The value of a field there; off the grid its first. */
  value(name: string, offset: Offset): Diagram {
    const key = nameOf(name, offset);
    return cached(this.#known, key, () => this.#value(this.#fields.get(name)!, offset));
  }

  #value(field: IrField, offset: Offset): Diagram {
    const { diagrams } = this;
    const { token, uniform } = this.#options;
    const first = firstValue(field.type);
    const size = sizeOf(field);
    if (size > MOST_VALUES) throw new DiagramsTooLarge();
    if (field.name === token.field) {
      const isHere = token.isThere && offset.every((each) => each === 0);
      if (!isHere) return diagrams.constant(first);
      return this.#number(nameOf(field.name, offset), size - 1, (at) => first + 1 + at);
    }
    const isAlike = uniform.has(field.name);
    const there = this.#number(nameOf(field.name, isAlike ? MIDDLE : offset), size, (at) => first + at);
    // A cell off the grid is one whose fields have their first values, unless something tells it from those inside: the
    // rule by asking for edges, or we by what all cells of the grid share.
    if (!isAlike && !this.#hasEdges) return there;
    return diagrams.choose(this.inside(offset), there, diagrams.constant(first));
  }

  /** A function of a number of `values` values from 0 on, bit by bit from the highest. */
  #number(name: string, values: number, of: (value: number) => number): Diagram {
    const first = this.#variables.get(name)!;
    const width = bitsFor(values - 1);
    const build = (bit: number, above: number): Diagram => {
      if (bit === width) return this.diagrams.constant(of(Math.min(above, values - 1)));
      return this.diagrams.branch(first + bit, build(bit + 1, 2 * above), build(bit + 1, 2 * above + 1));
    };
    return build(0, 0);
  }
}

const MIDDLE: Offset = [0, 0];

/** All offsets in reach, the nearest first. */
function allOffsets(): Offset[] {
  const steps = Array.from({ length: 2 * REACH + 1 }, (_, at) => at - REACH);
  const all = steps.flatMap((down) => steps.map((right): Offset => [down, right]));
  return all.toSorted((a, b) => Math.hypot(...a) - Math.hypot(...b));
}

const nameOf = (field: string, [down, right]: Offset): string => `${field} ${down} ${right}`;

function sizeOf({ type }: IrField): number {
  const { lo, hi } = bounds(type);
  return hi - lo + 1;
}
