// Messages about names (TL2xx).

import { plural, shownNames } from "../../../diagnostics/count.ts";
import { didYouMean, error, type Span } from "../../../diagnostics/diagnostic.ts";
import { nearestName } from "../../../diagnostics/suggest.ts";
import type { Name } from "../../parse/ast.ts";

export const aboutNames = {
  /** `expected`: what could stand there, in words. */
  unknownName: (name: Name, known: Iterable<string>, expected: string) =>
    error("TL201", name.span, `The name \`${name.text}\` is unknown.`, {
      found: `\`${name.text}\``,
      expected,
      ...didYouMean(nearestName(name.text, known)),
    }),

  unknownField: (name: Name, known: Iterable<string>) => {
    const fields = [...known];
    const nearest = nearestName(name.text, fields);
    const all = `the fields are ${shownNames(fields.map((field) => `\`${field}\``))}`;
    return error("TL201", name.span, `There is no field called \`${name.text}\`.`, {
      found: `\`${name.text}\``,
      expected: "a declared field",
      ...(nearest === null && fields.length > 0 && fields.length <= 12 ? { hint: all } : didYouMean(nearest)),
    });
  },

  duplicate: (name: Name, what: string, earlier: Span) =>
    error("TL202", name.span, `\`${name.text}\` is declared twice.`, {
      found: `${what} \`${name.text}\``,
      expected: "a name that is still free",
      hint: "rename one of the two",
      related: [{ span: earlier, message: `\`${name.text}\` is declared here first` }],
    }),

  taken: (name: Name, by: string) =>
    error("TL202", name.span, `\`${name.text}\` is ${by} already.`, {
      found: `a second meaning of \`${name.text}\``,
      expected: "a name that is still free",
      hint: "choose another name",
    }),

  builtIn: (name: Name) =>
    error("TL203", name.span, `\`${name.text}\` is a function of the language.`, {
      found: `a function called \`${name.text}\``,
      expected: "a name that is still free",
      hint: "choose another name",
    }),

  unknownPlace: (place: Name, meant: string | null) =>
    error("TL204", place.span, `\`${place.text}\` is not a neighbour.`, {
      found: `\`${place.text}\` before a dot`,
      expected: "up, down, left, right, upleft, upright, downleft or downright",
      ...didYouMean(meant),
    }),

  unknownSide: (side: Name, hint: string | null) =>
    error("TL205", side.span, `\`${side.text}\` is not a side of the grid.`, {
      found: `\`${side.text}\``,
      expected: "top, bottom, left or right",
      ...didYouMean(hint),
    }),

  predictTwice: (span: Span, earlier: Span) =>
    error("TL206", span, "A program predicts one field only.", {
      found: "a second `predict`",
      expected: "at most one `predict`",
      related: [{ span: earlier, message: "the first `predict` is here" }],
    }),

  notAssignable: (name: Name, what: string, declared: Span | null) =>
    error("TL207", name.span, `\`${name.text}\` is ${what}, and only fields can be assigned.`, {
      found: what,
      expected: "a declared field",
      hint: `declare a field instead: \`state ${name.text}: bit\``,
      ...(declared === null
        ? {}
        : { related: [{ span: declared, message: `\`${name.text}\` is declared here` }] }),
    }),

  notAValue: (name: Name, what: string, hint: string) =>
    error("TL208", name.span, `\`${name.text}\` is ${what}, not a value.`, {
      found: what,
      expected: "a value",
      hint,
    }),

  recursion: (name: Name, cycle: readonly string[]) => {
    const path = cycle.map((each) => `\`${each}\``).join(" calls ");
    return error("TL209", name.span, `Functions cannot be recursive: ${path}.`, {
      found: "a function that calls itself",
      expected: "a function whose calls end",
      hint: "functions are inlined; repeat work over steps of a `loop` instead",
    });
  },

  /** `more`: what stands behind the number that is expected. */
  argumentCount: (callee: Name, found: number, wanted: number, more = "") => {
    const expected = `${plural(wanted, "argument")}${more}`;
    return error("TL210", callee.span, `\`${callee.text}\` takes ${expected}, not ${found}.`, {
      found: plural(found, "argument"),
      expected,
    });
  },

  unknownFunction: (callee: Name, known: Iterable<string>) =>
    error("TL211", callee.span, `There is no function called \`${callee.text}\`.`, {
      found: `\`${callee.text}(...)\``,
      expected: "count, min, max, abs or a declared `fn`",
      ...didYouMean(nearestName(callee.text, known)),
    }),

  ambiguousValue: (name: Name, types: readonly string[]) =>
    error("TL212", name.span, `\`${name.text}\` belongs to several enums.`, {
      found: `\`${name.text}\` of ${types.join(" or ")}`,
      expected: "a place that says which enum is meant",
      hint: "compare it with a field of that enum, or assign it to one",
    }),

  duplicateValue: (name: Name, earlier: Span) =>
    error("TL213", name.span, `\`${name.text}\` stands twice in this enum.`, {
      found: `a second \`${name.text}\``,
      expected: "different values",
      related: [{ span: earlier, message: "the first one is here" }],
    }),

  impureFunction: (span: Span, text: string, fn: string) =>
    error("TL214", span, `The function \`${fn}\` sees only its parameters, not the cell.`, {
      found: `\`${text}\``,
      expected: "a parameter of the function, a `param` or a constant",
      hint: `give \`${fn}\` one more parameter and pass \`${text}\` where it is called`,
    }),

  unknownParam: (span: Span, name: string, known: Iterable<string>) =>
    error("TL215", span, `The program has no param called \`${name}\`.`, {
      found: `a value for \`${name}\``,
      expected: [...known].map((each) => `\`${each}\``).join(", ") || "no values: the program has no params",
      ...didYouMean(nearestName(name, known)),
    }),
};
