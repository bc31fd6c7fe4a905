// A network as text: what every channel stands for, and every unit as an equation over named channels.
//
// Layers and units are counted from 1; `h2.3` is the third unit of the second layer. In the first layer a
// channel carries the place it is read from (`up.x`); equal weights on all eight or on the four neighbours are
// written `count(around.x)` and `count(beside.x)`, as in programs. Channel names with signs in them stand in
// brackets, so that `[n>=2] - 1` is not mistaken for a comparison. `snap(s)` is 1 where s is above 1/2, else 0.

import { unreachable } from "../diagnostics/diagnostic.ts";
import { groupBy } from "../diagnostics/group.ts";
import { AXES, DIRECTIONS, OFFSETS, PLACES, type Place } from "../grid/direction.ts";
import { bounds, showType, type ValueType } from "../grid/grid.ts";
import { writeSum } from "../grid/infix.ts";
import { showInputRules } from "../grid/prepare.ts";
import { showTokens } from "../grid/single-tokens.ts";
import {
  type ChannelCode,
  type Clock,
  type Cube,
  type Layer,
  type Network,
  type StopRule,
  sizeOf,
  worthOf,
} from "./network.ts";
import { termsOf } from "./sparse.ts";

interface Term {
  readonly weight: number;
  readonly name: string;
}

/** The listing of a network, ending in a newline. */
export const printNetwork = (network: Network): string =>
  `${[header(network), fields(network), channels(network), ...layers(network)].join("\n\n")}\n`;

function header(network: Network): string {
  const size = sizeOf(network);
  const { exact, schedule } = network;
  const exactly =
    exact.formats.length === 0
      ? "in no number format"
      : `in ${exact.formats.join(", ")}: integers, weights up to ${exact.largestWeight}, activations up to ${exact.largestActivation}`;
  const lines = [
    `network ${network.program}`,
    `  source    SHA-256 ${network.sourceHash}`,
    `  size      ${size.channels} channels, ${size.hidden} hidden units, ${size.weights} weights, ${size.nonzero} of them not zero`,
    `  layers    ${size.layers.join(", ")}`,
    `  schedule  ${schedule.kind}: ${schedule.reason}`,
    `  clock     ${schedule.clock === null ? "none: every step is an instruction" : showClock(schedule.clock)}`,
    `  stop      ${showStop(network.stop)}`,
    `  exact     ${exactly}`,
    ...(network.snap ? [`  snap      ${SNAPPING}`] : []),
    ...[...showInputRules(network), ...showTokens(network)].map((rule) => `  input     ${rule}`),
  ];
  return (network.predict === null ? lines : [...lines, `  predicts  ${network.predict}`]).join("\n");
}

/** What a network that snaps does, as the end of a sentence. */
export const SNAPPING = "every channel is rounded to 0 or 1, at 1/2, after each step";

/** Says how a cell's clock tells that it has completed an instruction. */
export const showClock = ({ field, event }: Clock): string =>
  event === "on"
    ? `${field} is 1 after a step with an instruction`
    : `${field} changes with every instruction`;

/** When a run is over, as the end of a sentence. */
export function showStop(stop: StopRule): string {
  switch (stop.kind) {
    case "halted":
      return `when every cell has ${stop.cubes.map(showCube).join(", or ") || "(nothing: never)"}`;
    case "fixpoint":
      return "when a step changes nothing";
    case "never":
      return "never: run as many steps as asked for";
    default:
      return unreachable(stop);
  }
}

function showCube(cube: Cube): string {
  const literals = [...cube.on, ...cube.off.map((name) => `not ${name}`)];
  return literals.length === 0 ? "anything" : literals.join(" and ");
}

function fields(network: Network): string {
  const rows = network.fields.map((field) => {
    const { type, initial } = field;
    const start = type.kind === "enum" ? (type.names[initial] ?? initial) : initial;
    return [field.name, field.role, showType(type), `starts as ${start}`];
  });
  return ["fields", ...table(rows)].join("\n");
}

function channels(network: Network): string {
  const rows = listChannels(network).map(({ name, meaning }, index) => [String(index + 1), name, meaning]);
  return ["channels", ...table(rows)].join("\n");
}

/** Every channel by name, and what it stands for. */
export const listChannels = (
  network: Network,
): readonly { readonly name: string; readonly meaning: string }[] => {
  const types = new Map(network.fields.map(({ name, type }) => [name, type]));
  return network.channels.map(({ name, code }) => ({ name, meaning: showCode(code, network, types) }));
};

function showCode(code: ChannelCode, { parts }: Network, types: ReadonlyMap<string, ValueType>): string {
  switch (code.kind) {
    case "inside":
      return "1 where the grid is, 0 around it";
    case "bit":
      return `1 where ${code.field}`;
    case "thermometer":
      return `1 where ${code.field} >= ${code.atLeast}`;
    case "one-hot": {
      const type = types.get(code.field);
      return `1 where ${code.field} == ${(type?.kind === "enum" && type.names[code.equals]) || code.equals}`;
    }
    case "binary":
      return `bit ${code.bit} of ${lessFirst(code)}`;
    case "integer":
      return parts === undefined ? lessFirst(code) : showParts(parts, types);
    default:
      return unreachable(code);
  }
}

