// Cuts a program's text into words, numbers, symbols and signs. Line breaks and spaces mean nothing but that.

import { Refused } from "./tree.ts";

export interface Token {
  readonly kind: "word" | "number" | "symbol" | "sign" | "end";
  readonly text: string;
  readonly line: number;
}

const PATTERN =
  /(?<space>\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<word>[A-Za-z_][A-Za-z0-9_]*)|(?<number>[0-9]+)|(?<symbol>"[^"]*")|(?<sign>\.\.|->|=>|==|!=|<=|>=|[-+*/%<>=(){}:,;.])/y;

/** The tokens of a text, with one of kind `end` behind them. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  PATTERN.lastIndex = 0;
  while (PATTERN.lastIndex < text.length) {
    const at = PATTERN.lastIndex;
    const groups = PATTERN.exec(text)?.groups;
    if (groups === undefined)
      throw new Refused(`line ${line}: no token begins with ${text.slice(at, at + 10)}`);
    const kind = (["word", "number", "symbol", "sign"] as const).find((each) => groups[each] !== undefined);
    if (kind !== undefined) tokens.push({ kind, text: groups[kind]!, line });
    line += text.slice(at, PATTERN.lastIndex).split("\n").length - 1;
  }
  tokens.push({ kind: "end", text: "end of the text", line });
  return tokens;
}

/** A place in the tokens that parsers move along. */
export class Reader {
  private at = 0;
  private readonly tokens: readonly Token[];

  constructor(text: string) {
    this.tokens = tokensOf(text);
  }

  peek(ahead = 0): Token {
    return this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)]!;
  }

  next(): Token {
    const token = this.peek();
    this.at += 1;
    return token;
  }

  /** Whether words or signs come next, in this order. */
  sees(...texts: string[]): boolean {
    return texts.every((text, i) => this.peek(i).kind !== "symbol" && this.peek(i).text === text);
  }

  /** Takes words or signs if they come next. */
  takes(...texts: string[]): boolean {
    if (!this.sees(...texts)) return false;
    this.at += texts.length;
    return true;
  }

  needs(text: string): void {
    if (!this.takes(text)) this.fail(text);
  }

  word(): string {
    if (this.peek().kind !== "word") this.fail("a name");
    return this.next().text;
  }

  /** One of several words. */
  oneOf<T extends string>(words: readonly T[]): T {
    const found = words.find((word) => this.sees(word));
    if (found === undefined) this.fail(words.join(" or "));
    this.next();
    return found;
  }

  fail(expected: string): never {
    throw new Refused(`line ${this.peek().line}: found ${this.peek().text}, expected ${expected}`);
  }
}
