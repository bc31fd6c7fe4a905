// `tapeloom export`: a network in the format of another program.

import { basename, dirname, join } from "node:path";
import { InputError } from "../diagnostics/diagnostic.ts";
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

interface OutputFile {
  readonly path: string;
  readonly data: string | Uint8Array;
}

/** What is exported, as far as a format asks for it, and where to. */
interface Exporting {
  readonly io: Io;
  readonly subject: Loaded;
  /** As the user has typed it. */
  readonly file: string;
  readonly output: string;
  readonly options: ExportOptions;
  readonly network: Network;
  /** The grid to write as a pattern, or to run; null if none is asked for. */
  grid(): Promise<Grid | null>;
}

interface Format {
  /** What the name of its main file ends in, or that of its folder. */
  readonly ending: string;
  readonly isFolder?: boolean;
  /** Whether it is a pattern, or runs a grid. */
  readonly takesGrid?: boolean;
  /** Its files, the one that refers to the others last. */
  readonly files: (from: Exporting) => Promise<readonly OutputFile[]>;
}

/** A format of a single file. */
const single = (
  ending: string,
  data: (from: Exporting) => Promise<OutputFile["data"]>,
  takesGrid = false,
): Format => ({
  ending,
  takesGrid,
  files: async (from) => [{ path: from.output, data: await data(from) }],
});

/** The machine of a program, which no network has the names of. */
const ofMachine = (ending: string, format: MachineFormat): Format =>
  single(ending, async ({ io, subject, file }) => {
    if (subject.kind !== "program")
      throw new InputError(
        `${file}: --format ${format} writes the machine of a program; give the program (.alg)`,
      );
    const { ast, checked } = subject.front;
    const { exportMachine } = await import("../exchange/machine-export.ts");
    return io.bounded(`exporting ${file}`, () => exportMachine(ast, checked, format));
  });

/** Exporters are loaded when they are asked for. */
const FORMATS: Readonly<Record<ExportFormat, Format>> = {
  onnx: single(".onnx", async ({ network, options: { unroll } }) =>
    (await import("../network/export/onnx.ts")).exportOnnx(network, { unroll }),
  ),
  pytorch: {
    ending: ".py",
    files: async ({ network, output }) => {
      const { exportPytorch } = await import("../network/export/pytorch.ts");
      const weights = output.replace(/\.py$/i, ".safetensors");
      return [
        { path: weights, data: writeWeightFile(network) },
        { path: output, data: exportPytorch(network, basename(weights)) },
      ];
    },
  },
  tfjs: {
    ending: ".tfjs",
    isFolder: true,
    files: async ({ network, output }) => {
      const { exportTfjs } = await import("../network/export/tfjs.ts");
      const model = exportTfjs(network);
      const names = ["weights.bin", "model.json"] as const;
      return names.map((name) => ({ path: join(output, name), data: model[name] }));
    },
  },
  // A folder that also says what the weights come from.
  hf: {
    ending: ".hf",
    isFolder: true,
    files: async ({ subject, network, output, options: { set = {} } }) => {
      const { exportHuggingFace } = await import("../network/export/hugging-face.ts");
      const origin =
        subject.kind === "program"
          ? { text: subject.front.source.text, set, isProved: subject.compile().isProved }
          : { text: null, set, isProved: false };
      return exportHuggingFace(network, origin).map(({ name, data }) => ({ path: join(output, name), data }));
    },
  },
  npz: single(".npz", async ({ network }) => (await import("../network/export/npz.ts")).exportNpz(network)),
  json: single(".json", async ({ network }) =>
    (await import("../network/export/json.ts")).exportJson(network),
  ),
  rle: single(
    ".rle",
    async ({ network, grid }) => (await import("../network/export/rle.ts")).exportRle(network, await grid()),
    true,
  ),
  golly: {
    ending: ".rule",
    takesGrid: true,
    files: async ({ network, output, grid }) => gollyFiles(network, output, await grid()),
  },
  c: single(
    ".c",
    async ({ network, grid }) => (await import("../exchange/circuit/c.ts")).exportC(network, await grid()),
    true,
  ),
  verilog: single(
    ".v",
    async ({ network, grid }) =>
      (await import("../exchange/circuit/verilog.ts")).exportVerilog(network, await grid()),
    true,
  ),
  wasm: {
    ending: ".wasm",
    files: async ({ network, output }) => {
      const { exportWebAssembly } = await import("../exchange/circuit/wasm.ts");
      const { wasm, loader } = exportWebAssembly(network, basename(output));
      return [
        { path: output, data: wasm },
        { path: output.replace(/\.wasm$/i, ".mjs"), data: loader },
      ];
    },
  },
  bbchallenge: ofMachine(".txt", "bbchallenge"),
  morphett: ofMachine(".tm", "morphett"),
  turingmachine: ofMachine(".yaml", "turingmachine"),
};

export async function exportCommand(io: Io, file: string, options: ExportOptions): Promise<CommandResult> {
  const { format } = options;
  const { ending, isFolder, files } = FORMATS[format];
  const { output = `${basename(file).replace(/\.(alg|safetensors)$/i, "")}${ending}` } = options;
  checkOptions(output, options);
  const subject = await loadEither(io, file, options, ["TL503"]);
  const made = await files({
    ...{ io, subject, file, output, options },
    get network() {
      return networkOf(subject);
    },
    grid: () => patternGrid(io, networkOf(subject), options),
  });
  if (isFolder) await makeFolder(io, output);
  for (const { path, data } of made) await writeAtomically(io, path, data);
  const program = subject.kind === "program" ? subject.front.checked.name : subject.network.program;
  const written = made.map(({ path, data }) => ({ file: path, bytes: Buffer.byteLength(data) }));
  return {
    json: () => ({ program, format, files: written }),
    text: () => written.map(({ file: name }) => `${name}\n`).join(""),
  };
}

/** What says which grid a pattern shows. */
const GRID_OPTIONS = ["input", "random", "seed", "pad", "at", "palette"] as const;

const asksForGrid = (options: ExportOptions): boolean =>
  GRID_OPTIONS.some((name) => options[name] !== undefined);

function checkOptions(output: string, options: ExportOptions): void {
  const { format, unroll } = options;
  const { ending, isFolder = false, takesGrid = false } = FORMATS[format];
  if (format === "tfjs" && output.toLowerCase().endsWith(".json"))
    throw new InputError(
      `-o ${output}: --format tfjs writes model.json and weights.bin into a folder; give the folder's name`,
    );
  if (!isFolder && !output.toLowerCase().endsWith(ending))
    throw new InputError(
      `-o ${output}: expected a name that ends in ${ending}, as files of --format ${format} do; rename it`,
    );
  if (unroll !== undefined && format !== "onnx")
    throw new InputError(`--unroll belongs to --format onnx, but the format is ${format}; leave it out`);
  const taking = Object.entries(FORMATS).flatMap(([name, each]) => (each.takesGrid ? [name] : []));
  if (!takesGrid && asksForGrid(options))
    throw new InputError(
      `--${GRID_OPTIONS.join(", --")} are for --format ${taking.join(", ")}, but the format is ${format};` +
        " leave them out",
    );
}

async function patternGrid(io: Io, network: Network, options: ExportOptions): Promise<Grid | null> {
  if (!asksForGrid(options)) return null;
  const { program: name, fields, predict } = network;
  const subject = { name, fields: visibleFields(fields), predict, ...inputRulesOf(network) };
  return withWorkspace(subject, await givenGrid(io, subject, options), () => {});
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
