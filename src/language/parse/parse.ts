// From program text to the syntax tree. This folder is the only place that sees Ohm.

import { type Diagnostic, error, type Source, type Span } from "../../diagnostics/diagnostic.ts";
import type { AstProgram } from "./ast.ts";
import { withoutUnclosed } from "./compact.ts";
import { type Failed, matchProgram } from "./match.ts";
import { syntaxErrors } from "./recover.ts";

interface Parsed {
  /** The tree, or null if there was an error. */
  readonly program: AstProgram | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Parses a program. Bad programs give diagnostics, never an exception. */
export function parse(source: Source): Parsed {
  try {
    return parseText(withoutUnclosed(source.text));
  } catch (thrown) {
    // Ohm and the tree builder recurse along the nesting of the text.
    if (!(thrown instanceof RangeError)) throw thrown;
    return { program: null, diagnostics: [nestedTooDeeply({ start: 0, end: source.text.length })] };
  }
}

const nestedTooDeeply = (span: Span): Diagnostic =>
  error("TL117", span, "This program is nested too deeply to be read.", {
    found: "too many levels of parentheses, operators or braces",
    expected: "fewer levels",
    hint: "give parts of long expressions names with `let`",
  });

function parseText(text: string): Parsed {
  const match = matchProgram(text);
  if (match.tag === "failed") return { program: null, diagnostics: errorsOf(match) };
  const { program, mistakes } = match;
  const deep = tooDeep(program);
  const diagnostics = deep === null ? mistakes : [...mistakes, nestedTooDeeply(deep)];
  return { program: diagnostics.length === 0 ? program : null, diagnostics };
}

/** Syntax errors, and what the tree builder says of the rest, in the order of the text. */
function errorsOf(failed: Failed): readonly Diagnostic[] {
  const { errors, rest } = syntaxErrors(failed);
  return [...errors, ...(rest?.mistakes ?? [])].sort((one, other) => one.span.start - other.span.start);
}

/** Levels of nesting that later stages, which recurse along the tree, can be sure to survive. */
const MAX_DEPTH = 500;

/** The span of a node that is nested too deeply, or null. Chains of `else if` are walked, and so no nesting. */
function tooDeep(program: AstProgram): Span | null {
  const open: { readonly part: unknown; readonly depth: number }[] = [{ part: program, depth: 0 }];
  for (let top = open.pop(); top !== undefined; top = open.pop()) {
    const { part, depth } = top;
    if (typeof part !== "object" || part === null) continue;
    const inner = "tag" in part ? depth + 1 : depth;
    if (inner > MAX_DEPTH && "span" in part) return part.span as Span;
    for (const [name, child] of Object.entries(part))
      open.push({ part: child, depth: name === "otherwise" ? depth : inner });
  }
  return null;
}
