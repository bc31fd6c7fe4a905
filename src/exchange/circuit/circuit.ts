// What the languages of circuits have in common: a network's step as gates on bits, and its fields as sums of bits.

import { InputError, unreachable } from "../../diagnostics/diagnostic.ts";
import { FALSE, gateOf, isNegated, reachable, type Signal } from "../../engines/bits/bit-gates.ts";
import type { Plan } from "../../engines/bits/bit-kernels.ts";
import { NotDigital } from "../../engines/bits/bit-patch.ts";
import { inputNamed } from "../../engines/bits/lower.ts";
import { Maker } from "../../engines/bits/make.ts";
import type { Axis } from "../../grid/direction.ts";
import { bounds, type Grid } from "../../grid/grid.ts";
import { atom, type Written, writer } from "../../grid/infix.ts";
import { inputRulesOf, showInputRules, startingGrid } from "../../grid/prepare.ts";
import { isCompact, showSymbol } from "../../grid/symbols.ts";
import type { ChannelCode, Network, NetworkField } from "../../network/network.ts";
import { listChannels } from "../../network/print-network.ts";
import { encode } from "../../network/state.ts";
import { requireChannels, requireSound } from "../../network/validate.ts";

/** How a language writes what a cell reads; places are numbered from 0 in reading order, the cell itself is 4. */
interface Spelling {
  readonly plane: (place: number, plane: number) => string;
  readonly edge: (edge: Axis) => string;
  readonly zero: string;
  readonly one: string;
}

/** A network's step as text: `&`, `^` and `~` mean the same in all these languages. */
interface CircuitText {
  /** Definitions in order, such as `["g7", "g3 & ~g5"]`. */
  readonly gates: readonly (readonly [name: string, value: string])[];
  /** The next value of every plane. */
  readonly next: readonly string[];
  /** Where the cell would hold no value of its fields. */
  readonly doubt: string;
}

/** Operators on bits in all these languages; compilers ask for parentheses around one in another. */
const write = writer({
  "|": { binding: 0, chains: "all", operands: 3 },
  "^": { binding: 1, chains: "all", operands: 3 },
  "&": { binding: 2, chains: "all", operands: 3 },
  "~": { binding: 3, chains: "none", prefix: "~" },
});

/** Tells where one of the cubes holds, of planes that are written as elements of `bits`. */
export function anyOfCubes(
  cubes: Exclude<CellCircuitText["over"], string>,
  bits: string,
  { zero, one }: Pick<Spelling, "zero" | "one">,
): string {
  const plane = (at: number): Written => atom(`${bits}[${at}]`);
  const products = cubes.map(({ on, off }) => {
    const literals = [...on.map(plane), ...off.map((at) => write("~", [plane(at)]))];
    return literals.length === 0 ? atom(one) : write("&", literals);
  });
  return products.length === 0 ? zero : write("|", products).text;
}

/** A bit of a cell's state. */
interface PlaneOf {
  readonly name: string;
  readonly meaning: string;
}

/** A field's value: `base`, and what each plane adds where it is 1. */
export interface FieldText {
  readonly name: string;
  readonly identifier: string;
  readonly lo: number;
  readonly hi: number;
  readonly base: number;
  readonly worth: readonly { readonly plane: number; readonly adds: number; readonly code: PlaneCode }[];
  /** What values are written as, from the first on; null for numbers. */
  readonly symbols: readonly string[] | null;
  /** Whether rows of it are written without anything between cells. */
  readonly isCompact: boolean;
  readonly isVisible: boolean;
}

/** When a plane is 1: at one value, from a value on, or where the value, less the first one, has a binary digit. */
export type PlaneCode =
  | { readonly kind: "equals" | "least"; readonly value: number }
  | { readonly kind: "digit"; readonly digit: number };

