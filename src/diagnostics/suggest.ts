// Spelling suggestions: the known name that is the fewest typing mistakes away.

/**
 * Damerau-Levenshtein distance (optimal string alignment): insertions, deletions, substitutions and swaps of
 * neighbouring letters, no part of the text edited twice.
 */
export function editDistance(one: string, other: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column <= other.length; column++) {
      const same = one[row - 1] === other[column - 1];
      let best = Math.min(
        previous[column]! + 1,
        current[column - 1]! + 1,
        previous[column - 1]! + (same ? 0 : 1),
      );
      const swapped =
        row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      if (swapped) best = Math.min(best, before[column - 2]! + 1);
      current.push(best);
    }
    before = previous;
    previous = current;
  }
  return previous[other.length]!;
}

/** Letters of the longest names that are compared with others: the time grows as their square. */
const MOST_LETTERS = 200;

/** The candidate nearest to a name, within a third of its length (at least one mistake), or null. */
export function nearestName(name: string, candidates: Iterable<string>): string | null {
  const limit = Math.max(1, Math.floor(name.length / 3));
  let nearest: string | null = null;
  let least = limit + 1;
  for (const candidate of candidates) {
    const isSame = name.toLowerCase() === candidate.toLowerCase();
    if (!isSame && (name.length > MOST_LETTERS || candidate.length - name.length > limit)) continue;
    // A single letter is one mistake away from every other one: that is no suggestion, except for its case.
    const distance = isSame ? 0 : editDistance(name, candidate);
    if (distance < least && (distance === 0 || name.length > 1)) [nearest, least] = [candidate, distance];
  }
  return nearest;
}
