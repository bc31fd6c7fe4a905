// `tapeloom fmt`: lays programs out, in place; with `--check` it only says which ones would change.

import { plural } from "../diagnostics/count.ts";
import { format } from "../language/parse/format.ts";
import type { CommandResult, ValuesOf } from "./commands/command.ts";
import type { fmtOptions } from "./commands/programs.ts";
import { decodeText, readSource, writeAtomically } from "./files.ts";
import { EXIT, type Io, remark } from "./io.ts";

type FmtOptions = ValuesOf<typeof fmtOptions>;

/** `-` stands for standard input, whose layout goes to standard output. */
export async function fmtCommand(
  io: Io,
  files: readonly string[],
  options: FmtOptions,
): Promise<CommandResult> {
  const results: { readonly file: string; readonly changed: boolean }[] = [];
  for (const file of files) results.push({ file, changed: await formatOne(io, file, options) });
  const changed = results.filter((result) => result.changed);
  const verb = options.check ? "would change" : "changed";
  if (!options.json) for (const { file } of changed) remark(io, `${verb} ${file}`);
  if (options.verbose) remark(io, `${plural(files.length, "file")}, ${changed.length} of them changed`);
  const code = options.check && changed.length > 0 ? EXIT.failed : EXIT.done;
  return { json: () => ({ files: results }), text: () => "", code };
}

/** Formats a file; whether that changes it. */
async function formatOne(io: Io, file: string, { check, json }: FmtOptions): Promise<boolean> {
  const isStdin = file === "-";
  const name = "standard input";
  const source = isStdin
    ? { name, text: decodeText(await io.readStdin(), name) }
    : await readSource(io, file);
  const text = io.bounded(`laying ${source.name} out`, () => format(source));
  if (isStdin && !check && !json) io.stdout.write(text);
  else if (!isStdin && !check && text !== source.text) await writeAtomically(io, file, text);
  // What goes to standard output is asked for, and nothing to remark on.
  return text !== source.text && (!isStdin || check || json);
}