export interface CellCircuitText {
  readonly program: string;
  /** The program's name as an identifier. */
  readonly identifier: string;
  readonly planes: readonly PlaneOf[];
  readonly fields: readonly FieldText[];
  readonly gates: number;
  /** The gates themselves. */
  readonly plan: Plan;
  /** What people should know of states: what an input is to have, and which names stand for which values. */
  readonly notes: readonly string[];
  /** When a run is over: planes that must be 1 and 0 in every cell, one of these; or how else. */
  readonly over:
    | readonly { readonly on: readonly number[]; readonly off: readonly number[] }[]
    | "at rest"
    | "never";
  spell(spelling: Spelling): CircuitText;
  /** The planes of the state that a run of a grid starts from, cell by cell. */
  start(grid: Grid): {
    readonly rows: number;
    readonly cols: number;
    readonly bits: Uint8Array;
  };
}

/**
 * Makes gates of a network's step on grids of any shape.
 * @throws InputError if its numbers are too many, or not whole, so that there is no circuit
 */
export function circuitOf(given: Network): CellCircuitText {
  const network = requireSound(given);
  requireChannels(network, "a circuit");
  const { plan } = makeCircuit(network);
  const channels = listChannels(network);
  const planes = plan.stored.map((at) => {
    const { channel, digit } = plan.planes[at]!;
    const { name, meaning } = channels[channel]!;
    const isInteger = network.channels[channel]!.code.kind === "integer";
    return isInteger
      ? { name: `${name}.${digit}`, meaning: `bit ${digit} of ${meaning}` }
      : { name, meaning };
  });
  const fields = network.fields.map((field, at) => fieldText(network, plan, field, at));
  const { cell } = plan;
  const outputs = [...cell.next, cell.doubt ?? FALSE];
  return {
    program: network.program,
    identifier: identifierOf(network.program),
    planes,
    fields,
    gates: reachable(cell.circuit, outputs).length,
    plan,
    notes: notesOn(network),
    over: overOf(network, plan),
    spell: (spelling) => spell(plan, spelling),
    start: (grid) => startOf(network, plan, grid),
  };
}

/** Any shape: narrow grids have nothing that wide ones do not. */
const WIDE = { rows: 2, cols: 2 };

function makeCircuit(network: Network): { readonly plan: Plan } {
  if (network.channels.length === 0)
    throw new InputError(
      `${network.program}: its cells hold nothing, so that there is no circuit; export it as json`,
    );
  try {
    return new Maker(network).forShape(WIDE);
  } catch (error) {
    if (!(error instanceof NotDigital)) throw error;
    throw new InputError(
      `${network.program}: its step is no circuit of bits: ${error.message}; export it in another format`,
    );
  }
}

/** Letters, digits and underscores, the first no digit. */
const identifierOf = (name: string): string => name.replace(/[^A-Za-z0-9_]/g, "_").replace(/^(?=\d)/, "_");

function fieldText(network: Network, plan: Plan, field: NetworkField, at: number): FieldText {
  const { lo, hi } = bounds(field.type);
  const worth = plan.stored.flatMap((number, plane) => {
    const { channel, digit } = plan.planes[number]!;
    const { code } = network.channels[channel]!;
    return code.kind !== "inside" && code.field === field.name ? [{ plane, ...worthOf(code, digit) }] : [];
  });
  const isHot = worth.some(({ code }) => code.kind === "equals");
  const plain = identifierOf(field.name);
  const isAlone = network.fields.every(({ name }) => name === field.name || identifierOf(name) !== plain);
  return {
    name: field.name,
    identifier: isAlone ? plain : `${plain}_${at}`,
    lo,
    hi,
    base: isHot ? 0 : lo,
    worth,
    symbols:
      field.type.kind === "enum" ? field.type.names.map((_, value) => showSymbol(field.type, value)) : null,
    isCompact: isCompact(field.type),
    isVisible: field.role !== "hidden",
  };
}

