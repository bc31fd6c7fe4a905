// Known mistakes: one small function each, that looks at where the grammar stopped and may recognise its own. The order
// matters: the first one that does gives the message, a syntax error (TL1xx).

import { type Diagnostic, didYouMean, error, type Span } from "../../diagnostics/diagnostic.ts";
import { nearestName } from "../../diagnostics/suggest.ts";
import { FOREIGN } from "./foreign.ts";
import { type Inside, KEYWORDS, matchBraces, nameToken, RESERVED, type Token } from "./lexer.ts";

/** Where the grammar stopped, and all that messages need to know about the place. */
export interface Stop {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** Index of the token that could not be read; the number of tokens at the end of the text. */
  readonly index: number;
  readonly token: Token;
  /** Tokens that could have stood there, by their description in the grammar. */
  readonly expects: ReadonlySet<string>;
  readonly inside: Inside;
}

type Mistake = (stop: Stop) => Diagnostic | null;

/** The message of the first known mistake that fits, or null. */
export function recognise(stop: Stop): Diagnostic | null {
  for (const mistake of Object.values(MISTAKES)) {
    const diagnostic = mistake(stop);
    if (diagnostic !== null) return diagnostic;
  }
  return null;
}

const at = ({ start, end }: Span): Span => ({ start, end });
const before = ({ tokens, index }: Stop, steps = 1): Token | undefined => tokens[index - steps];
const afterOperand = ({ expects }: Stop): boolean => expects.has("or") && expects.has("a comparison");
const wantsOperand = ({ expects }: Stop): boolean => expects.has("a number") && expects.has("(");

