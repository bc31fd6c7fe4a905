// Known mistakes: one small function each, that looks at where the grammar stopped and may recognise its own.
// The order matters: the first one that does gives the message.

import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { nearestName } from "../diagnostics/suggest.ts";
import { ELSE_IF, FOREIGN_ASSIGNMENTS, FOREIGN_OPERATORS, FOREIGN_TYPES, FOREIGN_WORDS } from "./foreign.ts";
import * as messages from "./messages.ts";
import { type Inside, KEYWORDS, matchBraces, nameToken, type Token } from "./tokens.ts";

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
  for (const mistake of MISTAKES) {
    const diagnostic = mistake(stop);
    if (diagnostic !== null) return diagnostic;
  }
  return null;
}

const before = ({ tokens, index }: Stop, steps = 1): Token | undefined => tokens[index - steps];
const afterOperand = ({ expects }: Stop): boolean => expects.has("or") && expects.has("a comparison");
const wantsOperand = ({ expects }: Stop): boolean => expects.has("a number") && expects.has("(");

const unclosedComment: Mistake = ({ text, token }) =>
  token.text === "/" && text.startsWith("/*", token.start) ? messages.unclosedComment(token) : null;

const unclosedQuote: Mistake = ({ token }) =>
  token.kind === "string" && (token.text.length < 3 || token.text[0] === "'" || !token.text.endsWith('"'))
    ? messages.badSymbol(token)
    : null;

const noProgram: Mistake = ({ token, expects }) =>
  expects.has("program")
    ? messages.noProgram(token, nameToken(token), nearestName(token.text, ["program"]) !== null)
    : null;

const unclosedBrace: Mistake = ({ text, tokens, index }) => {
  if (index < tokens.length) return null;
  const { open, suspect } = matchBraces(text, tokens);
  const braces = open.filter((token) => token.text === "{");
  const innermost = braces.at(-1);
  return innermost === undefined ? null : messages.unclosed(suspect ?? innermost, "}");
};

const afterProgram: Mistake = (stop) => {
  if (!stop.expects.has("end of input")) return null;
  const last = before(stop);
  if (last === undefined) return null;
  return stop.token.text === "}"
    ? messages.closesNothing(stop.token, "}")
    : messages.textAfterEnd(stop.token, last);
};

const strayElse: Mistake = ({ token, expects }) =>
  token.text === "else" && expects.has("let") && !expects.has("else") ? messages.elseWithoutIf(token) : null;

const foreignOperator: Mistake = (stop) => {
  const { token, expects } = stop;
  const word = FOREIGN_OPERATORS.get(token.text);
  if (word === undefined || !(afterOperand(stop) || wantsOperand(stop)) || expects.has(token.text))
    return null;
  return messages.foreignOperator(token, token.text, word);
};

const noSuchOperator: Mistake = (stop) =>
  afterOperand(stop) && ["**", "<<", ">>"].includes(stop.token.text)
    ? messages.noSuchOperator(stop.token, stop.token.text)
    : null;

const assignsInExpression: Mistake = (stop) =>
  stop.token.text === "=" && afterOperand(stop) && !KEYWORDS.has(before(stop)?.text ?? "")
    ? messages.equalsForCompare(stop.token)
    : null;

const keywordAsName: Mistake = (stop) => {
  const { token, expects } = stop;
  if (expects.has("a name") && !wantsOperand(stop) && !expects.has("let") && KEYWORDS.has(token.text))
    return messages.keywordAsName(token, token.text);
  const previous = before(stop);
  const named =
    previous !== undefined && KEYWORDS.has(previous.text) && !["true", "false"].includes(previous.text);
  return named && token.text === "=" ? messages.keywordAsName(previous, previous.text) : null;
};

const foreignAssignment: Mistake = (stop) => {
  const { token, expects } = stop;
  const target = before(stop);
  if (!expects.has("=") || target?.kind !== "word" || !FOREIGN_ASSIGNMENTS.includes(token.text)) return null;
  return messages.foreignAssignment(token, token.text, target.text);
};