function worthOf(code: Exclude<ChannelCode, { readonly kind: "inside" }>, digit: number) {
  switch (code.kind) {
    case "bit":
      return { adds: 1, code: { kind: "equals", value: 1 } } as const;
    case "one-hot":
      return { adds: code.equals, code: { kind: "equals", value: code.equals } } as const;
    case "thermometer":
      return { adds: 1, code: { kind: "least", value: code.atLeast } } as const;
    case "binary":
      return { adds: 2 ** code.bit, code: { kind: "digit", digit: code.bit } } as const;
    case "integer":
      return { adds: 2 ** digit, code: { kind: "digit", digit } } as const;
    default:
      return unreachable(code);
  }
}

function notesOn(network: Network): string[] {
  const rules = showInputRules(inputRulesOf(network));
  const tokens = network.tokens ?? [];
  return [
    ...rules.map((rule) => `An input is to have: ${rule}.`),
    ...tokens.map((token) => `Right only where at most one cell has ${token} other than its first value.`),
    ...network.fields.flatMap(({ name, type }) =>
      type.kind === "enum"
        ? [`${name} is ${type.names.map((each, value) => `${value} = ${each}`).join(", ")}.`]
        : [],
    ),
  ];
}

function overOf({ stop, channels }: Network, { stored, planes }: Plan): CellCircuitText["over"] {
  if (stop.kind !== "halted") return stop.kind === "fixpoint" ? "at rest" : "never";
  const planeOf = (name: string): number => {
    const channel = channels.findIndex((each) => each.name === name);
    if (channels[channel]!.code.kind === "integer")
      throw new InputError(`when its run is over is told by the number ${name}; export it in another format`);
    return stored.findIndex((at) => planes[at]!.channel === channel);
  };
  // Channels that are not stored are 1 inside the grid.
  const isStored = (plane: number): boolean => plane >= 0;
  return stop.cubes
    .map(({ on, off }) => ({ on: on.map(planeOf).filter(isStored), off: off.map(planeOf) }))
    .filter(({ off }) => off.every(isStored));
}

function spell({ cell, stored }: Plan, { plane, edge, zero, one }: Spelling): CircuitText {
  const { circuit } = cell;
  const outputs = [...stored.map((at) => cell.next[at]!), cell.doubt ?? FALSE];
  const inputOf = (name: string): string => {
    const input = inputNamed(name);
    if (input.kind === "edge") return edge(input.edge);
    return plane(3 * (input.row + 1) + input.col + 1, stored.indexOf(input.channel));
  };
  const signal = (value: Signal): Written => {
    const gate = gateOf(value);
    if (gate === 0) return atom(isNegated(value) ? one : zero);
    const name = circuit.nameOf(gate);
    const plain = atom(name === null ? `g${gate}` : inputOf(name));
    return isNegated(value) ? write("~", [plain]) : plain;
  };
  const gates = reachable(circuit, outputs).map((gate) => {
    const { text } = write(circuit.isAnd(gate) ? "&" : "^", circuit.inputsOf(gate).map(signal));
    return [`g${gate}`, text] as const;
  });
  const next = outputs.map((each) => signal(each).text);
  return { gates, next: next.slice(0, -1), doubt: next.at(-1)! };
}

function startOf(network: Network, { stored, planes }: Plan, given: Grid) {
  const grid = startingGrid(network, given);
  const state = encode(network, grid);
  const width = network.channels.length;
  const bits = new Uint8Array(grid.rows * grid.cols * stored.length);
  for (const [at, number] of stored.entries()) {
    const { channel, digit } = planes[number]!;
    for (let cell = 0; cell < grid.rows * grid.cols; cell++)
      bits[cell * stored.length + at] = (state[cell * width + channel]! / 2 ** digit) & 1;
  }
  return { rows: grid.rows, cols: grid.cols, bits };
}

/** A string of C or Verilog; characters beyond ASCII as the bytes of UTF-8. */
export function quote(text: string): string {
  const bytes = [...new TextEncoder().encode(text)].map((byte) => {
    const isPlain = byte >= 32 && byte < 127 && !ESCAPED.includes(byte);
    return isPlain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, "0")}`;
  });
  return `"${bytes.join("")}"`;
}

/** Quotes, backslashes, and what begins a trigraph or a format. */
const ESCAPED = [...'"\\?%'].map((each) => each.charCodeAt(0));
