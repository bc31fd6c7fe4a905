// `tapeloom convert`: the same network with numbers of another type, or in the other form.

import type { NumberTypeName } from "../network/number-types.ts";
import { usualForm, writeWeightFile } from "../network/weightwriter.ts";
import type { CommandResult, ValuesOf } from "./commands/command.ts";
import type { convertOptions } from "./commands/programs.ts";
import { requireEnding, writeAtomically } from "./files.ts";
import type { Io } from "./io.ts";
import { loadWeights } from "./load.ts";

export async function convertCommand(
  io: Io,
  file: string,
  options: ValuesOf<typeof convertOptions>,
): Promise<CommandResult> {
  const { numbers, dense, sparse } = options;
  const output =
    options.output ?? file.replace(/^.*[/\\]/, "").replace(/(\.safetensors)?$/i, `.${numbers}.safetensors`);
  requireEnding("-o", output, "a network", [".safetensors"], ", so that it can be read again");
  const { network, notes } = await loadWeights(io, file);
  const form = dense ? "dense" : sparse ? "sparse" : usualForm(network);
  const bytes = writeWeightFile(network, notes, form, numbers.toUpperCase() as NumberTypeName);
  await writeAtomically(io, output, bytes);
  return {
    json: () => ({ program: network.program, file: output, numbers, form, bytes: bytes.length }),
    text: () => `${output}\n`,
  };
}
