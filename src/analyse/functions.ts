// Which functions call themselves, directly or through others.

import type { AstExpression, AstFunction } from "../parse/ast.ts";
import { partsWithin } from "./calls.ts";

function callees(ast: AstExpression): readonly string[] {
  return [...partsWithin(ast)].flatMap((part) => (part.tag === "call" ? [part.callee.text] : []));
}

/** Every cycle of calls once, as a path that ends where it began; cycles through known ones are left out. */
export function recursiveFunctions(
  functions: ReadonlyMap<string, AstFunction>,
): readonly (readonly string[])[] {
  const cycles: (readonly string[])[] = [];
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    const start = path.indexOf(name);
    if (start >= 0) {
      cycles.push([...path.slice(start), name]);
      return;
    }
    const fn = functions.get(name);
    if (!fn || done.has(name)) return;
    for (const callee of new Set(callees(fn.body))) visit(callee, [...path, name]);
    done.add(name);
  };
  for (const name of functions.keys()) visit(name, []);
  return cycles;
}
