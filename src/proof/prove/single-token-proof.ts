// Tokens: fields of which at most one cell of the grid holds another value than the first, in every run. The head of a
// Turing machine is one. That is a property of whole grids, and is proved from what a few cells see:
//
// - At the start. Nobody gives the field (it is no input), it starts with its first value in all cells, those of the
//   workspace too, and is placed with another value at most once: then at most one cell holds a token. Whoever starts a
//   run from other values has them refused (network/single-token-states.ts).
// - From nothing comes nothing. A cell of whose neighbourhood no cell holds a token, itself included, holds none after
//   the step. So if there is a token, in cell c, only the nine cells from which c can be seen may hold one afterwards;
//   and if there is none, there will be none.
// - From one comes one. Of those nine no two hold a token after the step. Two of them see up to two cells away from c,
//   so that they are compared over all values of all fields of the 5x5 cells around c, token apart, which is in c alone.
//
// Both steps are shown for all legal values of all other fields, whether a run reaches them or not, for every way in
// which the grid may end within these cells (it is a rectangle, and beyond its edge all fields have their first values,
// so no token), and for all positions of cells in the program: fields of the handshake are fields like others. Hence it
// does not matter how a schedule orders instructions. In lockstep all cells are in the same line, which is one more
// fact that is proved: a field that starts alike in all cells, and becomes what it itself decides, stays alike.

import type { Write } from "../../compiler/lower/instructions.ts";
import type { Rule } from "../../compiler/schedule/rule.ts";
import { cached, memo, once } from "../../diagnostics/memo.ts";
import { AXES, type Axis, OFFSETS, type Offset, type Place, TAP_OFFSETS } from "../../grid/direction.ts";
import { bounds, firstValue } from "../../grid/grid.ts";
import type { InputRules } from "../../grid/prepare.ts";
import { startsAlone } from "../../grid/single-tokens.ts";
import { type Diagram, Diagrams, MIN } from "../../logic/diagrams.ts";
import { type Expression, leaves, nodesBelow } from "../../logic/expression.ts";
import { DiagramsTooLarge, unlessTooLarge } from "../../logic/nodes.ts";
import { bitsFor, type NetworkField } from "../../network/network.ts";
import { type CellSight, expressionValues, readsEdges } from "./functions.ts";

/** A test whether it is proved of a field that at most one cell holds another value than the first, on any grid, for ever. */
export function tokenTest(program: InputRules, rule: Rule): (field: string) => boolean {
  const uniform = once(() => uniformFields(program, rule));
  const fields = once(() => new Map(rule.fields.map((field) => [field.name, field])));
  const layout = once(() => layoutOf(rule));
  return (name) => {
    const field = fields().get(name);
    return field !== undefined && startsAlone(program, field) && staysAlone(rule, layout(), uniform(), field);
  };
}

/** Fields that have the same value in all cells at all times. */
function uniformFields({ places = [] }: InputRules, rule: Rule): ReadonlySet<string> {
  const starting = rule.fields.filter(
    ({ name, role }) => role !== "input" && !places.some(({ field }) => field === name),
  );
  const alike = new Set(starting.map(({ name }) => name));
  // Of those that depend on others, none is left in the end.
  for (let before = -1; before !== alike.size; ) {
    before = alike.size;
    const isUniform = readingOnly(rule, alike);
    for (const { field, value } of rule.updates) if (!isUniform(value)) alike.delete(field);
  }
  return alike;
}

/**
 * Tells whether an expression reads nothing but these fields of the cell itself; once a field is taken away, perhaps no
 * longer.
 */
function readingOnly(rule: Rule, fields: ReadonlySet<string>): (value: Expression) => boolean {
  const isUniform = (value: Expression): boolean =>
    leaves([value]).every((leaf) => {
      if (leaf.tag === "read") return leaf.place === "here" && fields.has(leaf.field);
      return leaf.tag === "signal" && isSignalUniform(leaf.name);
    });
  const isSignalUniform = memo((name: string): boolean =>
    isUniform(rule.signals.find((signal) => signal.name === name)!.value),
  );
  return isUniform;
}

/** Tells whether a step leaves at most one token, if there was at most one. */
function staysAlone(
  rule: Rule,
  layout: Layout,
  uniform: ReadonlySet<string>,
  { name }: NetworkField,
): boolean {
  const update = rule.updates.find(({ field }) => field === name);
  if (update === undefined) return true;
  const mostNodes = ROOM + ROOM_PER_NODE * nodesBelow(update.value, Number.POSITIVE_INFINITY);
  const region = (isThere: boolean) =>
    new Region({ layout, token: { field: name, isThere }, uniform, mostNodes });
  const isProved = (): boolean =>
    fromNothing(rule, region(false), update) && fromOne(rule, region(true), update);
  return unlessTooLarge(isProved, () => false);
}

