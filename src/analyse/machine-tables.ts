// Tables of Turing machines as rules: one for each cell, with the symbol above it.

import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { AstMachine, AstMachineLine, AstMachineRow, AstMachineSymbols } from "../parse/ast.ts";
import { otherNumberOfCells, rowWithoutSymbols } from "./messages/machines.ts";
import { settingTwice } from "./messages/settings.ts";

type Report = (diagnostic: Diagnostic) => void;

/** The machine with a rule for every cell of its table. */
export function withoutTables(machine: AstMachine, report: Report): AstMachine {
  let symbols: AstMachineSymbols | null = null;
  const lines: AstMachineLine[] = [];
  for (const line of machine.lines) {
    if (line.tag === "symbols") {
      if (symbols !== null) report(settingTwice(line.span, "symbols", symbols.span));
      symbols = line;
    } else if (line.tag !== "row") lines.push(line);
    else if (symbols === null) report(rowWithoutSymbols(line.state));
    else lines.push(...rulesOf(line, symbols, report));
  }
  return { ...machine, lines };
}

function rulesOf(
  { state, cells, span }: AstMachineRow,
  { symbols, span: head }: AstMachineSymbols,
  report: Report,
): AstMachineLine[] {
  if (cells.length !== symbols.length)
    report(otherNumberOfCells(span, state.text, cells.length, symbols.length, head));
  return cells.flatMap((cell, at): AstMachineLine[] => {
    const symbol = symbols[at];
    return cell === null || symbol === undefined ? [] : [{ tag: "rule", state, symbol, ...cell }];
  });
}
