// Whether the first row of a table is a header. The user can say so; otherwise the columns are asked. For a column whose
// first cell is not missing:
//
//   the cell comes again below, or is the opposite of what does        the row is data
//   a word above two or more numbers, or words for yes and no          it is a header (strong)
//   a word above two other words, or one number                        it is likely a header
//   a word or a number above one other word                            it can be either
//   a number or sign that does not come again, or nothing              says nothing
//
// Strong columns decide; with others against them there is a warning. A number that comes again is no name: with columns
// that can be either there is a warning, too, and so with a number beside names that are only likely. Other columns that
// disagree, or that all can be either, are refused. Names that count the columns from 0 or 1 are a header unless they come
// again.
//
// With the columns of the training data known, the first row is a header if it has their names, and data if it has
// their values.

import { InputError } from "../../diagnostics/diagnostic.ts";
import type { CutRow } from "../../grid/delimited.ts";
import { areOpposites, canonical, isMissing, isNumber, isPlainValue } from "./table-values.ts";

/** What is known of the columns beforehand. */
export interface Known {
  readonly columns: readonly {
    readonly name: string;
    readonly negative: string | null;
    readonly positive: string | null;
    /** Where there are more than two: which. Of a label of which one value counts, others may be anything. */
    readonly values?: readonly string[] | "numbers" | "any";
  }[];
  readonly label: number;
  readonly named: boolean;
}

interface Text {
  readonly rows: readonly CutRow[];
  readonly file: string;
  readonly decimalComma: boolean;
}

interface Verdict {
  readonly isHeader: boolean;
  readonly warnings: readonly string[];
}

const verdict = (isHeader: boolean, ...warnings: readonly string[]): Verdict => ({ isHeader, warnings });

const ASK = "say --header or --no-header";

/**
 * Decides whether the first row is a header.
 * @param asked what the user says
 * @throws InputError if that is not clear
 */
export function findHeader(text: Text, known: Known | undefined, asked: boolean | undefined): Verdict {
  if (asked !== undefined) return verdict(asked);
  return known === undefined ? byEvidence(text) : byKnown(text, known);
}

interface Evidence {
  readonly kind: "data" | "strong" | "likely" | "either" | "none";
  readonly cell: string;
  readonly isNumber: boolean;
}

const isWord = (value: string): boolean => /\p{L}/u.test(value);

function evidenceOf({ rows, decimalComma }: Text, at: number): Evidence {
  const [first, ...rest] = rows;
  const cell = first!.cells[at]!;
  const value = canonical(cell, decimalComma);
  const below = new Set<string>();
  for (const { cells } of rest) {
    if (!isMissing(cells[at]!)) below.add(canonical(cells[at]!, decimalComma));
    // More values than two say no more.
    if (below.size > 2 && below.has(value)) break;
  }
  const of = (kind: Evidence["kind"]): Evidence => ({ kind, cell, isNumber: isNumber(value) });
  if (isMissing(cell) || below.size === 0) return of("none");
  if (below.has(value)) return of("data");
  if (below.size === 1 && areOpposites(value, [...below][0]!)) return of("data");
  if (!isWord(value)) return of(below.size === 1 && [...below].every(isWord) ? "either" : "none");
  const isAbovePlain = [...below].every(isPlainValue);
  if (below.size > 1) return of(isAbovePlain ? "strong" : "likely");
  return of(isAbovePlain ? "likely" : "either");
}

function byEvidence(text: Text): Verdict {
  const { rows, file } = text;
  const cells = rows[0]!.cells;
  if (rows.length === 1) return verdict(!cells.some((cell) => isNumber(canonical(cell, text.decimalComma))));
  const evidence = cells.map((_, at) => evidenceOf(text, at));
  const of = (kind: Evidence["kind"]) => evidence.filter((each) => each.kind === kind);
  if (countsColumns(evidence)) return verdict(true, countingWarning(text));
  const numbers = evidence.filter((each) => each.isNumber);
  const areNames = countPlaces(evidence);
  if (of("strong").length > 0)
    return verdict(true, ...againstWarning(text, areNames ? of("data").filter(isNoNumber) : of("data")));
  // 0 and 1 count the first columns, and may be values as well, unless 2 follows that is none.
  const isCertain = areNames && numbers.length > 1 && numbers.some(({ kind }) => kind !== "data");
  const against = of("data").filter((each) => !isCertain || isNoNumber(each));
  if (of("likely").length > 0 && against.length === 0)
    return verdict(true, ...numberWarning(text, isCertain ? [] : numbers));
  const [odd] = [...of("likely"), ...of("either")];
  if (odd === undefined) return verdict(false);
  if (of("likely").length === 0 && of("data").some((each) => each.isNumber))
    return verdict(false, exampleWarning(text, odd));
  throw new InputError(
    `${file}, line ${rows[0]!.line}: found ${shown(cells)}, which could be a header or an example` +
      (against.length > 0
        ? ` ("${against[0]!.cell}" is a value further down, "${odd.cell}" is not)`
        : " (all are words, as those below are)") +
      `; ${ASK}`,
  );
}

