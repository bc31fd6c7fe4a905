// `tapeloom export`: a network in the format of another program.

import { basename, dirname, join } from "node:path";
import { InputError, unreachable } from "../diagnostics/diagnostic.ts";
import type { MachineFormat } from "../exchange/machine-export.ts";
import type { Grid } from "../grid/grid.ts";
import { inputRulesOf } from "../grid/prepare.ts";
import type { Network } from "../network/network.ts";
import { writeWeightFile } from "../network/weightwriter.ts";
import type { CommandResult, ValuesOf } from "./commands/command.ts";
import type { exportOptions } from "./commands/programs.ts";
import { makeFolder, writeAtomically } from "./files.ts";
import { givenGrid, withWorkspace } from "./inputs.ts";
import type { Io } from "./io.ts";
import { type Loaded, loadEither, networkOf, visibleFields } from "./load.ts";

type ExportOptions = ValuesOf<typeof exportOptions>;
type ExportFormat = ExportOptions["format"];

/** What the name of a format's main file ends in; TensorFlow.js and Hugging Face have folders. */
const ENDINGS: Readonly<Record<ExportFormat, string>> = {
  onnx: ".onnx",
  pytorch: ".py",
  tfjs: ".tfjs",
  hf: ".hf",
  npz: ".npz",
  json: ".json",
  c: ".c",
  verilog: ".v",
  wasm: ".wasm",
  rle: ".rle",
  golly: ".rule",
  bbchallenge: ".txt",
  morphett: ".tm",
  turingmachine: ".yaml",
};

/** More would make files of hundreds of megabytes, which runtimes take minutes to load. */
const MOST_UNROLLED = 10_000;

interface OutputFile {
  readonly path: string;
  readonly data: string | Uint8Array;
}

export async function exportCommand(io: Io, file: string, options: ExportOptions): Promise<CommandResult> {
  const { format, output = defaultName(file, format) } = options;
  checkOptions(output, options);
  const subject = await loadEither(io, file, options, ["TL503"]);
  const { program, files } = isMachineFormat(format)
    ? await exportProgram(io, subject, file, output, format)
    : await exportNetwork(io, subject, output, { ...options, format });
  if (isFolder(format)) await makeFolder(io, output);
  for (const { path, data } of files) await writeAtomically(io, path, data);
  const written = files.map(({ path, data }) => ({ file: path, bytes: Buffer.byteLength(data) }));
  return {
    json: () => ({ program, format, files: written }),
    text: () => written.map(({ file: name }) => `${name}\n`).join(""),
  };
}

const isFolder = (format: ExportFormat): boolean => format === "tfjs" || format === "hf";

const isMachineFormat = (format: ExportFormat): format is MachineFormat =>
  (["bbchallenge", "morphett", "turingmachine"] as readonly ExportFormat[]).includes(format);

/** What is exported, and its files, the one that refers to the others last. */
interface Exported {
  readonly program: string;
  readonly files: readonly OutputFile[];
}

/** The machine of a program, which no network has the names of. */
async function exportProgram(
  io: Io,
  subject: Loaded,
  file: string,
  output: string,
  format: MachineFormat,
): Promise<Exported> {
  if (subject.kind !== "program")
    throw new InputError(
      `${file}: --format ${format} writes the machine of a program; give the program (.alg)`,
    );
  const { ast, checked } = subject.front;
  const { exportMachine } = await import("../exchange/machine-export.ts");
  const data = io.bounded(`exporting ${file}`, () => exportMachine(ast, checked, format));
  return { program: checked.name, files: [{ path: output, data }] };
}

type NetworkOptions = ExportOptions & { readonly format: Exclude<ExportFormat, MachineFormat> };

async function exportNetwork(
  io: Io,
  subject: Loaded,
  output: string,
  options: NetworkOptions,
): Promise<Exported> {
  const network = networkOf(subject);
  const grid = await patternGrid(io, network, options);
  const files =
    options.format === "hf"
      ? await folderOf(subject, output, options.set ?? {})
      : await filesOf(network, output, grid, { ...options, format: options.format });
  return { program: network.program, files };
}

const defaultName = (file: string, format: ExportFormat): string =>
  `${basename(file).replace(/\.(alg|safetensors)$/i, "")}${ENDINGS[format]}`;

/** What says which grid a pattern shows. */
const GRID_OPTIONS = ["input", "random", "seed", "pad", "at", "palette"] as const;

/** Formats of patterns, and of what runs a grid. */
const TAKE_GRIDS: readonly ExportFormat[] = ["rle", "golly", "c", "verilog"];

const asksForGrid = (options: ExportOptions): boolean =>
  GRID_OPTIONS.some((name) => options[name] !== undefined);