const elseIf: Mistake = (stop) => {
  const word = [stop.token, before(stop)].find((token) => token && ELSE_IF.includes(token.text));
  return word === undefined ? null : messages.elseIf(word, word.text);
};

/** Words that begin a line, for words that look like none. */
const WORDS_THAT_BEGIN = [
  ..."each sweep loop halt break repeat let match if else input output state predict param fn".split(" "),
  ..."ends steps grid workspace place machine".split(" "),
];

/** How the declarations are written whose first word is no keyword. */
const FORMS: Readonly<Record<string, string>> = {
  ends: "ends when all(...)",
  steps: "steps <= 3 * rows + cols",
  grid: "grid 1 x cols",
  workspace: "workspace left 3, right cols",
  place: "place f = 1 at top left",
  machine: "machine on tape { ... }",
};

const settingForm: Mistake = (stop) => {
  if (stop.inside !== "program" || !stop.expects.has("=")) return null;
  const word = [before(stop), before(stop, 2)].find((each) => each && Object.hasOwn(FORMS, each.text));
  return word ? messages.settingForm(word, word.text, FORMS[word.text]!, nameToken(stop.token)) : null;
};

const unknownWord: Mistake = (stop) => {
  const word = before(stop);
  if (word?.kind !== "word" || KEYWORDS.has(word.text) || !stop.expects.has("=")) return null;
  const opening = before(stop, 2)?.text;
  if (["let", "param", ".", ","].includes(opening ?? "") || stop.expects.has(",")) return null;
  const meant = nearestName(word.text, WORDS_THAT_BEGIN);
  if (meant === null && !FOREIGN_WORDS.has(word.text)) {
    const operator = nearestName(word.text, ["and", "or", "xor", ...(followsGrid(stop) ? ["where"] : [])]);
    return startsStatement(stop)
      ? messages.nameBeginsStatement(word, word.text, nameToken(stop.token), operator)
      : null;
  }
  return messages.unknownWord(
    word,
    word.text,
    meant === null ? FOREIGN_WORDS.get(word.text)! : `\`${meant}\``,
  );
};

/** Whether the name before the stop can only have been read as the start of a statement after an expression. */
const startsStatement = (stop: Stop): boolean => {
  const two = before(stop, 2);
  return two !== undefined && (two.kind === "word" || two.kind === "number" || two.text === ")");
};

/** Whether the word before the stop may belong to `grid R x C`. */
const followsGrid = ({ text, tokens, index }: Stop): boolean => {
  const line = text.lastIndexOf("\n", tokens[index - 1]!.start) + 1;
  return tokens.slice(0, index).some((token) => token.start >= line && token.text === "grid");
};

const whileWord: Mistake = ({ token, expects }) =>
  token.text === "while" && expects.has("each")
    ? messages.unknownWord(token, token.text, FOREIGN_WORDS.get("while")!)
    : null;

const needsParentheses: Mistake = (stop) => {
  const { token, expects } = stop;
  const loose = token.text === "not" || token.text === "if";
  return loose && wantsOperand(stop) && !expects.has(token.text)
    ? messages.needsParentheses(token, token.text)
    : null;
};

const noElse: Mistake = (stop) =>
  stop.expects.has("else") && afterOperand(stop) && !stop.expects.has("{")
    ? messages.chooseWithoutElse(stop.token)
    : null;

const noThen: Mistake = (stop) =>
  stop.expects.has("then") && !stop.expects.has("{") ? messages.chooseWithoutThen(stop.token) : null;

const thenInStatement: Mistake = ({ token, expects }) =>
  token.text === "then" && expects.has("{") ? messages.thenInStatement(token) : null;

const bareDirection: Mistake = (stop) => {
  const word = before(stop);
  if (!stop.expects.has(".") || word?.kind !== "word" || !KEYWORDS.has(word.text)) return null;
  return messages.bareDirection(word, word.text);
};

