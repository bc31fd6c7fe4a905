// A program's text as tokens and comments, each with the line breaks before it and the column where it stands.

export interface Piece {
  readonly kind: "code" | "comment";
  readonly text: string;
  /** Line breaks between the piece before and this one. */
  readonly breaksBefore: number;
  /** Columns before it on its line, a tab counting as one. */
  readonly column: number;
}

const PIECE =
  /(?<space>\s+)|(?<comment>\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<code>"[^"\n\r]+"|[\p{L}_][\p{L}\d_]*|\d+|\.\.|==|!=|<=|>=|=>|->|[\s\S])/gu;

/** All tokens and comments of a program that parses, in order. */
export function pieces(text: string): readonly Piece[] {
  const found: Piece[] = [];
  let breaksBefore = 0;
  for (const match of text.matchAll(PIECE)) {
    const { space, comment, code } = match.groups!;
    if (space !== undefined) {
      breaksBefore += space.split("\n").length - 1;
      continue;
    }
    const column = match.index - (text.lastIndexOf("\n", match.index) + 1);
    const kind = comment === undefined ? "code" : "comment";
    // A line comment ends before the line does, whatever marks the line's end.
    found.push({ kind, text: (comment ?? code!).replace(/\r/g, "").trimEnd(), breaksBefore, column });
    breaksBefore = 0;
  }
  return found;
}
