// What a unit detects, in the program's names.

import { DIRECTIONS } from "../../../grid/direction.ts";
import type { Bool } from "../../../logic/bdd.ts";
import type { Variables } from "../../../logic/variables.ts";
import { distanceFrom, type Named } from "../phrases.ts";
import type { Functions } from "./functions.ts";
import type { Form, Gates } from "./gates.ts";

/** Longer lists of cases help nobody. */
const MOST_CASES = 4;

/** Says what a gate detects: the function it was made for, or the sum it measures. */
export function describeGate(gates: Gates, id: number, functions: Functions): string {
  const { meaning, level, input } = gates.gate(id);
  if (meaning !== null) return describeFunction(meaning, functions);
  const named: Named[] =
    level === 1
      ? counted(input, functions.variables)
      : input.terms.map((term, at) => ({
          name: describeGate(gates, term, functions),
          weight: input.weights[at]!,
        }));
  return distanceFrom(named, input.constant);
}

/** The terms of a first-layer unit, equal weights on all neighbours taken together as a count. */
function counted({ terms, weights }: Form, variables: Variables): Named[] {
  const groups = new Map<string, number[]>();
  for (const [at, term] of terms.entries()) {
    const variable = variables.variable(term);
    if (variable.tag !== "literal" || variable.place === "here") continue;
    const key = `${variable.channel} ${weights[at]}`;
    groups.set(key, [...(groups.get(key) ?? []), term]);
  }
  const whole = [...groups.values()].filter((group) => group.length === DIRECTIONS.length);
  const counts = whole.map((group): Named => {
    const name = variables.name(group[0]!).replace(/^\w+\./, "");
    return { name: `count(around.${name})`, weight: weights[terms.indexOf(group[0]!)]! };
  });
  const named = terms.map((term, at) => ({ term, name: variables.name(term), weight: weights[at]! }));
  return [...counts, ...named.filter(({ term }) => !whole.some((group) => group.includes(term)))];
}

/** A Boolean function in words: `todo and not up.busy`, `(a and b) or (not a and c)`. */
function describeFunction(f: Bool, functions: Functions): string {
  if (f < 2) return f === 1 ? "always" : "never";
  const { bdd } = functions.variables;
  const factors = functions.factors(f);
  if (factors.length > 1) return factors.map((factor) => part(factor, functions)).join(" and ");
  const alternatives = functions.factors(bdd.not(f)).map((factor) => bdd.not(factor));
  if (alternatives.length > 1) return alternatives.map((each) => part(each, functions)).join(" or ");
  return describeCases(f, functions.variables);
}

function part(f: Bool, functions: Functions): string {
  const text = describeFunction(f, functions);
  return / (and|or|of) /.test(text) ? `(${text})` : text;
}

/** The paths of the diagram, or at least the names where there are too many. */
function describeCases(f: Bool, variables: Variables): string {
  const { bdd } = variables;
  if (bdd.pathCount(f) > MOST_CASES) {
    const names = bdd.support(f).map((variable) => variables.name(variable));
    return `a function of ${names.join(", ")}`;
  }
  const cubes = bdd
    .paths(f)
    .map((path) =>
      path.map(({ variable, value }) => (value === 1 ? "" : "not ") + variables.name(variable)).join(" and "),
    );
  return cubes.length === 1 ? cubes[0]! : cubes.map((cube) => `(${cube})`).join(" or ");
}
