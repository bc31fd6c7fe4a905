// Small tables for the terminal: a label, then one or several values, without lines around them.

/** Rows with aligned columns, two spaces in and apart; a value may have several lines. */
export function showTable(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map((cell) => cell.split("\n")));
  const width = (column: number) =>
    Math.max(0, ...cells.flatMap((row) => (row[column] ?? []).map(({ length }) => length)));
  const widths = Array.from({ length: Math.max(0, ...cells.map(({ length }) => length)) }, (_, at) =>
    width(at),
  );
  const lines = cells.flatMap((row) =>
    Array.from({ length: Math.max(1, ...row.map(({ length }) => length)) }, (_, line) =>
      widths.map((width, column) => (row[column]?.[line] ?? "").padEnd(width)).join("  "),
    ),
  );
  return lines.map((line) => `${`  ${line}`.trimEnd()}\n`).join("");
}

/** A sentence in lines of at most `width` characters, each after the same indent. */
export function wrap(text: string, indent = "", width = 100): string {
  const lines = text.match(new RegExp(`\\S.{0,${width - indent.length - 1}}(?=\\s|$)|\\S+`, "g")) ?? [];
  return lines.map((line) => indent + line.trimEnd()).join("\n");
}
