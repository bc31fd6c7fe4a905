// Public exports, nothing else.

export type { CheckedField, CheckedProgram } from "./analyse/checked.ts";
export { type CompareOptions, type Comparison, compareNetworks, type Portrait } from "./compare/compare.ts";
export type { ComparedNetwork } from "./compare/cost.ts";
export {
  type Compilation,
  type CompileOptions,
  type CompileProgress,
  checkProgram,
  compile,
  hashOf,
} from "./compile.ts";
export { type Decompiled, decompile } from "./decompile/decompile.ts";
export { type Budget, OverBudget, within } from "./diagnostics/budget.ts";
export {
  type Diagnostic,
  InputError,
  ProgramError,
  type Source,
  type Span,
} from "./diagnostics/diagnostic.ts";
export { type DiagnosticJson, diagnosticToJson, renderDiagnostic } from "./diagnostics/render.ts";
export { type Backend, type BackendOptions, loadBackend } from "./engines/backend.ts";
export { type BitEngine, type BitOptions, bitEngine, type Refusal } from "./engines/bits/engine.ts";
export { loadWorkers } from "./engines/bits/workers.ts";
export { type Origin, originOf, readCheckpoint, writeCheckpoint } from "./engines/checkpoint.ts";
export { directEngine } from "./engines/direct.ts";
export type { Engine, Run } from "./engines/engine.ts";
export { loadOnnxRuntime, type OnnxEngineOptions, type OnnxRuntime, onnxEngine } from "./engines/onnx.ts";
export { type InterpretOptions, type InterpretResult, interpret } from "./engines/reference.ts";
export { type RuleEngine, type RuleRun, ruleEngine, runRule } from "./engines/rule.ts";
export { type Pause, type RunOptions, type RunResult, runNetwork, type Snapshot } from "./engines/run.ts";
export { tensorEngine } from "./engines/tensor.ts";
export type { Automaton } from "./exchange/automaton.ts";
export { exportC } from "./exchange/circuit/c.ts";
export { exportVerilog } from "./exchange/circuit/verilog.ts";
export { readGollyRule } from "./exchange/golly-rule.ts";
export { type Imported, importAutomaton } from "./exchange/import-rule.ts";
export type { TuringMachine } from "./exchange/machine.ts";
export { readBbchallenge, readMorphett } from "./exchange/machine-files.ts";
export { importMachine } from "./exchange/machine-text.ts";
export { readRuleString } from "./exchange/rule-string.ts";
export { exportGolly, gollyPattern } from "./export/golly.ts";
export { exportJson, networkSchema, readNetworkJson } from "./export/json.ts";
export { exportNpz } from "./export/npz.ts";
export { exportOnnx, type OnnxOptions } from "./export/onnx.ts";
export { exportPytorch } from "./export/pytorch.ts";
export { exportRle } from "./export/rle.ts";
export { exportTfjs, type TfjsModel } from "./export/tfjs.ts";
export { formatOf, type GridFormat, readGrid, writeGrid } from "./grid/formats.ts";
export { randomGrid } from "./grid/generate.ts";
export type { Grid, Shape, ValueType } from "./grid/grid.ts";
export type { GridField, ReadOptions } from "./grid/layers.ts";
export { type InputRules, prepareInput } from "./grid/prepare.ts";
export { type Random, seededRandom } from "./grid/random.ts";
export { renderGrid } from "./grid/render.ts";
export {
  answersOf,
  BASELINE_NAMES,
  BASELINES,
  type Baseline,
  type BaselineAnswers,
  type BaselineOptions,
} from "./learner/baselines/baselines.ts";
export {
  compileLearner,
  type LearnerOptions,
  type LearnerSource,
} from "./learner/compile.ts";
export {
  type Contestants,
  type CurveJob,
  type JobResult,
  METHODS,
  type Measurement,
  type Method,
  measurementOf,
  runJob,
} from "./learner/curve.ts";
export {
  type Column,
  type DataFormat,
  examplesOf,
  type FormatOptions,
  formatOfTable,
  queriesOf,
  showLabel,
} from "./learner/dataset.ts";
export { encodedFormat, encodeTable } from "./learner/encode.ts";
export { digitalEngine } from "./learner/engine.ts";
export { type EvaluateOptions, output as learnerOutput, predict } from "./learner/evaluate.ts";
export { clusteredRate, type Rate, wilson } from "./learner/interval.ts";
export type { Example, Memory, Sign } from "./learner/memory.ts";
export { type Model, readModelFile, writeModelFile } from "./learner/modelfile.ts";
export type { LearnerNetwork } from "./learner/network.ts";
export { type ParityChances, parityChances } from "./learner/rank.ts";
export { type LearnerSize, sizeOfLearner } from "./learner/size.ts";
export { stepsFor } from "./learner/steps.ts";
export { type Dialect, readTable, type Table, type TableOptions } from "./learner/table.ts";
export type { Problem, ProblemSize, Task } from "./learner/tasks/task.ts";
export { drawProblem, TASKS } from "./learner/tasks/tasks.ts";
export { type TrainOptions, trainByAutodiff, trainByJacobian } from "./learner/train.ts";
export type { InstructionProgram } from "./lower/instructions.ts";
export { printInstructions } from "./lower/print-instructions.ts";
export type { Notes } from "./network/metadata.ts";
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
export { printNetwork } from "./network/print-network.ts";
export { decode, encodeStart as encode } from "./network/state.ts";
export { readNotes, readWeightFile } from "./network/weightfile.ts";
export { writeWeightFile } from "./network/weightwriter.ts";
export type { AstProgram } from "./parse/ast.ts";
export { format } from "./parse/format.ts";
export { printAst } from "./parse/print-ast.ts";
export { newProgram, type Template } from "./parse/template.ts";
export { findInvariant, holdsForever, type Invariant } from "./prove/invariant.ts";
export { type Claim, type ProveOptions, proveNetwork } from "./prove/prove.ts";
export { prune } from "./prove/prune.ts";
export type { ProveResult, StepCounterexample, StepProof } from "./prove/result.ts";
export { proveStep, type StepOptions } from "./prove/step.ts";
export { renderComparison } from "./report/comparison.ts";
export { type Curve, type CurvePoint, renderCurve } from "./report/curve.ts";
export { type Frame, type Recorder, type RecordOptions, recordFrames } from "./report/frames.ts";
export { type PictureFormat, type PictureOptions, pictureFormatOf, renderPicture } from "./report/picture.ts";
export { chooseView, fieldsToKeep, type PictureField, type Subject, type View } from "./report/view.ts";
export type { Radii } from "./robust/errors.ts";
export { makeRobust, type Proved, type Robustness, verifyRadii } from "./robust/radii.ts";
export { printRule } from "./schedule/print-rule.ts";
export type { Rule } from "./schedule/rule.ts";
export { runTraining, type Start, type TrainJob, type TrainResult, type Width } from "./train/job.ts";
export type { TraceProgress, TrainOutcome, Until } from "./train/trace.ts";
export { type CheckOptions, checkNetwork, type Original } from "./verify/check.ts";
export type { CheckResult, Counterexample } from "./verify/counterexample.ts";
