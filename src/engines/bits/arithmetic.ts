// A little comfort over WebAssembly's whole numbers.

import { type Code, i32, select, type Variable } from "../webassembly/instructions.ts";

export const plus = (a: Code, constant: number): Code => i32.add(a, i32.const(constant));

export const times = (a: Code, factor: number): Code => i32.mul(a, i32.const(factor));

export const increase = (variable: Variable, by: Code): Code => variable.set(i32.add(variable.get(), by));

/** A number put between two others. */
export const clamp = (variable: Variable, low: Code, high: Code): Code => [
  variable.set(select(i32.lt_s(variable.get(), low), low, variable.get())),
  variable.set(select(i32.lt_s(high, variable.get()), high, variable.get())),
];

/** The number stored at an address of the control block. */
export const read = (address: number, base: Code = i32.const(0)): Code => i32.load(address, base);

export const write = (address: number, value: Code, base: Code = i32.const(0)): Code =>
  i32.store(address, base, value);
