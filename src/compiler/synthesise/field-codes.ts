// How fields are coded. Thermometers and one-hot codes make conditions cheap, and cost a channel a value; bits cost few
// channels and a chain of layers to write; one number costs nothing, but is no zero or one, so that only engines with exact
// sums run it. So: the usual codes up to some 16 values, bits above, whichever is smaller in between, and numbers where
// they are asked for or nothing else is exact.

import { shownNames } from "../../diagnostics/count.ts";
import { InputError } from "../../diagnostics/diagnostic.ts";
import { nearestName } from "../../diagnostics/suggest.ts";
import { bounds } from "../../grid/grid.ts";
import { type Codes, usualCode } from "../../logic/channels.ts";
import { leaves } from "../../logic/expression.ts";
import type { CodeKind, NetworkField } from "../../network/network.ts";
import type { Rule } from "../schedule/rule.ts";
import { originalName } from "../schedule/shadows.ts";

export const CODE_WISHES = ["auto", "thermometer", "one-hot", "binary", "integer"] as const;
/** A code, or whichever is best. */
export type CodeWish = (typeof CODE_WISHES)[number];

/** Codes that are asked for: of some fields by name, and of all others as far as their types have them. */
export interface CodeWishes {
  readonly fields?: Readonly<Record<string, CodeWish>>;
  readonly others?: CodeWish;
}

/** The most values of ranges that are thermometers. */
export const FEW_VALUES = 16;
/** The most values of ranges that are tried as thermometers, too. */
const SEVERAL_VALUES = 64;
/** Each value of a thermometer is a channel. */
const MOST_STEPS = 4096;

/** Codes to choose from; the fallback is for programs of which none of the others is exact. */
export interface CodeChoice {
  readonly tried: readonly Codes[];
  readonly fallback: Codes | null;
}

/** @throws InputError where a field cannot have the code that is asked for */
export function codesFor(rule: Rule, wishes: CodeWishes = {}): CodeChoice {
  requireFields(rule, wishes);
  const made = (open: "usual" | "binary" | "integer"): Codes => {
    const codes = rule.fields.map((field) => [field.name, codeFor(rule, field, wishes, open)] as const);
    return new Map(codes.filter((each): each is [string, CodeKind] => each[1] !== null));
  };
  const [usual, binary, integer] = [made("usual"), made("binary"), made("integer")];
  const tried = isSame(usual, binary) ? [usual] : [usual, binary];
  return { tried, fallback: isSame(binary, integer) ? null : integer };
}

const isSame = (a: Codes, b: Codes): boolean =>
  a.size === b.size && [...a].every(([name, kind]) => b.get(name) === kind);

function requireFields({ fields }: Rule, { fields: wished = {} }: CodeWishes): void {
  const names = fields.filter(({ role }) => role !== "hidden").map(({ name }) => name);
  const unknown = Object.keys(wished).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const nearest = nearestName(unknown, names);
  throw new InputError(
    `--codes ${unknown}=${wished[unknown]}: the program has no field ${unknown}, expected ${shownNames(names)}` +
      (nearest === null ? "" : `; did you mean ${nearest}?`),
  );
}

/** Null for the usual code. */
function codeFor(
  rule: Rule,
  field: NetworkField,
  wishes: CodeWishes,
  open: "usual" | "binary" | "integer",
): CodeKind | null {
  const { type } = field;
  const { lo, hi } = bounds(type);
  const name = field.role === "hidden" ? originalName(field.name) : field.name;
  // Of the compiler's own fields, counters are coded like others; whether cells are done is asked of the rest by name.
  if (name === null && type.kind !== "range") return null;
  const asked = name === null ? undefined : wishes.fields?.[name];
  const wish = asked ?? wishes.others ?? "auto";
  if (!CODE_WISHES.includes(wish))
    throw new InputError(`found the code ${wish} for ${name}, expected ${CODE_WISHES.join(", ")}`);
  const usual = usualCode(type);
  if (asked !== undefined && asked !== "auto" && !possible(field).includes(asked))
    throw new InputError(
      `--codes ${name}=${asked}: ${name} is ${type.kind === "bit" ? "a bit" : `${type.kind === "enum" ? "an enum" : "a range"}`}, ` +
        `which can be ${possible(field).join(" or ")}`,
    );
  if (usual === "bit" || lo === hi) return null;
  const isFree = wish === "auto" || !possible(field).includes(wish);
  if (isFree) return autoCode(rule, field, open);
  if (wish === usual) {
    if (usual === "thermometer" && hi - lo >= MOST_STEPS && name === null) return "binary";
    if (usual === "thermometer" && hi - lo >= MOST_STEPS)
      throw new InputError(
        `${name} has ${hi - lo + 1} values, but a thermometer has at most ${MOST_STEPS}; code it as binary or integer`,
      );
    return null;
  }
  if (wish !== "integer" || !decidesStop(rule, field)) return wish as CodeKind;
  if (asked === undefined) return "binary";
  throw new InputError(
    `--codes ${name}=integer: ${name} decides when a cell has halted, so that its channels must be 0 or 1; ` +
      "code it as binary",
  );
}

function possible({ type }: NetworkField): readonly CodeKind[] {
  const usual = usualCode(type);
  return usual === "bit" ? [usual] : [usual, "binary", "integer"];
}

function autoCode(rule: Rule, field: NetworkField, open: "usual" | "binary" | "integer"): CodeKind | null {
  const { lo, hi } = bounds(field.type);
  const values = hi - lo + 1;
  if (field.type.kind === "enum" || values <= FEW_VALUES) return null;
  if (open === "integer" && !decidesStop(rule, field)) return "integer";
  return open === "usual" && values <= SEVERAL_VALUES ? null : "binary";
}

/** Tells whether the field is read to see if a cell has halted: by names of channels that are 0 or 1. */
function decidesStop({ stop }: Rule, { name }: NetworkField): boolean {
  return (
    stop.kind === "halted" && leaves([stop.when]).some((leaf) => leaf.tag === "read" && leaf.field === name)
  );
}
