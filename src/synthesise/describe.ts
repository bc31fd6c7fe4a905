// What a unit detects, in the program's names.

import type { Bool } from "../logic/bdd.ts";
import type { Variables } from "../logic/variables.ts";
import type { Form } from "./gates.ts";

/** Longer descriptions help nobody. */
const MOST_CASES = 6;

/** A Boolean function in words: `todo and not up.busy`, `(a and b) or (not a and c)`. */
export function describeFunction(f: Bool, variables: Variables): string {
  if (f < 2) return f === 1 ? "always" : "never";
  const paths = variables.bdd.paths(f);
  if (paths.length > MOST_CASES) return `a function of ${names(f, variables)}`;
  const cubes = paths.map((path) =>
    path.map(({ variable, value }) => (value === 1 ? "" : "not ") + variables.name(variable)).join(" and "),
  );
  return cubes.length === 1 ? cubes[0]! : cubes.map((cube) => `(${cube})`).join(" or ");
}

function names(f: Bool, variables: Variables): string {
  return variables.bdd
    .support(f)
    .map((variable) => variables.name(variable))
    .join(", ");
}

/** A linear form: `2 up.x - y + 1`. */
export function describeForm(form: Form, name: (term: number) => string): string {
  const parts = [...form.terms].map(([term, weight]) => {
    const factor = Math.abs(weight) === 1 ? "" : `${Math.abs(weight)} `;
    return `${weight < 0 ? "- " : "+ "}${factor}${name(term)}`;
  });
  if (form.constant !== 0 || parts.length === 0) {
    parts.push(`${form.constant < 0 ? "- " : "+ "}${Math.abs(form.constant)}`);
  }
  return parts.join(" ").replace(/^\+ /, "").replace(/^- /, "-");
}
