// Small tables for the terminal: a label, then one or several values, without lines around them.

import Table from "cli-table3";

const BLANK = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "  ",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
} as const;

/** Rows with aligned columns, two spaces in. */
export function showTable(rows: readonly (readonly string[])[]): string {
  const table = new Table({
    chars: BLANK,
    style: { border: [], head: [], "padding-left": 0, "padding-right": 0 },
  });
  table.push(...rows.map((row) => [...row]));
  return `${table.toString().replace(/ +$/gm, "")}\n`;
}

/** A sentence in lines of at most `width` characters, each after the same indent. */
export function wrap(text: string, indent = "", width = 100): string {
  const lines = text.match(new RegExp(`\\S.{0,${width - indent.length - 1}}(?=\\s|$)|\\S+`, "g")) ?? [];
  return lines.map((line) => indent + line.trimEnd()).join("\n");
}

/** A number as people read it: `1,234,567`. */
export const showCount = (value: number): string => value.toLocaleString("en-US");

/** A number of things: `1 step`, `1,234 steps`. */
export const plural = (value: number, thing: string): string =>
  `${showCount(value)} ${thing}${value === 1 ? "" : "s"}`;
