// Warnings (TL5xx): the program means something, but perhaps not what its author thinks.

import { type Span, warning } from "../../../diagnostics/diagnostic.ts";
import type { Name } from "../../parse/ast.ts";

export const aboutDoubts = {
  unusedLet: (name: Name) =>
    warning("TL501", name.span, `\`${name.text}\` is never used.`, {
      hint: "remove the `let`",
    }),

  neverRead: (name: string, role: string, span: Span) =>
    warning("TL502", span, `The field \`${name}\` is never read.`, {
      hint: role === "state" ? "remove it, or make it an `output`" : "remove it",
    }),

  neverEnds: (span: Span) =>
    warning("TL503", span, "This loop never ends by itself: a run takes as many steps as are asked for.", {
      hint: "add `halt when ...` or `break when ...`; or write `loop forever`, if that is what it should do",
    }),

  neverReached: (span: Span, loop: Span) =>
    warning("TL504", span, "This instruction is never reached.", {
      found: "an instruction after a loop without `break`",
      hint: "give the loop a `break when ...`, or remove what follows it",
      related: [{ span: loop, message: "nothing leaves this loop" }],
    }),

  constantCondition: (span: Span, value: boolean) =>
    warning("TL505", span, `This condition is always ${value}.`, {
      found: `a condition that can only be ${value}`,
      hint: "compare the ranges of its operands, or remove it",
    }),

  armNeverMatches: (span: Span, value: string) =>
    warning("TL506", span, `This arm never runs: the value cannot be ${value}.`, {
      hint: "remove the arm",
    }),

  elseNeverMatches: (span: Span) =>
    warning("TL506", span, "This arm never runs: the arms before cover every value.", {
      hint: "remove the arm",
    }),

  neverCalled: (name: Name) =>
    warning("TL507", name.span, `The function \`${name.text}\` is never called, so it was not checked.`, {
      hint: "remove it, or call it",
    }),

  unusedParam: (name: Name) =>
    warning("TL508", name.span, `The param \`${name.text}\` is never used.`, { hint: "remove it" }),
};
