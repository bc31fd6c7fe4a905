// Tokens in grids that callers bring: of some fields at most one cell may hold another value than the first, because a
// network is right only then. Programs run with any number of them.

import { InputError } from "../diagnostics/diagnostic.ts";
import { firstValue, type Shape } from "./grid.ts";
import type { GridField } from "./layers.ts";

/** Tells whether at most one cell of a field has another value than the first before the first step, whatever the input. */
export function startsAlone(
  { places = [] }: { readonly places?: readonly { readonly field: string; readonly value: number }[] },
  { name, role, type, initial }: GridField & { readonly role: string; readonly initial: number },
): boolean {
  const first = firstValue(type);
  const placed = places.filter(({ field, value }) => field === name && value !== first);
  return role !== "input" && initial === first && placed.length <= 1;
}

/** Returns what is said of a network with such fields, one sentence a field, without a full stop. */
export function showTokens({
  fields,
  tokens = [],
}: {
  readonly fields: readonly GridField[];
  readonly tokens?: readonly string[];
}): string[] {
  return tokens.map((token) => `at most one cell may have ${token} other than ${firstOf(fields, token)}`);
}

const firstOf = (fields: readonly GridField[], token: string): string =>
  nameOfFirst(fields.find(({ name }) => name === token)!);

const nameOfFirst = ({ type }: GridField): string =>
  type.kind === "enum" ? type.names[0]! : String(firstValue(type));

/**
 * Refuses a grid of which several cells hold a token; `isHolder` tells by their number in reading order.
 * @throws InputError that names the first two
 */
export function requireAlone(
  field: GridField,
  { rows, cols }: Shape,
  isHolder: (cell: number) => boolean,
): void {
  const found: number[] = [];
  let count = 0;
  for (let cell = 0; cell < rows * cols; cell++) if (isHolder(cell) && ++count <= 2) found.push(cell);
  if (count <= 1) return;
  const [one, other] = found.map((cell) => `row ${Math.floor(cell / cols) + 1}, column ${(cell % cols) + 1}`);
  throw new InputError(
    `field ${field.name}: found ${count} cells with another value than ${nameOfFirst(field)}, such as ` +
      `${one}, and ${other}, expected at most one, since the network is right only then; give one, or compile the ` +
      "program with --no-tokens (`tokens: false`), which makes a network for any number",
  );
}
