// `tapeloom new`: a program to begin with, its oracle and a grid for it.

import { access } from "node:fs/promises";
import { resolve } from "node:path";
import { InputError } from "../diagnostics/diagnostic.ts";
import { newProgram } from "../parse/template.ts";
import { writeAtomically } from "./files.ts";
import { EXIT, type Io, remark } from "./io.ts";
import { printJson } from "./json.ts";
import type { CommonOptions } from "./load.ts";

export async function newCommand(io: Io, name: string, options: CommonOptions): Promise<number> {
  const { program, oracle, input } = newProgram(name);
  const files = { [`${name}.alg`]: program, [`${name}.oracle.js`]: oracle, [`${name}.input.txt`]: input };
  for (const file of Object.keys(files)) await requireFree(io, file);
  for (const [file, text] of Object.entries(files)) await writeAtomically(io, file, text);
  if (options.json) printJson(io, { files: Object.keys(files) });
  else
    io.stdout.write(
      Object.keys(files)
        .map((file) => `${file}\n`)
        .join(""),
    );
  remark(io, `try it: tapeloom run ${name}.alg --input ${name}.input.txt`);
  return EXIT.done;
}

async function requireFree(io: Io, file: string): Promise<void> {
  const exists = await access(resolve(io.cwd, file)).then(
    () => true,
    () => false,
  );
  if (exists) throw new InputError(`${file} exists already; choose another name, or remove it first`);
}