/** Returns what a number counts, field by field. */
function showParts(parts: NonNullable<Network["parts"]>, types: ReadonlyMap<string, ValueType>): string {
  const terms = parts.map(({ code, worth }) => {
    if (code.kind === "inside") return "1 where the grid is";
    const { lo } = bounds(types.get(code.field)!);
    const unit = worth / worthOf(code);
    const value = lessFirst({ field: code.field, from: lo });
    return unit === 1 ? value : `${unit} ${lo === 0 ? value : `(${value})`}`;
  });
  return [...new Set(terms)].join(" + ");
}

/** The field's value, counted from its first one. */
function lessFirst({ field, from }: { readonly field: string; readonly from: number }): string {
  if (from === 0) return field;
  return `${field} ${from < 0 ? "+" : "-"} ${Math.abs(from)}`;
}

const layers = (network: Network): string[] =>
  listLayers(network).map(({ title, units }) => {
    const lines = units.map(({ name, meaning, value }) => {
      return `  ${name}${meaning === "" ? "" : ` "${meaning}"`} = ${value}`;
    });
    return [title, ...lines].join("\n");
  });

export interface LayerListing {
  readonly title: string;
  readonly units: readonly UnitListing[];
}

/** `name = value`: a hidden unit `h2.3`, or the next value `x'` of a channel. */
interface UnitListing {
  readonly name: string;
  /** What it detects; empty where that is not known, or no more than its name. */
  readonly meaning: string;
  readonly value: string;
}

/** Every unit of every layer as an equation; the units of the last layer are the channels' next values. */
export function listLayers(network: Network): readonly LayerListing[] {
  const last = network.layers.length - 1;
  return network.layers.map((layer, index) => {
    const names =
      index === 0
        ? network.channels.map((channel) => bracket(channel.name))
        : network.layers[index - 1]!.units.map((_, unit) => `h${index}.${unit + 1}`);
    const title = `layer ${index + 1}: ${layer.kernel}x${layer.kernel} convolution, ${layer.inputs} -> ${layer.outputs}`;
    const list = index === last ? outputUnit(network) : hiddenUnit(index);
    const after = network.snap ? "residual, and snap" : "and residual";
    return {
      title: index === last ? `${title}, ${after}` : `${title}, relu`,
      units: layer.units.map((label, unit) => list(label, unit, terms(layer, unit, names))),
    };
  });
}

type ListUnit = (label: string, unit: number, sum: readonly Term[]) => UnitListing;

const hiddenUnit =
  (index: number): ListUnit =>
  (label, unit, sum) => ({
    name: `h${index + 1}.${unit + 1}`,
    meaning: label,
    value: `relu(${showSum(sum)})`,
  });

const outputUnit =
  (network: Network): ListUnit =>
  (label, unit, sum) => {
    const channel = network.channels[unit]!.name;
    const kept = { weight: network.residual[unit]!, name: bracket(channel) };
    const value = showSum(kept.weight === 0 ? sum : [kept, ...sum]);
    return {
      name: `${bracket(channel)}'`,
      meaning: label === channel ? "" : label,
      value: network.snap ? `snap(${value})` : value,
    };
  };

const bracket = (name: string): string => (/^\w+$/.test(name) ? name : `[${name}]`);

/** The non-zero summands of one unit, the bias last. */
function terms(layer: Layer, unit: number, names: readonly string[]): Term[] {
  const read = groupBy(termsOf(layer, unit), ({ input }) => input);
  const sum = [...read].flatMap(([input, taps]): Term[] => {
    const name = names[input]!;
    const weight = (tap: number) => taps.find((each) => each.tap === tap)?.weight ?? 0;
    if (layer.kernel === 1) return [{ weight: weight(0), name }];
    return patchTerms(name, (place) => {
      const [row, col] = OFFSETS[place];
      return weight((row + 1) * 3 + col + 1);
    });
  });
  return [...sum, { weight: layer.bias[unit]!, name: "" }].filter(({ weight }) => weight !== 0);
}

function patchTerms(name: string, weightAt: (place: Place) => number): Term[] {
  const counted = [
    { word: "around", places: DIRECTIONS },
    { word: "beside", places: AXES },
  ].find(({ places }) => weightAt("up") !== 0 && places.every((place) => weightAt(place) === weightAt("up")));
  const singles = PLACES.filter((place) => !counted?.places.some((each) => each === place));
  const terms = singles.map((place) => ({ weight: weightAt(place), name: `${place}.${name}` }));
  if (counted === undefined) return terms;
  return [{ weight: weightAt("up"), name: `count(${counted.word}.${name})` }, ...terms];
}

const showSum = (sum: readonly Term[]): string =>
  writeSum(sum, ({ name }, size) => {
    if (name === "") return showNumber(size);
    return size === 1 ? name : `${showNumber(size)} ${name}`;
  });

/** The shortest decimal that reads back as the same float32. */
function showNumber(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(value);
}

/** Rows of cells as indented lines with aligned columns. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  return rows.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column]!)).join("  ")}`.trimEnd(),
  );
}
