// Labels by their places: of two values, +1 and -1; of more, the classes.

import {
  type DataFormat,
  examplesOf,
  placesOfColumns,
  queriesOf,
  refuseLabel,
  showLabel,
} from "./dataset.ts";
import type { DataTable } from "./delimited-tables.ts";
import type { LabelClasses, LabelledRow } from "./label-classes.ts";
import { canonical } from "./table-values.ts";

/** The labels of a format, by their places, as the training data write them. */
export const labelNames = (format: DataFormat): readonly string[] =>
  format.classes?.values.map((value) => format.written?.[value] ?? value) ?? [
    showLabel(format, 1),
    showLabel(format, -1),
  ];

/** Tells which learners a format needs, and how they decide: one, where the label has two values. */
export const learnersOf = ({ classes }: DataFormat): Pick<LabelClasses, "rows" | "splits"> =>
  classes ?? { rows: [1, 1], splits: [[0]] };

/**
 * The rows of a table.
 * @throws InputError as `examplesOf` does
 */
export function labelledRows(table: DataTable, format: DataFormat): LabelledRow[] {
  const { classes, label } = format;
  if (classes === undefined)
    return examplesOf(table, format).map(({ features, label: sign }) => ({
      features,
      label: sign === 1 ? 0 : 1,
    }));
  const at = placesOfColumns(table, format, true)[label]!;
  return queriesOf(table, format).map((features, row) => {
    const { cells, line } = table.rows[row]!;
    const place = classes.values.indexOf(canonical(cells[at]!, table.dialect.decimalComma));
    if (place < 0) throw refuseLabel(table, { cells, line }, at, classes.values);
    return { features, label: place };
  });
}
