// What is worth knowing of a format before it is used: columns and values that may be meant otherwise, and why a value of the
// label is the positive one.

import { type Column, type DataFormat, type FormatOptions, oneOf, showLabel } from "./dataset.ts";
import type { DataTable } from "./delimited-tables.ts";
import type { LabelClasses } from "./label-classes.ts";
import { areAlike, isSigned, orderOf } from "./table-values.ts";

/** Remarks on how a table is read, a sentence each. */
export function remarksOn(table: DataTable, format: DataFormat, options: FormatOptions = {}): string[] {
  const { columns, label, classes } = format;
  return [
    ...(options.label === undefined ? otherLabelRemark(table, format) : []),
    ...columns.flatMap((column) => alikeRemark(table.file, column)),
    ...(classes === undefined
      ? labelRemark(table, format, options)
      : classRemarks(table.file, columns[label]!.name, classes)),
  ];
}

/** Names of columns that say that they are the label. */
const LABEL_NAMES: ReadonlySet<string> = new Set(
  "label labels class classes target targets outcome y".split(" "),
);

/** A warning where the last column is taken for the label, and another is called so. */
function otherLabelRemark({ file }: DataTable, { columns, label, named, encoded }: DataFormat): string[] {
  const names = (encoded?.columns ?? columns).map(({ name }) => name);
  const taken = names[encoded?.label ?? label]!;
  const called = names.filter((name) => LABEL_NAMES.has(name.toLowerCase()));
  const [other] = called;
  if (!named || other === undefined || called.includes(taken)) return [];
  return [
    `warning: ${file}: the last column, ${taken}, is taken for the label, and ${other} for a feature; say --label ${other} ` +
      `if that is the label, or --label ${taken} if all is well`,
  ];
}

const alikeRemark = (file: string, { name, negative, positive }: Column): string[] =>
  negative !== null && positive !== null ? alikeValues(file, name, negative, positive, "opposites") : [];

const alikeValues = (file: string, name: string, one: string, other: string, as: string): string[] =>
  areAlike(one, other)
    ? [
        `warning: ${file}, column ${name}: found "${one}" and "${other}", which usually mean the same, but are taken for ` +
          `${as}; write them in one way if they are not`,
      ]
    : [];

/** Why a label's value is the positive one, where that is not told by the value itself. */
function labelRemark({ file }: DataTable, format: DataFormat, { positive }: FormatOptions): string[] {
  const { negative, positive: yes, name } = format.columns[format.label]!;
  if (negative === null || yes === null) {
    const value = negative ?? yes!;
    return [
      `warning: ${file}: all rows have the label ${format.written?.[value] ?? value}, so there is nothing to tell apart in ` +
        `column ${name}; it is taken for ${negative === null ? "+1" : "-1"}`,
    ];
  }
  if (positive !== undefined) return [];
  const [no, pos] = [showLabel(format, -1), showLabel(format, 1)];
  if (oneOf(format) === -1)
    return [
      `all columns are -1 or +1, as in the paper: -1 is the bit 1, also for the label ${name}; --positive ${pos} makes ` +
        `the label's ${pos} the bit 1`,
    ];
  const { reason } = orderOf(negative, yes);
  const why = isSigned([negative, yes])
    ? `-1 or +1 beside features that are not, so ${pos} is the bit 1, unlike in data that are all -1 or +1`
    : reason === "number"
      ? "neither value is known to be positive, so the larger number is +1"
      : reason === "alphabet"
        ? "neither value is known to be positive, so the later in the alphabet is +1"
        : null;
  return why === null ? [] : [`label ${name}: ${why}; --positive ${no} turns it round`];
}

function classRemarks(file: string, name: string, { values, rows }: LabelClasses): string[] {
  const rare = values.filter((_, at) => rows[at] === 1);
  const [labels, come] = rare.length === 1 ? ["label", "comes"] : ["labels", "come"];
  return [
    ...values.flatMap((one, at) =>
      values.slice(at + 1).flatMap((other) => alikeValues(file, name, one, other, "two labels")),
    ),
    ...(rare.length === 0
      ? []
      : [
          `warning: ${file}, column ${name}: the ${labels} ${rare.join(", ")} ${come} in one row only; correct the row if ` +
            "that is a mistake",
        ]),
  ];
}