/** All known mistakes in the order in which they are tried. */
const MISTAKES: Readonly<Record<string, Mistake>> = {
  unclosedComment: ({ text, token }) =>
    token.text === "/" && text.startsWith("/*", token.start)
      ? error("TL113", { start: token.start, end: token.start + 2 }, "This comment is never closed.", {
          found: "the end of the text",
          expected: "`*/`",
        })
      : null,

  unclosedQuote: ({ token }) =>
    token.kind === "string" && (token.text.length < 3 || token.text[0] === "'" || !token.text.endsWith('"'))
      ? error("TL124", at(token), "This is not a symbol in quotes.", {
          found: "an empty, single or unclosed quote",
          expected: 'a symbol such as `"#"`, after the name of an enum value',
        })
      : null,

  noProgram: ({ token, expects }) =>
    expects.has("program")
      ? error("TL123", at(token), "A program begins with the word `program` and its name.", {
          found: nameToken(token),
          expected: "`program name { ... }`",
          hint: nearestName(token.text, ["program"])
            ? "did you mean `program`?"
            : "wrap everything in `program name { ... }`",
        })
      : null,

  afterProgram: (stop) => {
    if (!stop.expects.has("end of input")) return null;
    const last = before(stop);
    if (last === undefined) return null;
    return stop.token.text === "}"
      ? error("TL103", at(stop.token), "This brace closes nothing: the program has ended already.", {
          found: "`}`",
          expected: "the end of the text",
          hint: "remove it, or one that comes too early above it",
        })
      : error("TL103", at(stop.token), "The program has ended already.", {
          found: "text after the program",
          expected: "the end of the text",
          hint: "is there one `}` too many above?",
          related: [{ span: at(last), message: "this brace ends the program" }],
        });
  },

  unclosedBrace: ({ text, tokens, index }) => {
    if (index < tokens.length) return null;
    const { open, suspect } = matchBraces(text, tokens);
    const braces = open.filter((token) => token.text === "{");
    const innermost = braces.at(-1);
    return innermost === undefined ? null : unclosed(suspect ?? innermost, "}");
  },

  elseIf: (stop) => {
    const word = [stop.token, before(stop)].find((token) => token && FOREIGN.elseIf.includes(token.text));
    if (word === undefined) return null;
    return error("TL106", at(word), `\`${word.text}\` is written \`else if\` here.`, {
      found: `\`${word.text}\``,
      expected: "`else if`",
      hint: "write `else if e { }`",
    });
  },

  /** `repeat whlie any(x)`: the word has been read as a number of repetitions. */
  misspeltWhile: (stop) => {
    const word = before(stop);
    if (before(stop, 2)?.text !== "repeat" || word?.kind !== "word" || KEYWORDS.has(word.text)) return null;
    return misspelt(word, nearestName(word.text, ["while"]));
  },

  /** A name of three letters or more where only words of the language could stand, of which one is near. */
  misspeltWord: ({ tokens, index, token, expects }) => {
    if (token.kind !== "word" || KEYWORDS.has(token.text) || token.text.length < 3) return null;
    if (tokens[index + 1]?.text === "(") return null;
    const words = [...expects].filter((word) => /^[a-z]{3,}$/.test(word));
    return misspelt(token, nearestName(token.text, words));
  },

  strayElse: ({ token, expects }) =>
    token.text === "else" && expects.has("let") && !expects.has("else")
      ? error("TL120", at(token), "This `else` belongs to no `if`.", {
          found: "`else`",
          expected: "a statement or `}`",
          hint: "close the braces of the `if` before it: `if c { ... } else { ... }`",
        })
      : null,

  badNumber: ({ token }) => {
    if (token.kind !== "number" || /^\d+$/.test(token.text)) return null;
    const found = `\`${token.text}\``;
    if (/^\d+\.\d/.test(token.text))
      return error("TL118", at(token), "All numbers are integers.", { found, expected: "an integer" });
    return error("TL118", at(token), "A name cannot begin with a digit.", {
      found,
      expected: "an integer or a name",
      hint: "leave a space after a number, or begin the name with a letter",
    });
  },

  foreignAssignment: (stop) => {
    const { token, expects } = stop;
    const target = before(stop);
    if (!expects.has("=") || target?.kind !== "word" || !FOREIGN.assignments.includes(token.text))
      return null;
    const operator = /^[-+]/.test(token.text) ? `${target.text} ${token.text[0]} 1` : "...";
    const message =
      token.text === "=="
        ? "`==` compares; to assign, write `=`."
        : `\`${token.text}\` assigns in other languages only.`;
    return error("TL107", at(token), message, {
      found: `\`${token.text}\``,
      expected: "`=`",
      hint: `write \`${target.text} = ${operator}\``,
    });
  },

  keywordAsName: (stop) => {
    const { token, expects } = stop;
    const isName = expects.has("a name") && !wantsOperand(stop) && !expects.has("let");
    const word = isName && KEYWORDS.has(token.text) ? token : token.text === "=" ? before(stop) : undefined;
    if (word === undefined || !KEYWORDS.has(word.text)) return null;
    if (word !== token && RESERVED.literal.includes(word.text)) return null;
    return error("TL109", at(word), `\`${word.text}\` is a word of the language and cannot be a name.`, {
      found: `the word \`${word.text}\``,
      expected: "a name",
      hint: `choose another name, such as \`${word.text}_\``,
    });
  },

  assignsInExpression: (stop) =>
    stop.token.text === "=" && afterOperand(stop) && !KEYWORDS.has(before(stop)?.text ?? "")
      ? error("TL104", at(stop.token), "`=` assigns, and cannot stand inside an expression.", {
          found: "`=`",
          expected: "an operator",
          hint: "to compare, write `==`",
        })
      : null,

  foreignOperator: (stop) => {
    const { token, expects } = stop;
    const word = FOREIGN.operators.get(token.text);
    if (word === undefined || !(afterOperand(stop) || wantsOperand(stop)) || expects.has(token.text))
      return null;
    return error("TL105", at(token), `There is no operator \`${token.text}\` in this language.`, {
      found: `\`${token.text}\``,
      expected: `\`${word}\``,
      hint: `write \`${word}\` instead`,
    });
  },

  noSuchOperator: (stop) => {
    const found = `\`${stop.token.text}\``;
    return afterOperand(stop) && ["**", "<<", ">>"].includes(stop.token.text)
      ? error("TL108", at(stop.token), `There is no operator ${found}: cells count with + - * / and %.`, {
          found,
          expected: "`+`, `-`, `*`, `/`, `%`, a comparison, `and`, `or` or `xor`",
          hint: "write what it does with comparisons and sums",
        })
      : null;
  },

  needsParentheses: (stop) => {
    const { token, expects } = stop;
    const loose = token.text === "not" || token.text === "if";
    return loose && wantsOperand(stop) && !expects.has(token.text)
      ? error(
          "TL112",
          at(token),
          `\`${token.text}\` needs parentheses here, because it binds more loosely.`,
          {
            found: `\`${token.text}\` as an operand`,
            expected: `\`(${token.text} ...)\``,
            hint: "put this operand in parentheses",
          },
        )
      : null;
  },

  thenInStatement: ({ token, expects }) =>
    token.text === "then" && expects.has("{")
      ? error("TL115", at(token), "An `if` that holds statements is written with braces.", {
          found: "`then`",
          expected: "`{`",
          hint: "write `if c { x = a } else { x = b }`, or `x = if c then a else b`",
        })
      : null,

  noElse: (stop) =>
    stop.expects.has("else") && afterOperand(stop) && !stop.expects.has("{")
      ? error("TL115", at(stop.token), NO_ELSE, {
          found: "no `else`",
          expected: "`if c then a else b`",
          hint: "add `else` and the other value",
        })
      : null,

  noThen: (stop) =>
    stop.expects.has("then") && !stop.expects.has("{")
      ? error("TL115", at(stop.token), "An `if` inside an expression is written with `then`.", {
          found: "no `then`",
          expected: "`if c then a else b`",
          hint: "braces hold statements; an expression takes `then` and `else`",
        })
      : null,

  bareDirection: (stop) => {
    const word = before(stop);
    if (!stop.expects.has(".") || word?.kind !== "word" || !KEYWORDS.has(word.text)) return null;
    const side = word.text === "left" || word.text === "right" ? word.text : "top";
    return error("TL119", at(word), `\`${word.text}\` alone is not a value: a neighbour has fields.`, {
      found: `\`${word.text}\` without a field`,
      expected: `\`${word.text}.f\` for a field f`,
      hint: `to ask for the edge of the grid, write \`at ${side}\``,
    });
  },

  unknownType: (stop) => {
    const word = before(stop);
    if (!stop.expects.has("..") || word?.kind !== "word" || before(stop, 2)?.text !== ":") return null;
    if (stop.token.text === "..") return null;
    const near = nearestName(word.text, ["bit", "enum"]);
    const meant = FOREIGN.types.get(word.text.toLowerCase()) ?? (near && `did you mean \`${near}\`?`);
    return error("TL121", at(word), `\`${word.text}\` is not a type.`, {
      found: `\`${word.text}\``,
      expected: "`bit`, a range such as `0..7`, or `enum { a, b }`",
      hint: meant ?? "types have no names: write the range or the `enum { a, b }` itself",
    });
  },

  bareCall: (stop) => {
    // `count around.f` has been read as far as `count` and the start of an assignment to `around.f`.
    const [operand, quantifier] = [before(stop, 4), before(stop)];
    const counts = operand?.text === "count" && before(stop, 2)?.text === "." && stop.expects.has("=");
    const asks = quantifier?.text === "any" || quantifier?.text === "all";
    const isIf = before(stop, 2)?.text === "if" && stop.expects.has("(");
    const word = counts ? operand : asks && isIf ? quantifier : undefined;
    if (word === undefined) return null;
    return error("TL125", at(word), `\`${word.text}\` needs parentheses.`, {
      found: `\`${word.text}\` without parentheses`,
      expected: `\`${word.text}(...)\``,
      hint: "put what follows it in parentheses",
    });
  },

  extraParenthesis: ({ text, tokens, index, token }) =>
    token.text === ")" && matchBraces(text, tokens.slice(0, index + 1)).extra.includes(token)
      ? error("TL103", at(token), "This parenthesis closes nothing.", {
          found: "`)`",
          expected: "a closing parenthesis for every opening one",
          hint: "remove it, or add `(` before",
        })
      : null,

  whileWord: ({ token, expects }) =>
    token.text === "while" && expects.has("each") ? noInstruction(token, null) : null,

  settingForm: (stop) => {
    if (stop.inside !== "program" || !stop.expects.has("=")) return null;
    const word = [before(stop), before(stop, 2)].find((each) => each && Object.hasOwn(FORMS, each.text));
    if (word === undefined) return null;
    return error("TL126", at(word), `This \`${word.text}\` is not complete.`, {
      found: nameToken(stop.token),
      expected: `\`${FORMS[word.text]}\``,
    });
  },

  unknownWord: (stop) => {
    const word = before(stop);
    if (word?.kind !== "word" || KEYWORDS.has(word.text) || !stop.expects.has("=")) return null;
    const opening = before(stop, 2)?.text;
    if (["let", "param", ".", ","].includes(opening ?? "") || stop.expects.has(",")) return null;
    const meant = nearestName(word.text, WORDS_THAT_BEGIN);
    if (meant === null && !FOREIGN.words.has(word.text)) {
      const operator = nearestName(word.text, ["and", "or", "xor", ...(followsGrid(stop) ? ["where"] : [])]);
      return startsStatement(stop) ? nameBeginsStatement(word, stop.token, operator) : null;
    }
    return noInstruction(word, meant);
  },

  commaInSweep: (stop) =>
    stop.token.text === "," && stop.expects.has("a word")
      ? error("TL122", at(stop.token), "The directions of a sweep stand side by side.", {
          found: "`,`",
          expected: "a direction or `{`",
          hint: "leave the comma out: `sweep down right`",
        })
      : null,

  unclosedParenthesis: (stop) => {
    if (!stop.expects.has(")")) return null;
    const { open } = matchBraces(stop.text, stop.tokens.slice(0, stop.index));
    const last = open.at(-1);
    return last?.text === "(" ? unclosed(last, ")", stop.token) : null;
  },

  unknownCharacter: ({ token }) =>
    token.kind === "symbol" && token.text !== "" && !/^[-+=<>!.,:;(){}]+$/.test(token.text)
      ? error("TL116", at(token), `\`${token.text}\` means nothing in this language.`, {
          found: `\`${token.text}\``,
          expected: "names, numbers and operators",
          hint: token.text === "[" ? "a neighbour's field is read as `up.f`" : "remove it",
        })
      : null,
};

