// Messages about sweeps and control (TL4xx).

import { didYouMean, error, type Span } from "../../../diagnostics/diagnostic.ts";
import type { Name } from "../../parse/ast.ts";

export const aboutControl = {
  /** `reads`: the neighbours whose turn the sweep leaves open, in words. */
  openDiagonal: (span: Span, text: string, reads: string, sweep: string, field: string) =>
    error("TL401", span, `\`${sweep}\` does not say whether the ${reads} neighbour runs before this cell.`, {
      found: `\`${text}\`, while the sweep assigns \`${field}\``,
      expected: "a neighbour that runs surely before or surely after this cell",
      hint: `copy \`${field}\` to another field in an \`each\` before the sweep, or carry it along step by step`,
    }),

  oppositeDirections: (span: Span, one: string, other: string) =>
    error("TL402", span, `A sweep cannot go ${one} and ${other} at once.`, {
      found: `\`${one} ${other}\``,
      expected: "one direction, or one of up and down with one of left and right",
      hint: "write two sweeps, one after the other",
    }),

  repeatedDirection: (span: Span, direction: string) =>
    error("TL403", span, `\`${direction}\` stands twice in this sweep.`, {
      found: `a second \`${direction}\``,
      expected: "one direction, or one of up and down with one of left and right",
    }),

  unknownDirection: (word: Name, hint: string | null) =>
    error("TL404", word.span, `A sweep cannot go \`${word.text}\`.`, {
      found: `\`${word.text}\``,
      expected: "up, down, left or right",
      ...(hint?.includes(" ") ? { hint: `write \`${hint}\`` } : didYouMean(hint)),
    }),

  noDirection: (span: Span) =>
    error("TL404", span, "A sweep needs a direction.", {
      found: "`sweep` without a direction",
      expected: "up, down, left, right, or two such as `down right`",
      hint: "to visit all cells at once, write `each`",
    }),

  instructionInBody: (span: Span, word: string) =>
    error("TL405", span, `\`${word}\` is an instruction for the whole grid and cannot stand in a body.`, {
      found: `\`${word}\` inside a body`,
      expected: "assignments, `let`, `if` or `match`",
      hint:
        word === "halt" || word === "break"
          ? `set a field here, and write \`${word} when ...\` after the closing brace`
          : "close the body before it",
    }),

  statementOutside: (span: Span, what: string, isIf: boolean) =>
    error("TL406", span, `${what} is work for a cell, so it stands in \`each\` or \`sweep\`.`, {
      found: `${what.toLowerCase()} between instructions`,
      expected: "each, sweep, loop, halt, break, repeat or `if any(...)`",
      hint: isIf
        ? "wrap it: `each { if ... }`; to ask the whole grid, write `if any(...)`"
        : "wrap it: `each { ... }`",
    }),

  assignsNeighbour: (span: Span, text: string, field: string) =>
    error("TL407", span, "A cell can only change its own fields.", {
      found: `an assignment to \`${text}\``,
      expected: `an assignment to \`${field}\``,
      hint: "turn it round: let the neighbour read this cell and change itself",
    }),

  /** A loop that is said to go on for ever, but does not. */
  notForever: (span: Span) =>
    error("TL415", span, "This loop is said to go on for ever, but something ends it.", {
      found: "`loop forever` with `break`, `halt` or `ends`",
      expected: "a loop that nothing ends",
      hint: "write `loop` without `forever`, or remove what ends it",
    }),

  breakOutside: (span: Span) =>
    error("TL408", span, "There is no loop here to break out of.", {
      found: "`break` outside a loop",
      expected: "`break` inside `loop` or `repeat`",
      hint: "to end the run of a cell, write `halt when ...`",
    }),

  quantifierMisplaced: (span: Span, word: string) =>
    error("TL409", span, `\`${word}(...)\` asks the whole grid, which one cell cannot do.`, {
      found: `\`${word}(...)\` in an expression`,
      expected: "a value of this cell or of its neighbours",
      hint: `between instructions, \`if ${word}(...) { }\` and \`repeat while ${word}(...) { }\` can ask`,
    }),

  nothingToDo: (span: Span, what: string) =>
    error("TL410", span, `This ${what} has no instructions.`, {
      found: `an empty ${what}`,
      expected: "at least one `each` or `sweep`",
      hint: "`each { ... }` runs its body in every cell",
    }),

  aroundOutside: (span: Span, word: string) =>
    error("TL411", span, `\`${word}\` stands for several neighbours at once.`, {
      found: `\`${word}\` outside of \`count\``,
      expected: "one neighbour, such as `up`",
      hint: `count over them: \`count(${word}.f)\``,
    }),

  nothingCounted: (span: Span, text: string) =>
    error("TL412", span, "`count` needs to know which neighbours to count.", {
      found: `\`${text}\``,
      expected: "a bit of `around` (8 neighbours) or `beside` (4 neighbours)",
      hint: "for example `count(around.f)` or `count(beside.f == 2)`",
    }),

  countedTwice: (span: Span) =>
    error("TL413", span, "`count` goes over one set of neighbours only.", {
      found: "both `around` and `beside`",
      expected: "one of them",
    }),

  /** An `if` between instructions that does not ask the whole grid. */
  wantsQuantifier: (span: Span) =>
    error("TL414", span, "Between instructions, `if` asks the whole grid.", {
      found: "a condition that each cell answers for itself",
      expected: "`any(...)` or `all(...)`",
      hint: "write `if any(e) { }`, or put the `if` inside `each { }`",
    }),
};
