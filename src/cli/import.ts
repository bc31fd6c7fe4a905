// `tapeloom import`: a rule or a machine of another program, from a file or in a line, as a program that is proved to be the same.

import { basename, dirname, join } from "node:path";
import { InputError, plainLines } from "../diagnostics/diagnostic.ts";
import type { Automaton } from "../exchange/automaton.ts";
import { identifierOf } from "../exchange/automaton-text.ts";
import { looksLikeGolly, readGollyRule } from "../exchange/golly-rule.ts";
import { type Imported, importAutomaton } from "../exchange/import-rule.ts";
import {
  looksLikeBbchallenge,
  looksLikeMorphett,
  readBbchallenge,
  readMorphett,
} from "../exchange/machine-files.ts";
import { importMachine } from "../exchange/machine-text.ts";
import { looksLikeRule, readRuleString, withoutPlane } from "../exchange/rule-string.ts";
import type { TuringMachine } from "../exchange/turing-machine.ts";
import { ruleOfPattern } from "../grid/patterns/named-rule.ts";
import type { CommandResult, ValuesOf } from "./commands/command.ts";
import type { importOptions } from "./commands/programs.ts";
import { decodeText, readBytesIfThere, requireEnding, unzipped, writeAtomically } from "./files.ts";
import { type Io, paint, remark } from "./io.ts";

type ImportOptions = ValuesOf<typeof importOptions>;

export async function importCommand(io: Io, what: string, options: ImportOptions): Promise<CommandResult> {
  const { output, name } = options;
  requireEnding("-o", output, "a program", [".alg"]);
  const { text, proved } = await importText(io, what, name);
  if (output !== undefined) await writeAtomically(io, output, text);
  if (!options.json) remark(io, paint(io, io.stderr, "green", proved));
  return {
    json: () => ({ program: text, proved: true, output: output ?? null }),
    text: () => (output === undefined ? text : ""),
  };
}

/** The program of what a file or a line says. */
export async function importText(io: Io, what: string, name?: string): Promise<Imported> {
  const given = await textOf(io, what);
  const convert = await converterOf(io, given === null ? null : plainLines(given), what);
  return io.bounded(`importing ${what}`, () => convert(name));
}

/** The text of a file, or of standard input; null where there is no such file. */
async function textOf(io: Io, what: string): Promise<string | null> {
  if (what === "-") return decodeText(await io.readStdin(), "standard input", isRuleOrPattern);
  if (what === "")
    throw new InputError("found an empty rule, expected a line such as B3/S23, or the name of a file");
  const bytes = await readBytesIfThere(io, what);
  return bytes === null ? null : decodeText(await unzipped(io, bytes, what), what, isRuleOrPattern);
}

/** Tells whether a text is a rule or a pattern, which may be in Windows-1252: see `decodeText`. */
export function isRuleOrPattern(text: string): boolean {
  const plain = plainLines(text);
  return looksLikeGolly(plain) || ruleOfPattern(plain) !== null;
}

/** Returns what makes a program of a file's text, or of the line that stands in the place of a file's name. */
async function converterOf(
  io: Io,
  given: string | null,
  what: string,
): Promise<(name: string | undefined) => Imported> {
  const own = given === null ? "machine" : identifierOf(nameIn(what));
  const machine =
    (read: () => TuringMachine) =>
    (name = own): Imported =>
      importMachine(read(), name);
  if (looksLikeBbchallenge(given ?? what)) return machine(() => readBbchallenge(given ?? what));
  if (given !== null && looksLikeMachineYaml(given)) {
    const { readMachineYaml } = await import("../exchange/machine-yaml.ts");
    return machine(() => readMachineYaml(given, what));
  }
  if (given !== null && looksLikeMorphett(given)) return machine(() => readMorphett(given, what));
  const automaton = await automatonOf(io, given, what);
  return (name) => importAutomaton(automaton(), name);
}

/** The name of a file without its ending. */
const nameIn = (path: string): string => basename(path).replace(/\.\w+$/, "");

async function automatonOf(io: Io, text: string | null, what: string): Promise<() => Automaton> {
  if (text === null) return () => readRuleString(what);
  if (looksLikeGolly(text)) return () => readGollyRule(text, what, nameIn(what));
  const rule = ruleOfPattern(text);
  if (rule !== null) return ruleBeside(io, what, rule);
  if (looksLikeRule(text)) return () => readRuleString(text);
  throw new InputError(
    `${what}: found no rule, expected a rule of Golly (@RULE, @TABLE or @TREE), a pattern that names its rule, a line such ` +
      "as B3/S23, or a Turing machine: a line of bbchallenge, rules of five words, or YAML with blank and table",
  );
}

/** What files of rules end in. */
const RULE_ENDINGS = [".rule", ".table", ".tree"] as const;

/** The rule of a pattern: a file of its name in the pattern's folder, or else what its line says. */
async function ruleBeside(io: Io, pattern: string, rule: string): Promise<() => Automaton> {
  const name = withoutPlane(rule);
  const isName = /^[A-Za-z][\w .+-]*$/.test(name);
  for (const ending of isName ? RULE_ENDINGS : []) {
    const path = join(dirname(pattern), `${name}${ending}`);
    const text = await textOf(io, path);
    if (text !== null) return () => readGollyRule(plainLines(text), path, name);
  }
  if (!isName || looksLikeRule(rule)) return () => readRuleString(rule);
  throw new InputError(
    `${pattern} names the rule ${name}, and there is no ${RULE_ENDINGS.map((ending) => name + ending).join(", ")} beside it; ` +
      "put that file there, or give it instead of the pattern",
  );
}

/** A file of turingmachine.io. */
const looksLikeMachineYaml = (text: string): boolean => /^table\s*:/m.test(text) && /^blank\s*:/m.test(text);
