// Directions of sweeps, and which of a cell's neighbours have run before it.

import type { Diagnostic, Span } from "../../diagnostics/diagnostic.ts";
import { nearestName } from "../../diagnostics/suggest.ts";
import {
  AXES,
  type Axis,
  type Direction,
  isAxis,
  isVertical,
  OFFSETS,
  opposite,
} from "../../grid/direction.ts";
import type { Name } from "../parse/ast.ts";
import type { Report } from "./context.ts";
import { aboutControl } from "./messages/control.ts";

/** Words that people write for a sweep, and what they mean. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  downright: "down right",
  downleft: "down left",
  upright: "up right",
  upleft: "up left",
  top: "down",
  bottom: "up",
  forward: "right",
  backward: "left",
};

/**
 * The neighbours that a sweep comes from, the vertical one first: `up` and `left` for `sweep down right`.
 * Null, with a report, if the words are no sweep.
 */
export function sweepSources(
  directions: readonly Name[],
  head: Span,
  report: Report,
): readonly Axis[] | null {
  const axes: Axis[] = [];
  let correct = true;
  const wrong = (diagnostic: Diagnostic) => {
    correct = false;
    report(diagnostic);
  };
  if (directions.length === 0) wrong(aboutControl.noDirection(head));
  for (const word of directions) {
    if (!isAxis(word.text))
      wrong(aboutControl.unknownDirection(word, OTHER_WORDS[word.text] ?? nearestName(word.text, AXES)));
    else if (axes.includes(word.text)) wrong(aboutControl.repeatedDirection(word.span, word.text));
    else if (axes.includes(opposite(word.text)))
      wrong(aboutControl.oppositeDirections(word.span, opposite(word.text), word.text));
    else axes.push(word.text);
  }
  const sorted = [...axes.filter(isVertical), ...axes.filter((axis) => !isVertical(axis))];
  return correct ? sorted.map(opposite) : null;
}

/**
 * Tells whether a neighbour runs before a cell (`new`), after it or at once with it (`old`), or whether the sweep
 * leaves that open. A row sweep runs whole rows at once, so its diagonals are as settled as its sources.
 */
export function ageOf(place: Direction, sources: readonly Axis[]): "new" | "old" | "open" {
  const steps = sources.map((source) => {
    const axis = isVertical(source) ? 0 : 1;
    return OFFSETS[place][axis] * OFFSETS[source][axis];
  });
  const before = steps.includes(1);
  const after = steps.includes(-1);
  if (before && after) return "open";
  return before ? "new" : "old";
}
