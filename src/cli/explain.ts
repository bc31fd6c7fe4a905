// `tapeloom explain`: a network in words. How it keeps time and why, what its channels stand for, what each of
// its units detects, and when a run is over.

import { type Compilation, checkSketch } from "../compile.ts";
import type { ScheduledInstruction } from "../compiler/schedule/rule.ts";
import { plural } from "../diagnostics/count.ts";
import { ProgramError, unreachable } from "../diagnostics/diagnostic.ts";
import { inputsOf, showType } from "../grid/grid.ts";
import { showInputRules } from "../grid/prepare.ts";
import { showTokens } from "../grid/single-tokens.ts";
import type { Hole } from "../language/analyse/checked.ts";
import { bitsOfHoles, valuesOfHole } from "../language/analyse/fill.ts";
import { type Exactness, type HandshakeKind, type Network, sizeOf } from "../network/network.ts";
import {
  type LayerListing,
  listChannels,
  listLayers,
  SNAPPING,
  showClock,
  showStop,
} from "../network/print-network.ts";
import type { CommandResult, SET, ValuesOf } from "./commands/command.ts";
import { type Io, paint } from "./io.ts";
import { loadEither, networkOf, visibleFields } from "./load.ts";
import { showTable, wrap } from "./table.ts";

export async function explainCommand(
  io: Io,
  file: string,
  options: ValuesOf<typeof SET>,
): Promise<CommandResult> {
  const subject = await loadEither(io, file, options).catch((error: unknown) => {
    if (error instanceof ProgramError && error.diagnostics.some(({ code }) => code === "TL801")) return error;
    throw error;
  });
  if (subject instanceof ProgramError) {
    const sketch = io.bounded(`reading ${file}`, () => checkSketch(subject.source, options.set));
    return explainSketch(sketch.checked.name, sketch.checked.holes ?? []);
  }
  const compilation = subject.kind === "program" ? subject.compile() : null;
  const network = networkOf(subject);
  return {
    json: () => asJson(network, compilation),
    text: () =>
      sections(network, compilation)
        .map(([title, text]) => section(io, title, text))
        .join(""),
  };
}

/** Returns what a sketch leaves open, and how many programs it stands for. */
function explainSketch(program: string, holes: readonly Hole[]): CommandResult {
  const bits = bitsOfHoles(holes);
  const described = holes.map((hole) => {
    const { name, kind, entries, type } = hole;
    return { name, kind, entries: entries.length, values: valuesOfHole(hole), type: showType(type) };
  });
  const rows = described.map(({ name, kind, entries, type }) => {
    const what = kind === "table" ? plural(entries, "value") : kind;
    return [name, what, kind === "table" ? "" : type];
  });
  const exact = Number.isInteger(bits) ? "" : "about ";
  const text =
    `${program} is a sketch with ${plural(holes.length, "hole")}: ${exact}2^${Number(bits.toFixed(1))} programs.\n\n` +
    `${showTable(rows)}\nA file with what stands in each hole makes it a program: --fill FILE.\n`;
  return { json: () => ({ program, bits, holes: described }), text: () => text };
}

const section = (io: Io, title: string, text: string): string =>
  `${paint(io, io.stdout, "bold", title)}\n${text.trimEnd()}\n\n`;

function sections(network: Network, compilation: Compilation | null): [title: string, text: string][] {
  const instructions = compilation?.rule.schedule.instructions ?? [];
  const layers = listLayers(network);
  return [
    [network.program, overview(network)],
    ["How it keeps time", keepingTime(network)],
    ...(instructions.length === 0
      ? []
      : [["Instructions", listInstructions(instructions)] as [string, string]]),
    [
      "Channels: what a cell remembers",
      showTable(listChannels(network).map(({ name, meaning }) => [name, meaning])),
    ],
    ...layers
      .slice(0, -1)
      .map((layer, at): [string, string] => [`Hidden units: ${layer.title}`, describeUnits(layer, at)]),
    ["Next values: the last layer", describeNext(network, layers.at(-1)!)],
    ["When it stops", `  ${capital(showStop(network.stop))}.`],
    ["How exact it is", wrap(describeExactness(network), "  ")],
  ];
}