/** Data frames without names number their columns, from 0 or 1. */
function countsColumns(evidence: readonly Evidence[]): boolean {
  if (evidence.length < 3) return false;
  const counts = (from: number) => evidence.every(({ cell }, at) => cell === String(at + from));
  if (!counts(0) && !counts(1)) return false;
  return evidence.every(({ kind, cell }) => kind !== "data" || cell === "0" || cell === "1");
}

const isNoNumber = ({ isNumber: is }: Evidence): boolean => !is;

/** Tells whether all numbers are those of their columns, from 0 or 1. */
const countPlaces = (evidence: readonly Evidence[]): boolean =>
  [0, 1].some((from) => evidence.every((each, at) => !each.isNumber || each.cell === String(at + from)));

const countingWarning = ({ rows, file }: Text): string =>
  `${file}, line ${rows[0]!.line}: ${shown(rows[0]!.cells)} count the columns and are taken for a header; ` +
  "say --no-header if they are an example";

const againstWarning = ({ rows, file }: Text, against: readonly Evidence[]): string[] =>
  against.length === 0
    ? []
    : [
        `${file}, line ${rows[0]!.line}: ${shown(rows[0]!.cells)} is taken for a header, although "${against[0]!.cell}" is ` +
          "also a value of its column; say --no-header if it is an example",
      ];

const numberWarning = ({ rows, file }: Text, [number]: readonly Evidence[]): string[] =>
  number === undefined
    ? []
    : [
        `${file}, line ${rows[0]!.line}: ${shown(rows[0]!.cells)} is taken for a header, although "${number.cell}" is a ` +
          "number; say --no-header if it is an example",
      ];

const exampleWarning = ({ rows, file }: Text, odd: Evidence): string =>
  `${file}, line ${rows[0]!.line}: ${shown(rows[0]!.cells)} is taken for an example, although "${odd.cell}" does not come ` +
  "again in its column; say --header if it is a header";

function shown(cells: readonly string[]): string {
  const text = cells.slice(0, 8).join(", ");
  return cells.length > 8 ? `${text}, ...` : text;
}

function byKnown(text: Text, known: Known): Verdict {
  const cells = text.rows[0]!.cells;
  const share = shareOfValues(text, known);
  const names = known.columns.flatMap(({ name }, at) => (at === known.label ? [] : [name]));
  const found = known.named ? names.filter((name) => cells.includes(name)).length : 0;
  const unclear = (why: string) =>
    new InputError(`${text.file}, line ${text.rows[0]!.line}: found ${shown(cells)}, ${why}; ${ASK}`);
  if (found === names.length && share !== 1) return verdict(true);
  const label = share === null ? null : labelFits(text, known);
  if (share === 1 && found === names.length) throw unclear("which are names of columns and values too");
  if (share === 1 && label === false)
    throw unclear(
      "whose features are values of the training data, and whose label is none, unlike those below",
    );
  if (share === 1) return verdict(false);
  if (found > 0) return verdict(true);
  if (text.rows.length === 1) return verdict(false);
  if (share === null) return byEvidence(text);
  if (share < 0.5 && (share > 0 || label === true))
    throw unclear("some of which are values of the training data, and most are not");
  return verdict(share < 0.5);
}

/** Tells whether the first row's label is one of the training data's, as all labels below are; null where that says nothing. */
function labelFits({ rows, decimalComma }: Text, { columns, label }: Known): boolean | null {
  const own = columns[label]!;
  if (own.values === "any") return null;
  const fits = rows.map(({ cells }) =>
    cells.length === columns.length && !isMissing(cells[label]!)
      ? isValueOf(own, canonical(cells[label]!, decimalComma))
      : null,
  );
  return fits.slice(1).every((each) => each === true) ? fits[0]! : null;
}

/** Returns how many of the first row's features are values of their columns; null if there are other columns. */
function shareOfValues({ rows, decimalComma }: Text, { columns, label }: Known): number | null {
  const cells = rows[0]!.cells;
  const features = columns.filter((_, at) => at !== label);
  const used =
    cells.length === columns.length
      ? cells.filter((_, at) => at !== label)
      : cells.length === features.length
        ? cells
        : null;
  if (used === null) return null;
  const fits = used.filter(
    (cell, at) => isMissing(cell) || isValueOf(features[at]!, canonical(cell, decimalComma)),
  );
  return fits.length / used.length;
}

function isValueOf({ negative, positive, values }: Known["columns"][number], value: string): boolean {
  if (value === negative || value === positive) return true;
  if (values === "numbers") return isNumber(value);
  if (values !== undefined) return values === "any" || values.includes(value);
  return (negative === null || positive === null) && areOpposites(value, (negative ?? positive)!);
}
