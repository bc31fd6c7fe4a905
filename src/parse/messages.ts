// Syntax errors (TL1xx), one small function per message.

import { type Diagnostic, error, type Span } from "../diagnostics/diagnostic.ts";

const at = ({ start, end }: Span): Span => ({ start, end });

/** The parser stopped at a word or symbol that cannot stand there. */
export function unexpected(span: Span, found: string, expected: string): Diagnostic {
  return error("TL101", at(span), `Expected ${expected}, but found ${found}.`, {
    found,
    expected,
  });
}

/** `stop`: where the missing brace was noticed, if that is not the end of the text. */
export function unclosed(opening: Span, missing: "}" | ")", stop?: Span): Diagnostic {
  const what = missing === "}" ? "brace" : "parenthesis";
  return error("TL102", at(opening), `This ${what} is never closed.`, {
    found: stop === undefined ? "the end of the text" : "something that cannot stand inside it",
    expected: `a \`${missing}\` that closes it`,
    hint: `add \`${missing}\` where its contents end`,
    ...(stop === undefined
      ? {}
      : { related: [{ span: at(stop), message: "its contents can go no further than here" }] }),
  });
}

export function closesNothing(span: Span, found: "}" | ")"): Diagnostic {
  const brace = found === "}";
  const message = brace
    ? "This brace closes nothing: the program has ended already."
    : "This parenthesis closes nothing.";
  return error("TL103", at(span), message, {
    found: `\`${found}\``,
    expected: brace ? "the end of the text" : "a closing parenthesis for every opening one",
    hint: brace ? "remove it, or one that comes too early above it" : "remove it, or add `(` before",
  });
}

export function textAfterEnd(span: Span, end: Span): Diagnostic {
  return error("TL103", at(span), "The program has ended already.", {
    found: "text after the program",
    expected: "the end of the text",
    hint: "is there one `}` too many above?",
    related: [{ span: at(end), message: "this brace ends the program" }],
  });
}

export function equalsForCompare(span: Span): Diagnostic {
  return error("TL104", at(span), "`=` assigns, and cannot stand inside an expression.", {
    found: "`=`",
    expected: "an operator",
    hint: "to compare, write `==`",
  });
}

export function foreignOperator(span: Span, found: string, word: string): Diagnostic {
  return error("TL105", at(span), `There is no operator \`${found}\` in this language.`, {
    found: `\`${found}\``,
    expected: `\`${word}\``,
    hint: `write \`${word}\` instead`,
  });
}

export function elseIf(span: Span, found: string): Diagnostic {
  return error("TL106", at(span), `\`${found}\` is written \`else if\` here.`, {
    found: `\`${found}\``,
    expected: "`else if`",
    hint: "write `else if e { }`",
  });
}

export function foreignAssignment(span: Span, found: string, target: string): Diagnostic {
  const operator = /^[-+]/.test(found) ? found[0] : null;
  const long = operator === null ? `${target} = ...` : `${target} = ${target} ${operator} 1`;
  const message =
    found === "==" ? "`==` compares; to assign, write `=`." : `\`${found}\` assigns in other languages only.`;
  return error("TL107", at(span), message, {
    found: `\`${found}\``,
    expected: "`=`",
    hint: `write \`${long}\``,
  });
}

export function noSuchOperator(span: Span, found: string): Diagnostic {
  return error("TL108", at(span), `There is no operator \`${found}\`: cells count with + - * / and %.`, {
    found: `\`${found}\``,
    expected: "`+`, `-`, `*`, `/`, `%`, a comparison, `and`, `or` or `xor`",
    hint: "write what it does with comparisons and sums",
  });
}

export function keywordAsName(span: Span, word: string): Diagnostic {
  return error("TL109", at(span), `\`${word}\` is a word of the language and cannot be a name.`, {
    found: `the word \`${word}\``,
    expected: "a name",
    hint: `choose another name, such as \`${word}_\``,
  });
}

export function unknownWord(span: Span, word: string, meant: string): Diagnostic {
  return error("TL110", at(span), `\`${word}\` is not an instruction of this language.`, {
    found: `\`${word}\``,
    expected: "a declaration, an instruction or an assignment",
    hint: meant.startsWith("`") && !meant.includes(" ") ? `did you mean ${meant}?` : `write ${meant}`,
  });
}

/** A word that is nearly one that could have stood there. */
export function misspelt(span: Span, found: string, meant: string): Diagnostic {
  return error("TL101", at(span), `Expected \`${meant}\`, but found ${found}.`, {
    found,
    expected: `\`${meant}\``,
    hint: `did you mean \`${meant}\`?`,
  });
}

/** `a b` where `b` was read as the start of the next statement. */
export function nameBeginsStatement(
  span: Span,
  name: string,
  found: string,
  operator: string | null,
): Diagnostic {
  return error("TL101", at(span), `\`${name}\` begins a new statement here, so \`=\` must follow it.`, {
    found,
    expected: `\`=\` after \`${name}\``,
    hint:
      operator === null
        ? `if \`${name}\` belongs to the expression before it, an operator is missing between them`
        : `did you mean \`${operator}\`?`,
  });
}

export function chainedComparison(span: Span, found: string): Diagnostic {
  return error("TL111", at(span), "Comparisons cannot be chained.", {
    found: `\`${found}\``,
    expected: "one comparison between two values",
    hint: "join two comparisons with `and`, as in `a < b and b < c`",
  });
}

