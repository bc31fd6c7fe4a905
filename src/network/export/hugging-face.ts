// A network as a folder in the style of Hugging Face: a model card with metadata, a configuration, weights, the PyTorch module
// that reads them, and the program.

import { plural, showCount } from "../../diagnostics/count.ts";
import { bounds, showType } from "../../grid/grid.ts";
import { fitsGrid, showInputRules } from "../../grid/prepare.ts";
import { showTokens } from "../../grid/single-tokens.ts";
import { type Network, sizeOf } from "../network.ts";
import { listChannels, SNAPPING, showStop } from "../print-network.ts";
import { requireSound } from "../validate.ts";
import { metadataOf, writeWeightFile } from "../weightwriter.ts";
import { exportPytorch } from "./pytorch.ts";

/** Where a network comes from. */
interface Origin {
  /** The program's text; null where only the weights are known. */
  readonly text: string | null;
  /** Values of its params other than their defaults. */
  readonly set: Readonly<Record<string, unknown>>;
  /** Whether it is proved that the network does what the program says. */
  readonly isProved: boolean;
}

interface FolderFile {
  readonly name: string;
  readonly data: string | Uint8Array;
}

const WEIGHTS = "model.safetensors";

/** The files of the folder, the card last. */
export function exportHuggingFace(network: Network, origin: Origin): readonly FolderFile[] {
  requireSound(network);
  return [
    { name: WEIGHTS, data: writeWeightFile(network, {}, "dense") },
    { name: "model.py", data: exportPytorch(network, WEIGHTS) },
    { name: "config.json", data: configOf(network) },
    ...(origin.text === null ? [] : [{ name: `${network.program}.alg`, data: origin.text }]),
    { name: "README.md", data: cardOf(network, origin) },
  ];
}

/** Returns what the weight file says of the network, and its sizes. */
function configOf(network: Network): string {
  const { weights, nonzero } = sizeOf(network);
  const kind = { architectures: ["Network"], model_type: "tapeloom" };
  return `${JSON.stringify({ ...kind, weights, nonzero, ...metadataOf(network) }, null, 2)}\n`;
}

function cardOf(network: Network, { text, set, isProved }: Origin): string {
  const { program, snap } = network;
  const { channels, hidden, weights, nonzero } = sizeOf(network);
  const seen = network.fields.filter(({ role }) => role !== "hidden");
  const made = snap ? "was trained on" : "was compiled from";
  const params = Object.entries(set).map(([name, value]) => ` with ${name} = ${value}`);
  const [first, ...rest] = [
    `A recurrent convolutional network with ${plural(channels, "channel")} and ${plural(hidden, "hidden unit")}; ${showCount(nonzero)} of ${plural(weights, "weight")} are not zero. ` +
      `It ${made} the program \`${program}\`${text === null ? "" : ` in \`${program}.alg\``}${params.join(" and")} by tapeloom${isProved ? ", and is proved to do what the program says on every grid" : ""}.`,
    snap ? `After each step ${SNAPPING}.` : exactness(network),
    `When a run ends: ${showStop(network.stop)}.`,
    ...showInputRules(network).map((rule) => `Before the first step: ${rule}.`),
    ...showTokens(network).map((rule) => `It is right only for grids where ${rule}.`),
  ];
  const tags = ["tapeloom", "pytorch", "cellular-automaton", snap ? "learned-weights" : "compiled-weights"];
  return `---
library_name: pytorch
license: unknown
tags:
${tags.map((tag) => `- ${tag}\n`).join("")}---

# ${program}

${first}

${rest.join(" ")}

## Use

\`\`\`python
${snippet(network)}
\`\`\`

\`model.py\` needs PyTorch and nothing else. Values of enums are numbers from 0 on.

## What a cell holds

${table(
  ["field", "role", "values"],
  seen.map(({ name, role, type }) => [name, role, showType(type)]),
)}
${table(
  ["channel", "meaning"],
  listChannels(network).map(({ name, meaning }) => [name, meaning]),
)}
## A step

\`\`\`text
h      = relu(layers.0 * state + bias)     3x3, stride 1, zeros beyond the edge
h      = relu(layers.1 * h + bias)         1x1, and so on
state' = layers.L * h + bias + residual * state
\`\`\`

The last layer has no relu.${text === null ? "" : `\n\n## Program\n\n\`\`\`text\n${text.trimEnd()}\n\`\`\``}
`;
}

function exactness({ exact }: Network): string {
  if (exact.formats.length === 0) return "Its steps may round in every number format.";
  return `All numbers are whole, so that steps are computed without rounding in ${exact.formats.join(", ")}.`;
}

/** Shapes that an example is tried with. */
const SHAPES = [8, 1, 2, 3, 4, 5].flatMap((rows) => [8, 1, 2, 3, 4, 5].map((cols) => ({ rows, cols })));

/** Random values of every input, run to the end or for ten steps. */
function snippet(network: Network): string {
  const { rows, cols } = SHAPES.find((shape) => fitsGrid(network, shape)) ?? { rows: 8, cols: 8 };
  const inputs = network.fields.filter(({ role }) => role === "input");
  const values = inputs.map(({ name, type }) => {
    const { lo, hi } = bounds(type);
    const isToken = network.tokens?.includes(name) === true;
    const drawn = isToken
      ? `full((1, ${rows}, ${cols}), ${lo})`
      : `randint(${lo}, ${hi + 1}, (1, ${rows}, ${cols}))`;
    return `    ${JSON.stringify(name)}: torch.${drawn},`;
  });
  const start = values.length === 0 ? `{}, shape=(${rows}, ${cols})` : `{\n${values.join("\n")}\n}`;
  return `import torch
from model import Network

network = Network()
state = network.encode(${start})
state, steps = network.run(state${network.stop.kind === "never" ? ", 10" : ""})
print(steps, network.decode(state))`;
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`)
    .join("");