/** The field that stands for a signal which may be anything. */
const freeField = (signal: string): string => `signal ${signal}`;

/** Nodes that the diagrams of a field may have, and more for each node of its expression. */
const ROOM = 30_000;
const ROOM_PER_NODE = 60;

/**
 * Signals say whether it is a cell's turn, and are as long as the program. From nothing comes nothing whoever's turn it is,
 * so that they may be any bits here; what is no token is found out in moments thereby, and that is nearly every field.
 */
const fromNothing = (rule: Rule, region: Region, update: Write): boolean =>
  region.diagrams.constantOf(holderNext(rule, region, update, [0, 0])) === 0;

function fromOne(rule: Rule, region: Region, update: Write): boolean {
  const { diagrams } = region;
  const holders: Diagram[] = [];
  for (const offset of TAP_OFFSETS) {
    const here = holderNext(rule, region, update, offset);
    const isApart = (other: Diagram) => diagrams.constantOf(diagrams.apply(MIN, here, other)) === 0;
    if (!holders.every(isApart)) return false;
    holders.push(here);
  }
  return true;
}

/**
 * 1 where there is a cell at the offset, which holds a token after the step. Lists of cases are as long as a machine has
 * states: they are walked in a loop, and without the cases of tokens that are elsewhere.
 */
function holderNext(rule: Rule, region: Region, { field, value: next }: Write, offset: Offset): Diagram {
  const { diagrams } = region;
  const sight = region.from(offset);
  const meaning = expressionValues(rule, sight);
  const first = firstValue(rule.fields.find(({ name }) => name === field)!.type);
  const holds = (value: Expression): Diagram => {
    const cases: (readonly [when: Diagram, then: Diagram])[] = [];
    let at = value;
    while (at.tag === "choose") {
      const when = meaning(at.when);
      const decided = diagrams.constantOf(when);
      if (decided === null) cases.push([when, holds(at.then)]);
      at = decided === 1 ? at.then : at.otherwise;
    }
    const last = diagrams.map(meaning(at), (found) => (found === first ? 0 : 1));
    return cases.reduceRight((otherwise, [when, then]) => diagrams.choose(when, then, otherwise), last);
  };
  return diagrams.apply(MIN, sight.inside("here"), holds(next));
}

// The cells around one cell, as variables: its neighbours and theirs, since two neighbours of a cell see up to two cells
// away from it. All numbers are written in bits, so that fields of thousands of values have small diagrams; codes beyond
// the last value stand for the last.

/** Fields of more values are not gone through. */
const MOST_VALUES = 2 ** 13;
/** How far from the middle cells are seen. */
const REACH = 2;

/** Where the variables of numbers are: of each cell a block, that of the middle and those of the edges first. */
interface Layout {
  readonly hasEdges: boolean;
  readonly fields: ReadonlyMap<string, { readonly field: NetworkField; readonly variable: number }>;
  readonly edges: ReadonlyMap<Axis, number>;
  /** The first variable of a cell; fields have theirs from there on. */
  readonly cellAt: (offset: Offset) => number;
}

function layoutOf(rule: Rule): Layout {
  const bit: Pick<NetworkField, "type" | "initial" | "role"> = {
    type: { kind: "bit" },
    initial: 0,
    role: "hidden",
  };
  const fields = [
    ...rule.fields,
    ...rule.signals.map(({ name }): NetworkField => ({ ...bit, name: freeField(name) })),
  ];
  let width = 0;
  const placed = fields.map((field) => {
    const variable = width;
    width += bitsFor(sizeOf(field) - 1);
    return [field.name, { field, variable }] as const;
  });
  const edges = new Map(AXES.map((side, at) => [side, width + at * bitsFor(REACH)]));
  const blocks = new Map(allOffsets().map((offset, at) => [String(offset), at]));
  const cellAt = (offset: Offset): number => {
    const block = blocks.get(String(offset))!;
    return block === 0 ? 0 : block * width + AXES.length * bitsFor(REACH);
  };
  return { hasEdges: readsEdges(rule), fields: new Map(placed), edges, cellAt };
}

interface RegionOptions {
  readonly layout: Layout;
  /** A field that has its first value in all cells; in the middle it has another one, if `isThere`. */
  readonly token: { readonly field: string; readonly isThere: boolean };
  /** Fields that have the same value in all cells. */
  readonly uniform: ReadonlySet<string>;
  readonly mostNodes: number;
}

class Region {
  readonly diagrams: Diagrams;
  readonly #options: RegionOptions;
  readonly #known = new Map<string, Diagram>();

  constructor(options: RegionOptions) {
    this.diagrams = new Diagrams(options.mostNodes);
    this.#options = options;
  }

