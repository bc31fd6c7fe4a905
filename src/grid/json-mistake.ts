// Where a text stops being JSON. JSON.parse says so in words that differ between engines, and often
// without a position; this reads the text once more, only to find the place.

interface JsonMistake {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** What stands there: a quoted character, or the end of the file. */
  readonly found: string;
}

const STRING = /"(?:[^"\\\n]|\\["\\/bfnrt]|\\u[\dA-Fa-f]{4})*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /(?:true|false|null)\b/y;
/** Deeper nesting is taken for a mistake: it cannot be a grid. */
const MAX_DEPTH = 100;

/** The first place of a text at which it cannot go on as JSON. */
export function findJsonMistake(text: string): JsonMistake {
  const at = endOfJson(text);
  const before = text.slice(0, at).split("\n");
  const [character] = text.slice(at);
  return {
    line: before.length,
    column: before[before.length - 1]!.length + 1,
    found: character === undefined ? "the end of the file" : JSON.stringify(character),
  };
}

/** How far a text can be read as one JSON value. */
function endOfJson(text: string): number {
  let at = 0;
  const skip = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    if (!pattern.test(text)) return false;
    at = pattern.lastIndex;
    return true;
  };
  const token = (pattern: RegExp): boolean => {
    skip(/[ \t\r\n]*/y);
    return skip(pattern);
  };
  const list = (end: RegExp, item: () => boolean): boolean => {
    if (token(end)) return true;
    do if (!item()) return false;
    while (token(/,/y));
    return token(end);
  };
  const value = (depth: number): boolean => {
    if (depth > MAX_DEPTH) return false;
    if (token(/\[/y)) return list(/\]/y, () => value(depth + 1));
    if (token(/\{/y)) return list(/\}/y, () => token(STRING) && token(/:/y) && value(depth + 1));
    return token(STRING) || token(NUMBER) || token(WORD);
  };
  value(0);
  skip(/[ \t\r\n]*/y);
  return at;
}
