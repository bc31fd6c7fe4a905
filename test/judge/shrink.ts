// Makes a failing program smaller while the same kind of failure stays: leaves out lines, blocks, the braces around
// blocks, and parts of expressions. Most of what it tries is no program any more; the compiler says so soon.

/** Tries smaller texts until none fails, or time is over; `fails` says whether a text still does. */
export async function shrinkText(
  text: string,
  fails: (text: string) => Promise<boolean>,
  onSmaller: (text: string) => void,
): Promise<string> {
  let best = text;
  const tryOut = async (smaller: string): Promise<boolean> => {
    if (smaller.length >= best.length || !(await fails(smaller))) return false;
    best = smaller;
    onSmaller(best);
    return true;
  };
  await tryOut(withoutComments(best));
  for (let smaller = true; smaller; ) {
    smaller = false;
    for (const candidates of [blocksLeftOut, expressionsLeftOut]) {
      for (let at = 0; ; ) {
        const candidate = candidates(best, at);
        if (candidate === null) break;
        if (await tryOut(candidate)) smaller = true;
        else at += 1;
      }
    }
  }
  return best;
}

const withoutComments = (text: string): string =>
  text
    .replace(/\/\/[^\n]*|\/\*[^*]*\*\//g, "")
    .replace(/;\s*$/gm, "")
    .replace(/^\s*\n/gm, "");

/** The `at`-th way to leave out a line, a block, or the braces around one; null after the last. */
function blocksLeftOut(text: string, at: number): string | null {
  const lines = text.split("\n");
  const ways: { readonly from: number; readonly to: number; readonly keep: boolean }[] = [];
  for (let from = 0; from < lines.length; from++) {
    if (depthOf(lines[from]!) === 0) ways.push({ from, to: from, keep: false });
    if (!/\{\s*$/.test(lines[from]!)) continue;
    const to = closing(lines, from);
    ways.push({ from, to, keep: false });
    if (to > from) ways.push({ from, to, keep: true });
  }
  const way = ways[at];
  if (way === undefined) return null;
  const { from, to, keep } = way;
  return lines.filter((_, i) => i < from || i > to || (keep && i > from && i < to)).join("\n");
}

/** Braces opened less braces closed, outside symbols. */
const depthOf = (line: string): number => {
  const bare = line.replace(/"[^"]*"/g, "");
  return bare.split("{").length - bare.split("}").length;
};

/** The line that closes the block that a line ends by opening. */
function closing(lines: readonly string[], from: number): number {
  let depth = 1;
  for (let i = from + 1; i < lines.length; i++) {
    for (const brace of lines[i]!.replace(/"[^"]*"/g, "").match(/[{}]/g) ?? []) {
      depth += brace === "{" ? 1 : -1;
      if (depth === 0) return i;
    }
  }
  return from;
}

const OPERATORS = /\s+(?:and|or|xor|==|!=|<=|>=|<|>|\+|-|then|else)\s+|,\s*|[()]|\bif\s|\bnot\s|-/g;

/** The `at`-th way to leave out what stands between two operators of a line, or to write 0, 1 or less instead. */
function expressionsLeftOut(text: string, at: number): string | null {
  const ends = [...text.matchAll(OPERATORS)].map((match) => ({
    from: match.index,
    to: match.index + match[0].length,
  }));
  const breaks = [...text.matchAll(/\n|= |=> |when |assert |\{/g)].map((match) => ({
    from: match.index,
    to: match.index + match[0].length,
  }));
  const marks = [...ends, ...breaks].sort((a, b) => a.from - b.from);
  // A few marks further on at most, so that the ways stay few.
  const SPANS = 6;
  const mark = marks[Math.floor(at / (SPANS * 2))];
  if (mark === undefined) return null;
  const other = marks[Math.floor(at / (SPANS * 2)) + 1 + (Math.floor(at / 2) % SPANS)];
  if (other === undefined) return text;
  const from = at % 2 === 0 ? mark.to : mark.from;
  const to = at % 2 === 0 ? other.to : other.from;
  if (to <= from || text.slice(from, to).includes("\n")) return text;
  return text.slice(0, from) + text.slice(to);
}
