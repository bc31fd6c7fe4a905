// `tapeloom new`: a program to begin with, its oracle and a grid for it.

import { access } from "node:fs/promises";
import { resolve } from "node:path";
import { InputError } from "../diagnostics/diagnostic.ts";
import { newProgram } from "../language/parse/template.ts";
import type { CommandResult, CommonOptions } from "./commands/command.ts";
import { writeAtomically } from "./files.ts";
import { type Io, remark } from "./io.ts";

export async function newCommand(io: Io, name: string, _options: CommonOptions): Promise<CommandResult> {
  const { program, oracle, input } = newProgram(name);
  const files = { [`${name}.alg`]: program, [`${name}.oracle.js`]: oracle, [`${name}.input.txt`]: input };
  const names = Object.keys(files);
  for (const file of names) await requireFree(io, file);
  for (const [file, text] of Object.entries(files)) await writeAtomically(io, file, text);
  remark(io, `try it: tapeloom run ${name}.alg --input ${name}.input.txt`);
  return { json: () => ({ files: names }), text: () => names.map((file) => `${file}\n`).join("") };
}

async function requireFree(io: Io, file: string): Promise<void> {
  const exists = await access(resolve(io.cwd, file)).then(
    () => true,
    () => false,
  );
  if (exists) throw new InputError(`${file} exists already; choose another name, or remove it first`);
}