function checkOptions(output: string, options: ExportOptions): void {
  const { format, unroll } = options;
  const ending = ENDINGS[format];
  if (format === "tfjs" && output.toLowerCase().endsWith(".json"))
    throw new InputError(
      `-o ${output}: --format tfjs writes model.json and weights.bin into a folder; give the folder's name`,
    );
  if (!isFolder(format) && !output.toLowerCase().endsWith(ending))
    throw new InputError(
      `-o ${output}: expected a name that ends in ${ending}, as files of --format ${format} do; rename it`,
    );
  if (unroll !== undefined && format !== "onnx")
    throw new InputError(`--unroll belongs to --format onnx, but the format is ${format}; leave it out`);
  if (unroll !== undefined && unroll > MOST_UNROLLED)
    throw new InputError(
      `--unroll ${unroll}: expected at most ${MOST_UNROLLED} steps; leave --unroll out for a loop of any length`,
    );
  if (!TAKE_GRIDS.includes(format) && asksForGrid(options))
    throw new InputError(
      `--${GRID_OPTIONS.join(", --")} are for --format ${TAKE_GRIDS.join(", ")}, but the format is ${format};` +
        " leave them out",
    );
}

/** The grid to write as a pattern, or null if none is asked for. */
async function patternGrid(io: Io, network: Network, options: ExportOptions): Promise<Grid | null> {
  if (!asksForGrid(options)) return null;
  const { program: name, fields, predict } = network;
  const subject = { name, fields: visibleFields(fields), predict, ...inputRulesOf(network) };
  return withWorkspace(subject, await givenGrid(io, subject, options), () => {});
}

/** A folder that also says what the weights come from. */
async function folderOf(
  subject: Loaded,
  folder: string,
  set: NonNullable<ExportOptions["set"]>,
): Promise<readonly OutputFile[]> {
  const { exportHuggingFace } = await import("../network/export/hugging-face.ts");
  const origin =
    subject.kind === "program"
      ? { text: subject.front.source.text, set, isProved: subject.compile().isProved }
      : { text: null, set, isProved: false };
  return exportHuggingFace(networkOf(subject), origin).map(({ name, data }) => ({
    path: join(folder, name),
    data,
  }));
}

/** The files of a network. Exporters are loaded when they are asked for. */
async function filesOf(
  network: Network,
  output: string,
  grid: Grid | null,
  { format, unroll }: NetworkOptions & { readonly format: Exclude<NetworkOptions["format"], "hf"> },
): Promise<readonly OutputFile[]> {
  switch (format) {
    case "onnx": {
      const { exportOnnx } = await import("../network/export/onnx.ts");
      return [{ path: output, data: await exportOnnx(network, { unroll }) }];
    }
    case "pytorch": {
      const { exportPytorch } = await import("../network/export/pytorch.ts");
      const weights = output.replace(/\.py$/i, ".safetensors");
      return [
        { path: weights, data: writeWeightFile(network) },
        { path: output, data: exportPytorch(network, basename(weights)) },
      ];
    }
    case "tfjs": {
      const { exportTfjs } = await import("../network/export/tfjs.ts");
      const model = exportTfjs(network);
      const names = ["weights.bin", "model.json"] as const;
      return names.map((name) => ({ path: join(output, name), data: model[name] }));
    }
    case "npz": {
      const { exportNpz } = await import("../network/export/npz.ts");
      return [{ path: output, data: await exportNpz(network) }];
    }
    case "json": {
      const { exportJson } = await import("../network/export/json.ts");
      return [{ path: output, data: exportJson(network) }];
    }
    case "c": {
      const { exportC } = await import("../exchange/circuit/c.ts");
      return [{ path: output, data: exportC(network, grid) }];
    }
    case "verilog": {
      const { exportVerilog } = await import("../exchange/circuit/verilog.ts");
      return [{ path: output, data: exportVerilog(network, grid) }];
    }
    case "wasm": {
      const { exportWebAssembly } = await import("../exchange/circuit/wasm.ts");
      const { wasm, loader } = exportWebAssembly(network, basename(output));
      return [
        { path: output, data: wasm },
        { path: output.replace(/\.wasm$/i, ".mjs"), data: loader },
      ];
    }
    case "rle": {
      const { exportRle } = await import("../network/export/rle.ts");
      return [{ path: output, data: exportRle(network, grid) }];
    }
    case "golly":
      return gollyFiles(network, output, grid);
    default:
      return unreachable(format);
  }
}

/** A rule is known by the name of its file; the pattern lies beside it. */
async function gollyFiles(
  network: Network,
  output: string,
  grid: Grid | null,
): Promise<readonly OutputFile[]> {
  const { exportGolly, gollyPattern } = await import("../network/export/golly.ts");
  const name = basename(output).replace(/\.rule$/i, "");
  if (!/^[A-Za-z][\w-]*$/.test(name))
    throw new InputError(
      `-o ${output}: the rule would be called ${JSON.stringify(name)}, but Golly's names are letters, digits,` +
        " - and _; give another name",
    );
  const rule = { path: output, data: exportGolly(network, name) };
  if (grid === null) return [rule];
  return [rule, { path: join(dirname(output), `${name}.rle`), data: gollyPattern(network, name, grid) }];
}