function overview(network: Network): string {
  const { channels, hidden, weights, nonzero } = sizeOf(network);
  const inputs = inputsOf({ fields: visibleFields(network.fields) });
  const lines = [
    `A recurrent convolutional network with ${plural(channels, "channel")} and ${plural(hidden, "hidden unit")}; ` +
      `${plural(nonzero, "weight")} of ${weights} are not zero.`,
    `It reads ${inputs.map(({ name }) => name).join(", ") || "nothing but the shape of the grid"}.`,
  ];
  for (const rule of showInputRules(network)) lines.push(`Before the first step: ${rule}.`);
  for (const rule of showTokens(network))
    lines.push(`It is right only for grids where ${rule}; no step makes it more.`);
  const { predict } = network;
  if (predict !== null)
    lines.push(
      "It is a learner: the rows of the grid are examples and the last row is the query; " +
        `the answer is ${predict} in the last row and column.`,
    );
  return lines.map((line) => wrap(line, "  ")).join("\n");
}

function keepingTime({ schedule }: Network): string {
  const lines = [
    `${capital(schedule.kind)}. ${handshakeInWords(schedule.kind)}`,
    `Why: ${schedule.reason}.`,
    ...(schedule.clock === null ? [] : [`Clock: ${showClock(schedule.clock)}.`]),
  ];
  return lines.map((line) => wrap(line, "  ")).join("\n");
}

function handshakeInWords(kind: HandshakeKind): string {
  switch (kind) {
    case "lockstep":
      return "In every step all cells run the same instruction, each on its own 3x3 patch as it was before the step.";
    case "free-running":
      return "In every step all cells compute all their values anew from what they see. Those that depend on inputs alone are right at once, and the others follow, cell by cell.";
    case "alternating-bit":
      return "A cell runs its next instruction once the neighbours that the sweep comes from have run it; one bit of each neighbour tells. Sweeps follow one another through the grid like waves.";
    case "clock-of-three":
      return "A cell runs its next instruction once no neighbour is behind it and those that the sweep comes from are ahead; neighbours are never more than one instruction apart, so counting modulo three tells.";
    default:
      return unreachable(kind);
  }
}

function listInstructions(instructions: readonly ScheduledInstruction[]): string {
  return showTable(
    instructions.map(({ label, sources }, at) => [
      String(at),
      label,
      sources.length === 0 ? "" : `after the neighbours ${sources.join(", ")}`,
    ]),
  );
}

/** Every hidden unit: what it detects, and below it the equation. */
function describeUnits({ units }: LayerListing, layer: number): string {
  const input = layer === 0 ? "sees the 3x3 patch" : "combines the units before";
  const lines = units.map(({ name, meaning, value }) => {
    return `  ${name}  ${meaning || "has no name"}\n        = ${value}`;
  });
  return [`  Each ${input}; relu(s) is s where s is positive, else 0.`, ...lines].join("\n");
}

function describeNext({ channels, snap }: Network, { units }: LayerListing): string {
  const lines = units.map(({ name, value }, at) => {
    const own = channels[at]!.name;
    const isKept = value === (snap ? `snap(${own})` : own);
    return `  ${name} ${isKept ? "stays as it is" : `= ${value}`}`;
  });
  return [...(snap ? ["  snap(s) is 1 where s is above 1/2, else 0."] : []), ...lines].join("\n");
}

const describeExactness = ({ exact, snap }: Network): string =>
  [describeFormats(exact), ...(snap ? [`${capital(SNAPPING)}: small errors do not add up.`] : [])].join(" ");

function describeFormats({ formats, largestWeight, largestActivation }: Exactness): string {
  if (formats.length === 0) return "Its steps may round in every number format.";
  return (
    `All numbers are integers, weights at most ${largestWeight} and activations at most ${largestActivation} in size, ` +
    `so that steps are computed without rounding in ${formats.join(", ")}.`
  );
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function asJson(network: Network, compilation: Compilation | null) {
  const { program, predict, schedule, exact, snap } = network;
  const layers = listLayers(network);
  const instructions = compilation?.rule.schedule.instructions.map(({ label, sources }) => ({
    label,
    sources,
  }));
  return {
    program,
    predict,
    size: sizeOf(network),
    schedule,
    ...(instructions === undefined ? {} : { instructions }),
    fields: network.fields,
    channels: listChannels(network),
    units: layers.slice(0, -1).flatMap(({ units }, at) => units.map((unit) => ({ layer: at + 1, ...unit }))),
    next: layers.at(-1)!.units.map(({ name, value }) => ({ name, value })),
    stop: showStop(network.stop),
    exact,
    snap,
  };
}
