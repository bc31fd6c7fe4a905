// Semantic actions of grammars/alg.ohm for what a program declares: fields, functions, settings and machines.

import type { Node } from "ohm-js";
import type { AlgActionDict } from "../../../grammars/alg.ohm-bundle.js";
import type { MachineEnd, Name } from "./ast.ts";
import { type Ast, each, listed, nameOf, optional, spanOf } from "./nodes.ts";

export const declarationActions = (ast: Ast): AlgActionDict<unknown> => ({
  ...programActions(ast),
  ...settingActions(ast),
  ...machineActions(ast),
});

function programActions(ast: Ast): AlgActionDict<unknown> {
  return {
    Program: (_program, name, _open, items, _close) => ({
      tag: "program",
      name: nameOf(name),
      items: ast(items),
      comments: [],
    }),
    Items: (_start, items, _ends) => each(ast, items),
    ItemsAlone: (_start, items, _ends) => each(ast, items),
    Field: (role, names, _colon, type, _assign, initial) => ({
      tag: "field",
      role: role.sourceString,
      names: listed(nameOf, names),
      type: ast(type),
      initial: optional(ast, initial),
    }),
    Type_bit: (_bit) => ({ tag: "bit" }),
    Type_enum: (_enum, _open, values, _comma, _close) => ({ tag: "enum", values: listed(ast, values) }),
    Type_range: (lo, _dots, hi) => ({ tag: "range", lo: ast(lo), hi: ast(hi) }),
    EnumValue: (name, symbol) => ({ name: nameOf(name), symbol: optional(symbolOf, symbol) }),
    Predict: (_predict, field) => ({ tag: "predict", field: nameOf(field) }),
    Param: (_param, name, _assign, value) => ({ tag: "param", name: nameOf(name), value: ast(value) }),
    Hole: (_hole, name, _open, parameters, _close, _colon, type) => ({
      tag: "hole",
      name: nameOf(name),
      parameters: listed(ast, parameters),
      type: ast(type),
    }),
    HoleParameter: (name, _colon, type) => ({ name: nameOf(name), type: optional(ast, type) }),
    Function: (_fn, name, _open, parameters, _close, _assign, body) => ({
      tag: "fn",
      name: nameOf(name),
      parameters: listed(nameOf, parameters),
      body: ast(body),
    }),
  };
}

function settingActions(ast: Ast): AlgActionDict<unknown> {
  return {
    Ends: (_ends, _when, condition) => ({ tag: "ends", condition: ast(condition) }),
    Steps: (_steps, _atMost, most) => ({ tag: "steps", most: ast(most) }),
    Grid: (_grid, rows, _by, cols, _where, where) => ({
      tag: "grid",
      rows: ast(rows),
      cols: ast(cols),
      where: optional(ast, where),
    }),
    Workspace_auto: (_workspace, _auto) => ({ tag: "workspace", auto: true, margins: [] }),
    Workspace_margins: (_workspace, margins) => ({
      tag: "workspace",
      auto: false,
      margins: listed(ast, margins),
    }),
    Margin: (side, size) => ({ side: nameOf(side), size: ast(size) }),
    Place: (_place, field, _assign, value, _at, position) => ({
      tag: "place",
      field: nameOf(field),
      value: ast(value),
      at: ast(position),
    }),
    Position_cell: (_row, row, _column, column) => ({ tag: "cell", row: ast(row), column: ast(column) }),
    Position_corner: (side, second) => ({ tag: "corner", sides: [nameOf(side), ...each(nameOf, second)] }),
  };
}

function machineActions(ast: Ast): AlgActionDict<unknown> {
  return {
    Machine: (_machine, _on, tape, _open, lines, _close) => ({
      tag: "machine",
      tape: nameOf(tape),
      lines: ast(lines),
    }),
    MachineLines: (_start, lines, _ends) => each(ast, lines),
    MachineLinesAlone: (_start, lines, _ends) => each(ast, lines),
    MachineRule: (state, symbol, _becomes, write, move, to) => ({
      tag: "rule",
      state: nameOf(state),
      symbol: ast(symbol),
      write: ast(write),
      move: nameOf(move),
      to: nameOf(to),
    }),
    MachineSymbol_any(star) {
      return { tag: "name", name: star.sourceString, span: spanOf(this) };
    },
    Symbol_number(minus, digits) {
      const number = ast(digits);
      return minus.numChildren === 0 ? number : { tag: "negative", of: number, span: spanOf(this) };
    },
    Symbol_true: (_true) => ({ tag: "boolean", value: true }),
    Symbol_false: (_false) => ({ tag: "boolean", value: false }),
    Symbol_name: (name) => ({ tag: "name", name: name.sourceString }),
    MachineSymbols: (_symbols, symbols) => ({ tag: "symbols", symbols: each(ast, symbols) }),
    MachineRow: (state, _colon, cells) => ({ tag: "row", state: nameOf(state), cells: each(ast, cells) }),
    MachineCell_none: (_none) => null,
    MachineCell_rule(write, move, to) {
      return { write: ast(write), move: nameOf(move), to: nameOf(to), span: spanOf(this) };
    },
    MachineStart: (_start, state, _at, position) => ({
      tag: "start",
      state: nameOf(state),
      at: ast(position),
    }),
    MachineHalt: (end, states) => ({
      tag: "halts",
      end: end.sourceString as MachineEnd,
      states: listed(nameOf, states),
    }),
    MachineOtherwise: (_otherwise, end) => ({ tag: "otherwise", end: end.sourceString as MachineEnd }),
  };
}

const symbolOf = (node: Node): Name => ({ text: node.sourceString.slice(1, -1), span: spanOf(node) });