const unknownType: Mistake = (stop) => {
  const word = before(stop);
  if (!stop.expects.has("..") || word?.kind !== "word" || before(stop, 2)?.text !== ":") return null;
  if (stop.token.text === "..") return null;
  const near = nearestName(word.text, ["bit", "enum"]);
  const meant = FOREIGN_TYPES.get(word.text.toLowerCase()) ?? (near && `did you mean \`${near}\`?`);
  return messages.unknownType(word, word.text, meant);
};

/** `repeat whlie any(x)`: the word has been read as a number of repetitions. */
const misspeltWhile: Mistake = (stop) => {
  const word = before(stop);
  if (before(stop, 2)?.text !== "repeat" || word?.kind !== "word" || KEYWORDS.has(word.text)) return null;
  return nearestName(word.text, ["while"]) === null
    ? null
    : messages.misspelt(word, nameToken(word), "while");
};

/** A name of three letters or more where only words of the language could stand, of which one is near. */
const misspeltWord: Mistake = ({ tokens, index, token, expects }) => {
  if (token.kind !== "word" || KEYWORDS.has(token.text) || token.text.length < 3) return null;
  if (tokens[index + 1]?.text === "(") return null;
  const words = [...expects].filter((word) => /^[a-z]{3,}$/.test(word));
  const meant = nearestName(token.text, words);
  return meant === null ? null : messages.misspelt(token, nameToken(token), meant);
};

const badNumber: Mistake = ({ token }) =>
  token.kind === "number" && !/^\d+$/.test(token.text) ? messages.badNumber(token, token.text) : null;

const commaInSweep: Mistake = (stop) =>
  stop.token.text === "," && stop.expects.has("a word") ? messages.commaInSweep(stop.token) : null;

const unclosedParenthesis: Mistake = (stop) => {
  if (!stop.expects.has(")")) return null;
  const { open } = matchBraces(stop.text, stop.tokens.slice(0, stop.index));
  const last = open.at(-1);
  return last?.text === "(" ? messages.unclosed(last, ")", stop.token) : null;
};

const extraParenthesis: Mistake = ({ text, tokens, index, token }) =>
  token.text === ")" && matchBraces(text, tokens.slice(0, index + 1)).extra.includes(token)
    ? messages.closesNothing(token, ")")
    : null;

const bareCall: Mistake = (stop) => {
  // `count around.f` has been read as far as `count` and the start of an assignment to `around.f`.
  const [operand, quantifier] = [before(stop, 4), before(stop)];
  if (operand?.text === "count" && before(stop, 2)?.text === "." && stop.expects.has("="))
    return messages.callWithoutParentheses(operand, operand.text);
  const asks = quantifier?.text === "any" || quantifier?.text === "all";
  return asks && before(stop, 2)?.text === "if" && stop.expects.has("(")
    ? messages.callWithoutParentheses(quantifier, quantifier.text)
    : null;
};

const unknownCharacter: Mistake = ({ token }) =>
  token.kind === "symbol" && token.text !== "" && !/^[-+=<>!.,:;(){}]+$/.test(token.text)
    ? messages.unknownCharacter(token, token.text)
    : null;

const MISTAKES: readonly Mistake[] = [
  unclosedComment,
  unclosedQuote,
  noProgram,
  afterProgram,
  unclosedBrace,
  elseIf,
  misspeltWhile,
  misspeltWord,
  strayElse,
  badNumber,
  foreignAssignment,
  keywordAsName,
  assignsInExpression,
  foreignOperator,
  noSuchOperator,
  needsParentheses,
  thenInStatement,
  noElse,
  noThen,
  bareDirection,
  unknownType,
  bareCall,
  extraParenthesis,
  whileWord,
  settingForm,
  unknownWord,
  commaInSweep,
  unclosedParenthesis,
  unknownCharacter,
];
