// Lays the tables of machines out: their columns stand below one another.

import type { Piece } from "./pieces.ts";

/** A line of a table, laid out: its number among all lines, and its cells; what stands behind them is a comment. */
export interface TableLine {
  readonly at: number;
  readonly cells: readonly string[];
  readonly comment: Piece | null;
}

const MOVES = ["up", "down", "left", "right", "stay"];

/** The cells of a line in a machine, its name first; null if it is no line of a table, or not the whole of one. */
export function cellsOf(parts: readonly Piece[]): Pick<TableLine, "cells" | "comment"> | null {
  const last = parts.at(-1)!;
  const comment = last.kind === "comment" ? last : null;
  const texts = parts.slice(0, comment === null ? undefined : -1).map(({ text }) => text);
  if (parts.slice(0, texts.length).some(({ kind }) => kind === "comment")) return null;
  const isRow = texts[1] === ":";
  if (!isRow && (texts[0] !== "symbols" || texts.includes("->"))) return null;
  const cells = [isRow ? `${texts[0]}:` : "symbols"];
  for (let at = isRow ? 2 : 1; at < texts.length; ) {
    const signed = texts[at] === "-" ? 1 : 0;
    const isRule = isRow && MOVES.includes(texts[at + signed + 1] ?? "");
    if (isRow && !isRule && texts[at] !== "none") return null;
    const symbol = texts.slice(at, at + signed + 1).join("");
    const rest = isRule ? texts.slice(at + signed + 1, at + signed + 3) : [];
    cells.push([symbol, ...rest].join(" "));
    at += signed + 1 + rest.length;
  }
  return { cells, comment };
}

/** The texts of table lines that follow one another, with cells of equal widths. */
export function alignCells(table: readonly TableLine[]): string[] {
  const widths: number[] = [];
  for (const { cells } of table)
    for (const [at, { length }] of cells.entries()) widths[at] = Math.max(widths[at] ?? 0, length);
  return table.map(({ cells }) =>
    cells
      .map((cell, at) => cell.padEnd(widths[at]!))
      .join("  ")
      .trimEnd(),
  );
}
