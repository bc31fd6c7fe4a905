// Semantic actions of grammars/alg.ohm for what a program declares: fields, functions, settings and machines.

import type { Node } from "ohm-js";
import type { AlgActionDict } from "../../grammars/alg.ohm-bundle.js";
import type { Name } from "./ast.ts";
import { type Ast, each, listed, nameOf, optional, spanOf } from "./nodes.ts";

export function programActions(ast: Ast): AlgActionDict<unknown> {
  return {
    Program(_program, name, _open, items, _close) {
      return { tag: "program", name: nameOf(name), items: ast(items), comments: [], span: spanOf(this) };
    },
    Items(_start, items, _ends) {
      return each(ast, items);
    },
    Field(role, names, _colon, type, _assign, initial) {
      return {
        tag: "field",
        role: role.sourceString,
        names: listed(nameOf, names),
        type: ast(type),
        initial: optional(ast, initial),
        span: spanOf(this),
      };
    },
    Type_bit(_bit) {
      return { tag: "bit", span: spanOf(this) };
    },
    Type_enum(_enum, _open, values, _comma, _close) {
      return { tag: "enum", values: listed(ast, values), span: spanOf(this) };
    },
    Type_range(lo, _dots, hi) {
      return { tag: "range", lo: ast(lo), hi: ast(hi), span: spanOf(this) };
    },
    EnumValue(name, symbol) {
      return { name: nameOf(name), symbol: optional(symbolOf, symbol) };
    },
    Predict(_predict, field) {
      return { tag: "predict", field: nameOf(field), span: spanOf(this) };
    },
    Param(_param, name, _assign, value) {
      return { tag: "param", name: nameOf(name), value: ast(value), span: spanOf(this) };
    },
    Hole(_hole, name, _open, parameters, _close, _colon, type) {
      return {
        tag: "hole",
        name: nameOf(name),
        parameters: listed(ast, parameters),
        type: ast(type),
        span: spanOf(this),
      };
    },
    HoleParameter(name, _colon, type) {
      return { name: nameOf(name), type: optional(ast, type) };
    },
    Function(_fn, name, _open, parameters, _close, _assign, body) {
      return {
        tag: "fn",
        name: nameOf(name),
        parameters: listed(nameOf, parameters),
        body: ast(body),
        span: spanOf(this),
      };
    },
  };
}

export function settingActions(ast: Ast): AlgActionDict<unknown> {
  return {
    Ends(_ends, _when, condition) {
      return { tag: "ends", condition: ast(condition), span: spanOf(this) };
    },
    Steps(_steps, _atMost, most) {
      return { tag: "steps", most: ast(most), span: spanOf(this) };
    },
    Grid(_grid, rows, _by, cols, _where, where) {
      return {
        tag: "grid",
        rows: ast(rows),
        cols: ast(cols),
        where: optional(ast, where),
        span: spanOf(this),
      };
    },
    Workspace_auto(_workspace, _auto) {
      return { tag: "workspace", auto: true, margins: [], span: spanOf(this) };
    },
    Workspace_margins(_workspace, margins) {
      return { tag: "workspace", auto: false, margins: listed(ast, margins), span: spanOf(this) };
    },
    Margin(side, size) {
      return { side: nameOf(side), size: ast(size) };
    },
    Place(_place, field, _assign, value, _at, position) {
      return { tag: "place", field: nameOf(field), value: ast(value), at: ast(position), span: spanOf(this) };
    },
    Position_cell(_row, row, _column, column) {
      return { tag: "cell", row: ast(row), column: ast(column), span: spanOf(this) };
    },
    Position_corner(side, second) {
      return {
        tag: "corner",
        sides: [nameOf(side), ...each(nameOf, second)],
        span: spanOf(this),
      };
    },
  };
}

export function machineActions(ast: Ast): AlgActionDict<unknown> {
  return {
    Machine(_machine, _on, tape, _open, lines, _close) {
      return { tag: "machine", tape: nameOf(tape), lines: ast(lines), span: spanOf(this) };
    },
    MachineLines(_start, lines, _ends) {
      return each(ast, lines);
    },
    MachineRule(state, symbol, _becomes, write, move, to) {
      return {
        tag: "rule",
        state: nameOf(state),
        symbol: ast(symbol),
        write: ast(write),
        move: nameOf(move),
        to: nameOf(to),
        span: spanOf(this),
      };
    },
    Symbol_number(minus, digits) {
      const number = ast(digits);
      return minus.numChildren === 0 ? number : { tag: "negative", of: number, span: spanOf(this) };
    },
    Symbol_true(_true) {
      return { tag: "boolean", value: true, span: spanOf(this) };
    },
    Symbol_false(_false) {
      return { tag: "boolean", value: false, span: spanOf(this) };
    },
    Symbol_name(name) {
      return { tag: "name", name: name.sourceString, span: spanOf(this) };
    },
    MachineSymbols(_symbols, symbols) {
      return { tag: "symbols", symbols: each(ast, symbols), span: spanOf(this) };
    },
    MachineRow(state, _colon, cells) {
      return { tag: "row", state: nameOf(state), cells: each(ast, cells), span: spanOf(this) };
    },
    MachineCell_none(_none) {
      return null;
    },
    MachineCell_rule(write, move, to) {
      return { write: ast(write), move: nameOf(move), to: nameOf(to), span: spanOf(this) };
    },
    MachineStart(_start, state, _at, position) {
      return { tag: "start", state: nameOf(state), at: ast(position), span: spanOf(this) };
    },
    MachineHalt(_halt, states) {
      return { tag: "halts", states: listed(nameOf, states), span: spanOf(this) };
    },
    MachineOtherwise(_otherwise, _halt) {
      return { tag: "otherwise", span: spanOf(this) };
    },
  };
}

function symbolOf(node: Node): Name {
  return { text: node.sourceString.slice(1, -1), span: spanOf(node) };
}