/** `stop`: where the missing brace was noticed, if that is not the end of the text. */
function unclosed(opening: Span, missing: "}" | ")", stop?: Span): Diagnostic {
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

/** How the declarations are written whose first word is no keyword. */
const FORMS: Readonly<Record<string, string>> = {
  ends: "ends when all(...)",
  steps: "steps <= 3 * rows + cols",
  grid: "grid 1 x cols",
  workspace: "workspace left 3, right cols",
  place: "place f = 1 at top left",
  machine: "machine on tape { ... }",
};

/** Words that begin a line, for words that look like none. */
const WORDS_THAT_BEGIN = [
  ...RESERVED.instruction,
  "if",
  "else",
  ...RESERVED.declaration,
  ...Object.keys(FORMS),
];

/** `a b` where `b` was read as the start of the next statement. */
function nameBeginsStatement(name: Token, found: Token, operator: string | null): Diagnostic {
  return error("TL101", at(name), `\`${name.text}\` begins a new statement here, so \`=\` must follow it.`, {
    found: nameToken(found),
    expected: `\`=\` after \`${name.text}\``,
    hint:
      operator === null
        ? `if \`${name.text}\` belongs to the expression before it, an operator is missing between them`
        : `did you mean \`${operator}\`?`,
  });
}

/** `meant`: the word of this language that is near; null for words of others. */
function noInstruction(word: Token, meant: string | null): Diagnostic {
  const instead = meant === null ? FOREIGN.words.get(word.text)! : `\`${meant}\``;
  return error("TL110", at(word), `\`${word.text}\` is not an instruction of this language.`, {
    found: `\`${word.text}\``,
    expected: "a declaration, an instruction or an assignment",
    hint: instead.startsWith("`") && !instead.includes(" ") ? `did you mean ${instead}?` : `write ${instead}`,
  });
}

/** Tells whether the name before the stop can only have been read as the start of a statement after an expression. */
const startsStatement = (stop: Stop): boolean => {
  const two = before(stop, 2);
  return two !== undefined && (two.kind === "word" || two.kind === "number" || two.text === ")");
};

/** Tells whether the word before the stop may belong to `grid R x C`. */
const followsGrid = ({ text, tokens, index }: Stop): boolean => {
  const line = text.lastIndexOf("\n", tokens[index - 1]!.start) + 1;
  return tokens.slice(0, index).some((token) => token.start >= line && token.text === "grid");
};

const NO_ELSE = "An `if` inside an expression needs an `else`: it must have a value either way.";

/** `meant`: the word that is near, which could have stood there. */
function misspelt(token: Token, meant: string | null): Diagnostic | null {
  if (meant === null) return null;
  return error("TL101", at(token), `Expected \`${meant}\`, but found ${nameToken(token)}.`, {
    found: nameToken(token),
    expected: `\`${meant}\``,
    ...didYouMean(meant),
  });
}
