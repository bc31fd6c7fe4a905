// Messages about sketches, programs with holes (TL8xx).

import { error, type Span } from "../../../diagnostics/diagnostic.ts";
import type { Name } from "../../parse/ast.ts";
import type { Hole } from "../checked.ts";

export const aboutHoles = {
  unfilled: (holes: readonly Hole[]) => {
    const names = holes.map(({ name }) => `\`${name}\``).join(", ");
    return error("TL801", holes[0]!.span, "This program has holes: it is a sketch, and cannot run yet.", {
      found: `${holes.length === 1 ? "the hole" : "the holes"} ${names}`,
      expected: "a program without holes",
      hint: "give a file that says what stands in each hole with `--fill FILE`",
    });
  },

  largeHole: (span: Span, entries: number, most: number) =>
    error("TL802", span, "This hole has too many entries.", {
      found: `${entries} combinations of what its arguments can be`,
      expected: `at most ${most}`,
      hint: "give it fewer arguments, or conditions such as `n > 3` instead of numbers",
    }),

  differingRanges: (span: Span) =>
    error("TL803", span, "This hole sees values of different ranges in different places.", {
      found: "a `?(...)` that is written out several times",
      expected: "the same ranges everywhere",
      hint: "declare it, with types: `hole f(n: 0..7): bit`",
    }),

  wrongArgument: (span: Span, hole: Name, found: string, expected: string) =>
    error("TL804", span, `This argument of \`${hole.text}\` has another type than its parameter.`, {
      found,
      expected,
    }),
};
