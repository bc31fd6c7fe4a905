// Public exports, nothing else. index.ts hands them on, and looks at what they are given.

export {
  type Compilation,
  type CompileOptions,
  type CompileProgress,
  checkProgram,
  compile,
  hashOf,
} from "./compile.ts";
export type { InstructionProgram } from "./compiler/lower/instructions.ts";
export { printInstructions } from "./compiler/lower/print-instructions.ts";
export { printRule } from "./compiler/schedule/print-rule.ts";
export type { Rule } from "./compiler/schedule/rule.ts";
export { type Budget, OverBudget, within } from "./diagnostics/budget.ts";
export {
  type Diagnostic,
  InputError,
  ProgramError,
  type Source,
  type Span,
} from "./diagnostics/diagnostic.ts";
export { type DiagnosticJson, diagnosticToJson, renderDiagnostic } from "./diagnostics/render.ts";
export { type BackendOptions, loadBackend } from "./engines/backend.ts";
export { type BitEngine, type BitOptions, bitEngine, type Refusal } from "./engines/bits/bit-engine.ts";
export { loadWorkers } from "./engines/bits/workers.ts";
export { type Origin, originOf, readCheckpoint, writeCheckpoint } from "./engines/checkpoint.ts";
export { directEngine } from "./engines/direct.ts";
export type { Engine, Run } from "./engines/engine.ts";
export { memoEngine } from "./engines/memo/memo-engine.ts";
export { loadOnnxRuntime, type OnnxEngineOptions, type OnnxRuntime, onnxEngine } from "./engines/onnx.ts";
export { type InterpretOptions, type InterpretResult, interpret } from "./engines/reference.ts";
export { type RuleEngine, type RuleRun, ruleEngine, runRule } from "./engines/rule.ts";
export { type Pause, type RunOptions, type RunResult, runNetwork, type Snapshot } from "./engines/run.ts";
export { tensorEngine } from "./engines/tensor.ts";
export type { Backend } from "./engines/tensorflow.ts";
export type { Automaton } from "./exchange/automaton.ts";
export { exportC } from "./exchange/circuit/c.ts";
export { exportVerilog } from "./exchange/circuit/verilog.ts";
export { type Decompiled, decompile } from "./exchange/decompile/decompile.ts";
export { readGollyRule } from "./exchange/golly-rule.ts";
export { type Imported, importAutomaton } from "./exchange/import-rule.ts";
export { readBbchallenge, readMorphett } from "./exchange/machine-files.ts";
export { importMachine } from "./exchange/machine-text.ts";
export { readRuleString } from "./exchange/rule-string.ts";
export type { TuringMachine } from "./exchange/turing-machine.ts";
export { formatOf, type GridFormat, readGrid, writeGrid } from "./grid/formats.ts";
export { randomGrid } from "./grid/generate.ts";
export type { Grid, Shape, ValueType } from "./grid/grid.ts";
export type { GridField, ReadOptions } from "./grid/layers.ts";
export { type InputRules, prepareInput } from "./grid/prepare.ts";
export { type Random, seededRandom } from "./grid/random.ts";
export { renderGrid } from "./grid/render.ts";
export type { CheckedField, CheckedProgram } from "./language/analyse/checked.ts";
export type { AstProgram } from "./language/parse/ast.ts";
export { format } from "./language/parse/format.ts";
export { printAst } from "./language/parse/print-ast.ts";
export { newProgram, type Template } from "./language/parse/template.ts";
export {
  type CompareOptions,
  type Comparison,
  compareNetworks,
  type Portrait,
} from "./learning/compare/compare.ts";
export type { ComparedNetwork } from "./learning/compare/cost.ts";
export { type TrainOptions, trainByAutodiff, trainByJacobian } from "./learning/learner/algorithm-1.ts";
export {
  answersOf,
  BASELINE_NAMES,
  BASELINES,
  type Baseline,
  type BaselineAnswers,
  type BaselineOptions,
} from "./learning/learner/baselines.ts";
export {
  compileLearner,
  type LearnerOptions,
  type LearnerSource,
} from "./learning/learner/compile-learner.ts";
export {
  type Column,
  type DataFormat,
  examplesOf,
  type FormatOptions,
  formatOfTable,
  queriesOf,
  showLabel,
} from "./learning/learner/dataset.ts";
export {
  type DataTable,
  type Dialect,
  readTable,
  type TableOptions,
} from "./learning/learner/delimited-tables.ts";
export { digitalEngine } from "./learning/learner/digital-engine.ts";
export { encodedFormat, encodeTable } from "./learning/learner/encode.ts";
export { type EvaluateOptions, output as learnerOutput, predict } from "./learning/learner/evaluate.ts";
export {
  decided,
  examplesFor,
  type LabelClasses,
  type LabelledRow,
} from "./learning/learner/label-classes.ts";
export { labelledRows, labelNames, learnersOf } from "./learning/learner/labels.ts";
export type { LearnerNetwork } from "./learning/learner/learner-network.ts";
export { type LearnerSize, sizeOfLearner } from "./learning/learner/learner-size.ts";
export type { Example, Memory, Sign } from "./learning/learner/memory-layer.ts";
export { type Model, readModelFile, writeModelFile } from "./learning/learner/modelfile.ts";
export { readParquet } from "./learning/learner/parquet.ts";
export { type ParityChances, parityChances } from "./learning/learner/rank.ts";
export {
  type Contestants,
  type CurveJob,
  type JobResult,
  METHODS,
  type Measurement,
  type Method,
  measurementOf,
  runJob,
} from "./learning/learner/sample-curve.ts";
export { stepsFor } from "./learning/learner/step-count.ts";
export type { LearningProblem, ProblemSize, Task } from "./learning/learner/tasks/task.ts";
export { drawProblem, TASKS } from "./learning/learner/tasks/tasks.ts";
export type { Chances, Theory } from "./learning/learner/tasks/theory.ts";
export { clusteredRate, type Rate, wilson } from "./learning/learner/wilson-interval.ts";
export {
  runTraining,
  type Start,
  type TrainJob,
  type TrainResult,
  type Width,
} from "./learning/train/job.ts";
export type { TraceProgress, TrainOutcome, Until } from "./learning/train/trace.ts";
export { exportGolly, gollyPattern } from "./network/export/golly.ts";
export { exportJson, type NetworkSchema, networkSchema, readNetworkJson } from "./network/export/json.ts";
export { exportNpz } from "./network/export/npz.ts";
export { exportOnnx, type OnnxOptions } from "./network/export/onnx.ts";
export { exportPytorch } from "./network/export/pytorch.ts";
export { exportRle } from "./network/export/rle.ts";
export { exportTfjs, type TfjsModel } from "./network/export/tfjs.ts";
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
export type { Notes, Proved, Robustness } from "./network/notes.ts";
export { printNetwork } from "./network/print-network.ts";
export { decode, encodeStart as encode } from "./network/state.ts";
export { readNotes, readWeightFile } from "./network/weightfile.ts";
export { writeWeightFile } from "./network/weightwriter.ts";
export { findInvariant, holdsForever, type Invariant } from "./proof/prove/invariant.ts";
export { type Claim, type ProveOptions, proveNetwork } from "./proof/prove/prove.ts";
export { proveStep, type StepOptions } from "./proof/prove/prove-step.ts";
export { prune } from "./proof/prove/prune.ts";
export type { ProveResult, StepCounterexample, StepProof } from "./proof/prove/result.ts";
export type { Radii } from "./proof/robust/error-bounds.ts";
export { makeRobust, verifyRadii } from "./proof/robust/radii.ts";
export { type CheckOptions, checkNetwork, type Original } from "./proof/verify/check.ts";
export type { CheckResult, Counterexample } from "./proof/verify/counterexample.ts";
export { renderComparison } from "./report/comparison-page.ts";
export { type Curve, type CurvePoint, renderCurve } from "./report/curve-figure.ts";
export { type Frame, type Recorder, type RecordOptions, recordFrames } from "./report/frames.ts";
export { type PictureOptions, renderPicture } from "./report/picture.ts";
export { type PictureFormat, pictureFormatOf } from "./report/picture-format.ts";
export {
  chooseView,
  fieldsToKeep,
  type PictureField,
  type PictureView,
  type Subject,
} from "./report/view.ts";
