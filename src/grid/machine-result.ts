// What the run of a Turing machine says at its end.

import { firstValue, type Grid } from "./grid.ts";
import type { GridField } from "./layers.ts";
import type { InputRules } from "./prepare.ts";
import { showSymbol } from "./symbols.ts";

/** `accept` or `reject`, where the state in which the head halts says so; else what stands on the tape. */
export interface MachineResult {
  readonly kind: "accept" | "reject" | "tape";
  /** The state in which the head has halted. */
  readonly state: string;
  /** The symbols from the first that is not blank to the last, without spaces if each is one character; rows are lines. */
  readonly tape: string;
}

interface Machine extends InputRules {
  readonly fields: readonly (GridField & { readonly role: string; readonly initial?: number })[];
}

/**
 * The result of a machine's run: that of the head that is left on the grid. Null while it runs, where it has left the grid, where
 * there are several, and for programs that are no machines.
 */
export function machineResult(
  { fields, machine }: Machine,
  { planes, rows, cols }: Grid,
): MachineResult | null {
  const head = fields.find(({ name }) => name === "head");
  if (machine === undefined || head?.type.kind !== "enum" || planes.head === undefined) return null;
  const [only, ...more] = [...planes.head].filter((state) => state !== 0);
  if (only === undefined || more.length > 0) return null;
  const state = head.type.names[only]!;
  if (!machine.halt.includes(state)) return null;
  const kind = machine.accept.includes(state) ? "accept" : machine.reject.includes(state) ? "reject" : "tape";
  const tape = fields.find(({ name }) => name === machine.tape)!;
  const blank = tape.role === "input" ? firstValue(tape.type) : (tape.initial ?? firstValue(tape.type));
  const plane = planes[machine.tape]!;
  const lines = Array.from({ length: rows }, (_, row) => {
    const cells = [...plane.subarray(row * cols, (row + 1) * cols)];
    return {
      cells,
      from: cells.findIndex((cell) => cell !== blank),
      to: cells.findLastIndex((cell) => cell !== blank),
    };
  });
  const written = lines.filter(({ from }) => from >= 0);
  const from = Math.min(...written.map((line) => line.from));
  const to = Math.max(...written.map((line) => line.to));
  const shown = lines
    .slice(
      lines.findIndex((line) => line.from >= 0),
      lines.findLastIndex((line) => line.from >= 0) + 1,
    )
    .map(({ cells }) => cells.slice(from, to + 1).map((cell) => showSymbol(tape.type, cell)));
  const isWide = shown.some((symbols) => symbols.some((symbol) => [...symbol].length > 1));
  const text = shown.map((symbols) => symbols.join(isWide ? " " : "")).join("\n");
  return { kind, state, tape: written.length === 0 ? "" : text };
}
