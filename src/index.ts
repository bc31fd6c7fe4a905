// Public exports, nothing else.

export type { CheckedField, CheckedProgram } from "./analyse/checked.ts";
export { type Compilation, type CompileOptions, checkProgram, compile, hashOf } from "./compile.ts";
export {
  type Diagnostic,
  InputError,
  ProgramError,
  type Source,
  type Span,
} from "./diagnostics/diagnostic.ts";
export { type DiagnosticJson, diagnosticToJson, renderDiagnostic } from "./diagnostics/render.ts";
export { type Backend, type BackendOptions, loadBackend } from "./engines/backend.ts";
export { directEngine } from "./engines/direct.ts";
export type { Engine, Run } from "./engines/engine.ts";
export { type InterpretOptions, type InterpretResult, interpret } from "./engines/reference.ts";
export { type RuleEngine, type RuleRun, ruleEngine, runRule } from "./engines/rule.ts";
export { type RunOptions, type RunResult, runNetwork } from "./engines/run.ts";
export { tensorEngine } from "./engines/tensor.ts";
export { formatOf, type GridFormat, readGrid, writeGrid } from "./grid/formats.ts";
export { randomGrid } from "./grid/generate.ts";
export type { Grid, Shape, ValueType } from "./grid/grid.ts";
export type { GridField, ReadOptions } from "./grid/layers.ts";
export { type InputRules, prepareInput } from "./grid/prepare.ts";
export { type Random, seededRandom } from "./grid/random.ts";
export { renderGrid } from "./grid/render.ts";
export type { InstructionProgram } from "./lower/instructions.ts";
export { printInstructions } from "./lower/print.ts";
export {
  type Channel,
  type ChannelCode,
  type Exactness,
  type Layer,
  type Network,
  type NetworkField,
  type NetworkSize,
  type StopRule,
  sizeOf,
} from "./network/network.ts";
export { printNetwork } from "./network/print.ts";
export { decode, encode } from "./network/state.ts";
export { readWeightFile, writeWeightFile } from "./network/weightfile.ts";
export type { AstProgram } from "./parse/ast.ts";
export { format } from "./parse/format.ts";
export { printAst } from "./parse/print.ts";
export { newProgram, type Template } from "./parse/template.ts";
export { printRule } from "./schedule/print.ts";
export type { Rule } from "./schedule/rule.ts";
export { type CheckOptions, checkNetwork, type Original } from "./verify/check.ts";
export type { CheckResult, Counterexample } from "./verify/counterexample.ts";