  /** Returns what the cell at an offset sees. */
  from([down, right]: Offset): CellSight {
    const at = (place: Place): Offset => [down + OFFSETS[place][0], right + OFFSETS[place][1]];
    return {
      diagrams: this.diagrams,
      inside: (place) => this.inside(at(place)),
      value: (field, place) => this.value(field, at(place)),
      isAtLeast: (field, place, bound) => this.isAtLeast(field, at(place), bound),
      ...(!this.#options.token.isThere && { signal: (name) => this.value(freeField(name), [down, right]) }),
    };
  }

  /** 1 where the grid has a cell there; it has the middle. */
  inside([down, right]: Offset): Diagram {
    const { diagrams } = this;
    const { edges } = this.#options.layout;
    const reaching = (side: Axis, distance: number): Diagram =>
      distance <= 0
        ? diagrams.constant(1)
        : this.#isAtLeast({ first: edges.get(side)!, values: REACH + 1 }, distance);
    return [
      reaching("up", -down),
      reaching("down", down),
      reaching("left", -right),
      reaching("right", right),
    ].reduce((a, b) => diagrams.apply(MIN, a, b));
  }

  /** The value of a field there; off the grid its first. */
  value(name: string, offset: Offset): Diagram {
    return cached(this.#known, nameOf(name, offset), () =>
      this.#read(
        name,
        offset,
        (number, lo) => this.#number(number, (at) => lo + at),
        (first) => first,
      ),
    );
  }

  /** 1 where the value of a field there is at least that; of numbers of many values, much smaller than the value itself. */
  isAtLeast(name: string, offset: Offset, bound: number): Diagram {
    return this.#read(
      name,
      offset,
      (number, lo) => this.#isAtLeast(number, bound - lo),
      (first) => (first >= bound ? 1 : 0),
    );
  }

  /**
   * Returns what is made of the value of a field there: of its number, the least value of which stands for 0, or of its
   * first value.
   */
  #read(
    name: string,
    offset: Offset,
    ofNumber: (number: Numbered, lo: number) => Diagram,
    ofFirst: (first: number) => number,
  ): Diagram {
    const { diagrams } = this;
    const { token, uniform, layout } = this.#options;
    const { field, variable } = layout.fields.get(name)!;
    const lo = firstValue(field.type);
    const values = sizeOf(field);
    const first = () => diagrams.constant(ofFirst(lo));
    if (name === token.field) {
      const isHere = token.isThere && offset.every((each) => each === 0);
      return isHere
        ? ofNumber({ first: variable + layout.cellAt(offset), values: values - 1 }, lo + 1)
        : first();
    }
    const isAlike = uniform.has(name);
    const at = layout.cellAt(isAlike ? OFFSETS.here : offset);
    const there = ofNumber({ first: variable + at, values }, lo);
    // A cell off the grid is one whose fields have their first values, unless something tells it from those inside: the
    // rule by asking for edges, or we by what all cells of the grid share.
    if (!isAlike && !layout.hasEdges) return there;
    return diagrams.choose(this.inside(offset), there, first());
  }

  /** A function of a number, bit by bit from the highest. */
  #number({ first, values }: Numbered, of: (value: number) => number): Diagram {
    if (values > MOST_VALUES) throw new DiagramsTooLarge();
    const width = bitsFor(values - 1);
    const build = (bit: number, above: number): Diagram => {
      if (bit === width) return this.diagrams.constant(of(Math.min(above, values - 1)));
      return this.diagrams.branch(first + bit, build(bit + 1, 2 * above), build(bit + 1, 2 * above + 1));
    };
    return build(0, 0);
  }

  /** 1 where a number is at least that: at each bit of the bound, the lowest first, either that bit decides or those below. */
  #isAtLeast({ first, values }: Numbered, bound: number): Diagram {
    const { diagrams } = this;
    if (bound <= 0) return diagrams.constant(1);
    if (bound >= values) return diagrams.constant(0);
    const width = bitsFor(values - 1);
    let made = diagrams.constant(1);
    for (let bit = width - 1; bit >= 0; bit--) {
      const isOne = (bound >> (width - 1 - bit)) % 2 === 1;
      made = isOne
        ? diagrams.branch(first + bit, diagrams.constant(0), made)
        : diagrams.branch(first + bit, made, diagrams.constant(1));
    }
    return made;
  }
}

/** Values from 0 on, written in the bits of variables from `first` on; codes beyond the last value stand for the last. */
interface Numbered {
  readonly first: number;
  readonly values: number;
}

/** All offsets in reach, the nearest first. */
function allOffsets(): Offset[] {
  const steps = Array.from({ length: 2 * REACH + 1 }, (_, at) => at - REACH);
  const all = steps.flatMap((down) => steps.map((right): Offset => [down, right]));
  return all.toSorted((a, b) => Math.hypot(...a) - Math.hypot(...b));
}

const nameOf = (field: string, [down, right]: Offset): string => `${field} ${down} ${right}`;

function sizeOf({ type }: NetworkField): number {
  const { lo, hi } = bounds(type);
  return hi - lo + 1;
}
