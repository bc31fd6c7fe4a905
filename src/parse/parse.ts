// From program text to the syntax tree. This folder is the only place that sees Ohm.

import type { MatchResult } from "ohm-js";
import grammar from "../../grammars/alg.ohm-bundle.js";
import type { Diagnostic, Source } from "../diagnostics/diagnostic.ts";
import type { AstProgram } from "./ast.ts";
import { buildAst } from "./build.ts";
import { nestedTooDeeply } from "./messages.ts";
import { syntaxError } from "./syntax-error.ts";

export interface Parsed {
  /** The tree, or null if there was an error. */
  readonly program: AstProgram | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Parses a program. Bad programs give diagnostics, never an exception. */
export function parse(source: Source): Parsed {
  try {
    return parseText(source.text);
  } catch (error) {
    // Ohm and the tree builder recurse along the nesting of the text.
    if (!(error instanceof RangeError)) throw error;
    return { program: null, diagnostics: [nestedTooDeeply({ start: 0, end: source.text.length })] };
  }
}

function parseText(text: string): Parsed {
  const match: MatchResult = grammar.match(text);
  if (match.failed()) return { program: null, diagnostics: [syntaxError(text, match)] };
  const diagnostics: Diagnostic[] = [];
  const program = buildAst(match, text, (diagnostic) => diagnostics.push(diagnostic));
  return { program: diagnostics.length === 0 ? program : null, diagnostics };
}
