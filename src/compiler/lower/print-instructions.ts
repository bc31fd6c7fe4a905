// Instruction IR as text: the fields, then each instruction with its simultaneous assignments and what follows.

import { unreachable } from "../../diagnostics/diagnostic.ts";
import { showType } from "../../grid/grid.ts";
import type { Expression } from "../../logic/expression.ts";
import { bracket, indent, printExpressions, type Root } from "../../logic/print-expressions.ts";
import type { NetworkField } from "../../network/network.ts";
import {
  type Instruction,
  type InstructionProgram,
  type Successor,
  testsOf,
  type Write,
} from "./instructions.ts";

/** The listing of a program, ending in a newline. */
export function printInstructions(program: InstructionProgram): string {
  const { name, fields, predict, instructions, halted, ends, asserts = [], expressions } = program;
  const parts = [
    [`program ${name}`, ...(predict === null ? [] : [`predict ${bracket(predict)}`])],
    [...fields.map(printField), ...asserts.map(({ value }) => `assert ${printCondition(value)}`)],
    ...instructions.map((instruction, at) => printInstruction(instruction, at, fields)),
    [
      halted === expressions.zero
        ? "no cell ever halts"
        : `a cell has halted where ${printCondition(halted)}`,
      ...(ends === expressions.zero ? [] : [`the run ends when everywhere ${printCondition(ends)}`]),
    ],
  ];
  return `${parts.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

/** A field's declaration: `hidden line: enum { 0, 1 } = 0`. */
export function printField({ role, name, type, initial }: NetworkField): string {
  const start = type.kind === "enum" ? type.names[initial] : initial;
  return `${role} ${bracket(name)}: ${showType(type)} = ${start}`;
}

/** An assignment; a value of several lines stands below its name. */
export function printAssignment(name: string, text: string): string {
  return `${bracket(name)} =${text.includes("\n") ? `\n${indent(text)}` : ` ${text}`}`;
}

/** A condition on its own, in one line: `t1 or t1 xor x, with t1 = ...`. */
export function printCondition(value: Expression): string {
  const { shared, texts } = printExpressions([{ value }], []);
  const parts = shared.map(({ name, text }) => `, with ${name} = ${text}`);
  return inline([...texts, ...parts].join(""));
}

const inline = (text: string): string => text.replace(/\s+/g, " ");

/** The writes as roots to be printed, each with the type of its field. */
export function rootsOf(writes: readonly Write[], fields: readonly NetworkField[]): Root[] {
  const types = new Map(fields.map(({ name, type }) => [name, type]));
  return writes.map(({ field, value }) => ({ value, type: types.get(field)! }));
}

function printInstruction(
  { label, writes, asserts = [], next }: Instruction,
  at: number,
  fields: readonly NetworkField[],
): string[] {
  const tests = testsOf(next);
  const conditions = [...asserts.map(({ value }) => value), ...tests];
  const roots = [...rootsOf(writes, fields), ...conditions.map((value) => ({ value }))];
  const { shared, texts } = printExpressions(
    roots,
    fields.map(({ name }) => name),
  );
  const inWords = new Map(conditions.map((each, index) => [each, inline(texts[writes.length + index]!)]));
  const lines = [
    ...shared.map(({ name, text }) => `let ${printAssignment(name, text)}`),
    ...writes.map(({ field }, index) => printAssignment(field, texts[index]!)),
    ...asserts.map(({ value }) => `assert ${inWords.get(value)}`),
    `next ${printSuccessor(next, inWords)}`,
  ];
  return [`${at}: ${label}`, ...lines.map(indent)];
}

function printSuccessor(next: Successor, conditions: ReadonlyMap<Expression, string>): string {
  switch (next.tag) {
    case "goto":
      return String(next.instruction);
    case "end":
      return "end";
    case "test": {
      const [then, otherwise] = [next.then, next.otherwise].map((each) => printSuccessor(each, conditions));
      return `if ${conditions.get(next.when)} then ${then} else ${otherwise}`;
    }
    default:
      return unreachable(next);
  }
}
