// `tapeloom import`: a rule of another program, from a file or in a line, as a program that is proved to be the same.

import { basename } from "node:path";
import { InputError } from "../diagnostics/diagnostic.ts";
import type { Automaton } from "../exchange/automaton.ts";
import { looksLikeGolly, readGollyRule } from "../exchange/golly-rule.ts";
import { importAutomaton } from "../exchange/import-rule.ts";
import { looksLikeRule, readRuleString } from "../exchange/rule-string.ts";
import { looksLikeRle, ruleOfRle } from "../grid/patterns/rle.ts";
import type { CommandResult, ValuesOf } from "./commands/command.ts";
import type { importOptions } from "./commands/programs.ts";
import { decodeText, readBytesIfThere, requireEnding, unpacked, writeAtomically } from "./files.ts";
import { type Io, paint, remark } from "./io.ts";

type ImportOptions = ValuesOf<typeof importOptions>;

export async function importCommand(io: Io, what: string, options: ImportOptions): Promise<CommandResult> {
  const { output, name } = options;
  requireEnding("-o", output, "a program", [".alg"]);
  const given = await textOf(io, what);
  const { text, proved } = io.bounded(`importing ${what}`, () =>
    importAutomaton(automatonOf(given, what), name),
  );
  if (output !== undefined) await writeAtomically(io, output, text);
  if (!options.json) remark(io, paint(io, io.stderr, "green", proved));
  return {
    json: () => ({ program: text, proved: true, output: output ?? null }),
    text: () => (output === undefined ? text : ""),
  };
}

/** The text of a file, or of standard input; null where there is no such file. */
async function textOf(io: Io, what: string): Promise<string | null> {
  if (what === "-") return decodeText(await io.readStdin(), "standard input");
  const bytes = await readBytesIfThere(io, what);
  return bytes === null ? null : decodeText(await unpacked(io, bytes, what), what);
}

function automatonOf(given: string | null, what: string): Automaton {
  if (given === null) return readRuleString(what);
  const text = given.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  if (looksLikeGolly(text)) return readGollyRule(text, what, basename(what).replace(/\.\w+$/, ""));
  const rule = looksLikeRle(text) ? ruleOfRle(text) : looksLikeRule(text) ? text : null;
  if (rule !== null) return readRuleString(rule);
  throw new InputError(
    `${what}: found no rule, expected a rule of Golly (@RULE, @TABLE or @TREE), a pattern that names its rule, or a line ` +
      "such as B3/S23",
  );
}