export function needsParentheses(span: Span, word: string): Diagnostic {
  return error("TL112", at(span), `\`${word}\` needs parentheses here, because it binds more loosely.`, {
    found: `\`${word}\` as an operand`,
    expected: `\`(${word} ...)\``,
    hint: "put this operand in parentheses",
  });
}

export function unclosedComment(span: Span): Diagnostic {
  return error("TL113", { start: span.start, end: span.start + 2 }, "This comment is never closed.", {
    found: "the end of the text",
    expected: "`*/`",
  });
}

export function numberTooLarge(span: Span, found: string): Diagnostic {
  return error("TL114", at(span), "This number is too large.", {
    found: `a number of ${found.length} digits`,
    expected: "at most 9 digits",
  });
}

export function chooseWithoutElse(span: Span): Diagnostic {
  return error(
    "TL115",
    at(span),
    "An `if` inside an expression needs an `else`: it must have a value either way.",
    {
      found: "no `else`",
      expected: "`if c then a else b`",
      hint: "add `else` and the other value",
    },
  );
}

export function chooseWithoutThen(span: Span): Diagnostic {
  return error("TL115", at(span), "An `if` inside an expression is written with `then`.", {
    found: "no `then`",
    expected: "`if c then a else b`",
    hint: "braces hold statements; an expression takes `then` and `else`",
  });
}

export function thenInStatement(span: Span): Diagnostic {
  return error("TL115", at(span), "An `if` that holds statements is written with braces.", {
    found: "`then`",
    expected: "`{`",
    hint: "write `if c { x = a } else { x = b }`, or `x = if c then a else b`",
  });
}

export function unknownCharacter(span: Span, found: string): Diagnostic {
  return error("TL116", at(span), `\`${found}\` means nothing in this language.`, {
    found: `\`${found}\``,
    expected: "names, numbers and operators",
    hint: found === "[" ? "a neighbour's field is read as `up.f`" : "remove it",
  });
}

export function nestedTooDeeply(span: Span): Diagnostic {
  return error("TL117", at(span), "This program is nested too deeply to be read.", {
    found: "too many levels of parentheses, operators or braces",
    expected: "fewer levels",
    hint: "give parts of long expressions names with `let`",
  });
}

export function badNumber(span: Span, found: string): Diagnostic {
  const fraction = /^\d+\.\d/.test(found);
  return error(
    "TL118",
    at(span),
    fraction ? "All numbers are integers." : "A name cannot begin with a digit.",
    {
      found: `\`${found}\``,
      expected: fraction ? "an integer" : "an integer or a name",
      ...(fraction ? {} : { hint: "leave a space after a number, or begin the name with a letter" }),
    },
  );
}

export function bareDirection(span: Span, word: string): Diagnostic {
  return error("TL119", at(span), `\`${word}\` alone is not a value: a neighbour has fields.`, {
    found: `\`${word}\` without a field`,
    expected: `\`${word}.f\` for a field f`,
    hint: `to ask for the edge of the grid, write \`at ${/^(left|right)$/.test(word) ? word : "top"}\``,
  });
}

export function elseWithoutIf(span: Span): Diagnostic {
  return error("TL120", at(span), "This `else` belongs to no `if`.", {
    found: "`else`",
    expected: "a statement or `}`",
    hint: "close the braces of the `if` before it: `if c { ... } else { ... }`",
  });
}

/** `meant`: the type that was probably meant, as it is written here; null if nobody knows. */
export function unknownType(span: Span, word: string, meant: string | null): Diagnostic {
  return error("TL121", at(span), `\`${word}\` is not a type.`, {
    found: `\`${word}\``,
    expected: "`bit`, a range such as `0..7`, or `enum { a, b }`",
    hint: meant ?? "types have no names: write the range or the `enum { a, b }` itself",
  });
}

export function commaInSweep(span: Span): Diagnostic {
  return error("TL122", at(span), "The directions of a sweep stand side by side.", {
    found: "`,`",
    expected: "a direction or `{`",
    hint: "leave the comma out: `sweep down right`",
  });
}

export function noProgram(span: Span, found: string, isMisspelt: boolean): Diagnostic {
  return error("TL123", at(span), "A program begins with the word `program` and its name.", {
    found,
    expected: "`program name { ... }`",
    hint: isMisspelt ? "did you mean `program`?" : "wrap everything in `program name { ... }`",
  });
}

export function badSymbol(span: Span): Diagnostic {
  return error("TL124", at(span), "This is not a symbol in quotes.", {
    found: "an empty, single or unclosed quote",
    expected: 'a symbol such as `"#"`, after the name of an enum value',
  });
}

export function callWithoutParentheses(span: Span, word: string): Diagnostic {
  return error("TL125", at(span), `\`${word}\` needs parentheses.`, {
    found: `\`${word}\` without parentheses`,
    expected: `\`${word}(...)\``,
    hint: "put what follows it in parentheses",
  });
}

/** A declaration such as `steps` that goes on in a way it cannot. */
export function settingForm(span: Span, word: string, form: string, found: string): Diagnostic {
  return error("TL126", at(span), `This \`${word}\` is not complete.`, {
    found,
    expected: `\`${form}\``,
  });
}
