// What callers hand to public functions, looked at before it is used: whoever hands in null, a path in the place of a text,
// or a compilation in that of its network, is told so, and so is who gives half a step or a 0 for a sign. Kinds are looked
// at here, each by itself; what values may be beside others is for the functions themselves to say.

import type * as api from "./api.ts";
import { InputError } from "./diagnostics/diagnostic.ts";
import {
  ARCHITECTURES,
  ENCODINGS,
  MOVING,
  OPTIMISERS,
  REDUCTIONS,
  SCHEDULES,
  SUPERVISIONS,
} from "./diagnostics/known-words.ts";
import { nearestName } from "./diagnostics/suggest.ts";

type Api = typeof api;
type AnyFunction = (...given: never[]) => unknown;
type Functions = { [Name in keyof Api as Api[Name] extends AnyFunction ? Name : never]: Api[Name] };

/** What an argument has to be. */
interface Kind {
  /** As in `found no network`. */
  readonly name: string;
  /** How to come by one. */
  readonly expected: string;
  readonly is: (given: unknown) => boolean;
  /** Of options, all their names. */
  readonly options?: readonly string[];
}

type Members = Readonly<Record<string, (given: unknown) => boolean>>;

const isText = (given: unknown): boolean => typeof given === "string";
const isNumber = (given: unknown): boolean => typeof given === "number";
const isFlag = (given: unknown): boolean => typeof given === "boolean";
const isFunction = (given: unknown): boolean => typeof given === "function";
const isList = (given: unknown): boolean => Array.isArray(given);
const isObject = (given: unknown): given is Readonly<Record<string, unknown>> =>
  typeof given === "object" && given !== null && !Array.isArray(given);
const isOf =
  (members: Members) =>
  (given: unknown): boolean =>
    isObject(given) && Object.entries(members).every(([name, is]) => is(given[name]));
const listOf =
  (is: (given: unknown) => boolean) =>
  (given: unknown): boolean =>
    Array.isArray(given) && given.every(is);

const kind = (name: string, expected: string, is: Kind["is"]): Kind => ({ name, expected, is });
const record = (name: string, expected: string, members: Members): Kind =>
  kind(name, expected, isOf(members));
const optional = (of: Kind): Kind => ({ ...of, is: (given) => given === undefined || of.is(given) });
const orNull = (of: Kind): Kind => ({ ...of, is: (given) => given === null || of.is(given) });

const TEXT = kind("text", "a string", isText);
const isReal = (given: unknown): boolean => isNumber(given) && Number.isFinite(given);
const wholeFrom =
  (least: number) =>
  (given: unknown): boolean =>
    Number.isSafeInteger(given) && (given as number) >= least;
const NUMBER = kind("number", "a number", isNumber);
const SEED = kind("whole number", "a whole number", (given) => isReal(given) && Number.isInteger(given));
const COUNT = kind("whole number", "a whole number from 0 on", wholeFrom(0));
const MANY = kind("whole number", "a whole number from 1 on", wholeFrom(1));
const POSITIVE = kind(
  "positive number",
  "a number above 0",
  (given) => isReal(given) && (given as number) > 0,
);
const SHARE = kind(
  "share",
  "a number from 0 to 1",
  (given) => isReal(given) && (given as number) >= 0 && (given as number) <= 1,
);
const isRadius = (given: unknown): boolean => isReal(given) && (given as number) >= 0;
const isSign = (given: unknown): boolean => given === 1 || given === -1;
const SIGN = kind("sign", "-1 or 1", isSign);
const FLAG = kind("flag", "true or false", isFlag);
const BYTES = kind(
  "bytes",
  "a Uint8Array, such as readFileSync(path) without an encoding",
  (given) => given instanceof Uint8Array,
);
const FUNCTION = kind("function", "a function", isFunction);
const OBJECT = record("object", "an object", {});
const OPTIONS = optional(record("options", "an object such as {}, or nothing", {}));

type Words<Text extends string> = Text extends `${infer First} ${infer Rest}` ? First | Words<Rest> : Text;
type All<Text extends string, Names> = [Names, Words<Text>] extends [Words<Text>, Names] ? Text : never;
type Given<Name extends keyof Functions, At extends number> = NonNullable<Parameters<Api[Name]>[At]>;

/** Options of a function as its argument of some place, by all the names that its type has. */
const named =
  <Name extends keyof Functions, At extends number>(of = OPTIONS) =>
  <Text extends string>(names: All<Text, keyof Given<Name, At>>): Kind => ({
    ...of,
    options: names.split(" "),
  });

const SOURCE = record("program", 'its name and its text: { name: "life.alg", text: "program life ..." }', {
  name: isText,
  text: isText,
});
const CHECKED = record("checked program", "one such as compile(source).checked", {
  fields: isList,
  body: isList,
});
const RULES = record("program or network", "compile(source).checked or its network", { fields: isList });
const RULE = record("rule", "one such as compile(source).rule", {
  fields: isList,
  updates: isList,
  signals: isList,
});
const CLAIM = record("compilation", "what compile(source) gives", { checked: CHECKED.is, rule: RULE.is });
const NETWORK = record("network", "one such as compile(source).network", {
  layers: isList,
  channels: isList,
});
const LEARNER = record("network of a learner", "what compileLearner gives", {
  digital: NETWORK.is,
  step: isObject,
  head: isList,
});
const ENGINE = record("engine", "one such as directEngine(network)", { start: isFunction });
const BACKEND = record("backend", "what loadBackend() gives", { tf: isObject });
const SHAPE = record("shape", "one such as { rows: 3, cols: 4 }", {});
const GRID = record("grid", "one such as { rows: 1, cols: 2, planes: { x: [0, 1] } }", {});
const FIELDS = kind(
  "list of fields",
  "one such as compile(source).network.fields",
  listOf(isOf({ name: isText, type: isObject })),
);
const STATE = kind("Float32Array", "a state such as encode gives", (given) => given instanceof Float32Array);
const isOfNumbers = (given: unknown): boolean =>
  given instanceof Float32Array && !given.some((each) => Number.isNaN(each));
const RANDOM = record("random numbers", "what seededRandom(seed) gives", {
  next: isFunction,
  int: isFunction,
});
/** Rows of features in -1 and 1, of one length. */
const areRows =
  (isLabel: (given: unknown) => boolean) =>
  (given: unknown): boolean => {
    if (!Array.isArray(given)) return false;
    const isRow = isOf({
      features: (own) => listOf(isSign)(own) && (own as []).length === given[0].features.length,
      label: isLabel,
    });
    return isOf({ features: isList })(given[0] ?? { features: [] }) && given.every(isRow);
  };
const EXAMPLES = kind(
  "list of examples",
  "at least one, with as many features in -1 and 1, such as [{ features: [1, -1], label: 1 }]",
  (given) => areRows(isSign)(given) && (given as readonly unknown[]).length > 0,
);
const PLACES = kind("list of whole numbers", "one such as [0, 2]", listOf(wholeFrom(0)));
const QUERY = kind("query", "a list of -1 and 1", isList);
const QUERIES = kind("list of queries", "one such as [[1, -1], [1, 1]]", listOf(isList));
const CELLS = record("shape", "whole numbers from 1 on, such as { rows: 3, cols: 4 }", {
  rows: wholeFrom(1),
  cols: wholeFrom(1),
});
const MEMORY: Kind = kind(
  "memory",
  "one such as trainByJacobian(examples) gives",
  (given) =>
    isObject(given) &&
    CELLS.is(given) &&
    given.weight instanceof Float32Array &&
    given.weight.length === Number(given.rows) * Number(given.cols) &&
    given.weight.every(Number.isFinite),
);
const TABLE = record("table", "what readTable gives", { rows: isList, file: isText });
const KNOWN = record("format of a table", "what formatOfTable gives, or nothing", {
  columns: (given) => listOf(isOf({ name: isText }))(given) && (given as []).length > 0,
  label: wholeFrom(0),
  named: isFlag,
});
const FORMAT = record("format of a table", "what formatOfTable gives", { columns: isList });
const FRAMES = kind("list of frames", "what a recorder gives", isList);
const NAMES = optional(kind("list of names", 'one such as ["x", "y"], or nothing', listOf(isText)));
const INVARIANT = record("invariant", "what findInvariant gives", {});
const DIAGNOSTIC = record("diagnostic", "one of a ProgramError's", { code: isText, span: isObject });
const AUTOMATON = record("automaton", "what readGollyRule or readRuleString gives", {
  name: isText,
  states: isNumber,
});
const MACHINE = record("machine", "what readBbchallenge or readMorphett gives", { states: isList });
const ORIGIN = record("origin", "what originOf gives", {
  program: isText,
  weights: isText,
  input: isText,
  rows: wholeFrom(1),
  cols: wholeFrom(1),
});
const KEPT = record("state kept", "one", { age: wholeFrom(0), span: wholeFrom(1), state: isOfNumbers });

/** The arguments of all functions, in their order. */
const ARGUMENTS: Readonly<Record<keyof Functions, readonly Kind[]>> = {
  checkProgram: [SOURCE, optional(OBJECT), named<"checkProgram", 2>()("budget")],
  compile: [
    SOURCE,
    named<"compile", 1>()("arch budget codes effort layers onProgress params prove prune quick seed tokens"),
  ],
  hashOf: [TEXT],
  printInstructions: [record("instructions", "compile(source).instructions", { instructions: isList })],
  printRule: [RULE],
  within: [record("budget", "one such as { seconds: 5 }", {}), TEXT, FUNCTION],
  diagnosticToJson: [SOURCE, DIAGNOSTIC],
  renderDiagnostic: [SOURCE, DIAGNOSTIC],
  loadBackend: [named<"loadBackend", 0>()("force modules")],
  bitEngine: [
    NETWORK,
    named<"bitEngine", 1>()("cellsPerThread first provesAfter skips startThreads threads waits"),
  ],
  loadWorkers: [],
  originOf: [NETWORK, CELLS, STATE],
  readCheckpoint: [BYTES, TEXT, ORIGIN],
  writeCheckpoint: [
    ORIGIN,
    record("snapshot", "what a pause gives", {
      steps: wholeFrom(0),
      state: isOfNumbers,
      kept: (given) => given === null || KEPT.is(given),
    }),
  ],
  directEngine: [NETWORK],
  memoEngine: [NETWORK],
  loadOnnxRuntime: [optional(FUNCTION)],
  onnxEngine: [
    NETWORK,
    record("ONNX Runtime", "what loadOnnxRuntime() gives", {}),
    named<"onnxEngine", 2>()("approximate threads"),
  ],
  interpret: [CHECKED, GRID, named<"interpret", 2>()("maxInstructions onInstruction reached")],
  ruleEngine: [RULE],
  runRule: [RULE, GRID, NUMBER, optional(FUNCTION)],
  runNetwork: [NETWORK, ENGINE, GRID, named<"runNetwork", 3>()("from maxSteps onPause onStep signal")],
  tensorEngine: [NETWORK, BACKEND, named<"tensorEngine", 2>()("approximate heap")],
  exportC: [NETWORK, optional(orNull(GRID))],
  exportVerilog: [NETWORK, optional(orNull(GRID))],
  decompile: [NETWORK, named<"decompile", 1>()("budget snap")],
  readGollyRule: [TEXT, TEXT, TEXT],
  importAutomaton: [AUTOMATON, optional(TEXT)],
  readBbchallenge: [TEXT],
  readMorphett: [TEXT, TEXT],
  importMachine: [MACHINE, TEXT],
  readRuleString: [TEXT],
  formatOf: [TEXT],
  readGrid: [TEXT, TEXT, TEXT, FIELDS, named<"readGrid", 4>()("blankQuery")],
  writeGrid: [GRID, FIELDS, TEXT],
  randomGrid: [SHAPE, FIELDS, RANDOM, optional(TEXT)],
  prepareInput: [RULES, GRID],
  seededRandom: [NUMBER],
  renderGrid: [GRID, FIELDS, optional(COUNT)],
  format: [SOURCE, named<"format", 1>()("budget")],
  printAst: [record("syntax tree", "compile(source).ast", { items: isList })],
  newProgram: [TEXT],
  compareNetworks: [
    BACKEND,
    CLAIM,
    kind("list of two networks", "[{ name, network }, { name, network }]", isList),
    named<"compareNetworks", 3>(OBJECT)("onPart onRun openEngine prove runs scales seed signal size steps"),
  ],
  answersOf: [TEXT, BACKEND, EXAMPLES, QUERIES, named<"answersOf", 4>(OBJECT)("seed signal width")],
  compileLearner: [
    record("learner", "what checkProgram(source) gives", { checked: CHECKED.is, source: SOURCE.is }),
    named<"compileLearner", 1>(OBJECT)("arch budget codes effort layers one params quick seed sourceHash"),
  ],
  measurementOf: [
    TEXT,
    MANY,
    kind(
      "list of results",
      "what runJob gives, at least one",
      (given) => listOf(isOf({ right: isList }))(given) && (given as []).length > 0,
    ),
  ],
  runJob: [
    record("job", "one such as { method, task, size, seed, first, count, steps }", {
      task: isObject,
      size: isObject,
    }),
    record("contestants", "{ network, program, loadTensors, chooseEngine }", {
      network: LEARNER.is,
      program: CHECKED.is,
    }),
  ],
  examplesOf: [TABLE, FORMAT],
  formatOfTable: [TABLE, named<"formatOfTable", 1>()("label positive")],
  queriesOf: [TABLE, FORMAT],
  labelledRows: [TABLE, FORMAT],
  labelNames: [FORMAT],
  learnersOf: [FORMAT],
  examplesFor: [kind("list of rows", "what labelledRows gives", areRows(wholeFrom(0))), PLACES],
  decided: [
    record("learners", "what learnersOf gives", { rows: isList, splits: isList }),
    kind("list of answers of each learner", "one such as [[1, -1], [-1, -1]]", listOf(listOf(isSign))),
  ],
  showLabel: [FORMAT, SIGN],
  encodedFormat: [TABLE, named<"encodedFormat", 1>()("classes encode label levels positive")],
  encodeTable: [TABLE, record("encoding", "encodedFormat(table).format.encoded", { columns: isList })],
  digitalEngine: [LEARNER],
  learnerOutput: [LEARNER, MEMORY, NUMBER, ENGINE, QUERY],
  predict: [
    LEARNER,
    MEMORY,
    NUMBER,
    ENGINE,
    QUERIES,
    named<"predict", 5>()("batch digital onProgress signal"),
  ],
  clusteredRate: [
    kind(
      "list of whole numbers",
      "right answers to the queries of each problem, such as [3, 4]",
      (given) => listOf(wholeFrom(0))(given) && (given as []).length > 0,
    ),
    MANY,
  ],
  wilson: [SHARE, POSITIVE],
  readModelFile: [BYTES, TEXT],
  writeModelFile: [
    record("model", "{ network, memory, steps, format }", {
      network: LEARNER.is,
      memory: MEMORY.is,
      steps: isNumber,
      format: FORMAT.is,
    }),
  ],
  parityChances: [COUNT, COUNT],
  sizeOfLearner: [LEARNER, CELLS, COUNT],
  stepsFor: [
    LEARNER,
    optional(orNull(OBJECT)),
    MEMORY,
    EXAMPLES,
    named<"stepsFor", 4>()("chooseEngine onStep signal"),
  ],
  readTable: [TEXT, TEXT, optional(KNOWN), named<"readTable", 3>()("delimiter header")],
  readParquet: [BYTES, TEXT, named<"readParquet", 2>()("delimiter header")],
  drawProblem: [
    record("task", "one of TASKS", { draw: isFunction }),
    record("size", "whole numbers, such as { features: 3, examples: 4, queries: 2 }", {
      features: wholeFrom(1),
      examples: wholeFrom(0),
      queries: wholeFrom(0),
    }),
    SEED,
    COUNT,
  ],
  trainByAutodiff: [LEARNER, COUNT, EXAMPLES, named<"trainByAutodiff", 3>()("onStep signal")],
  trainByJacobian: [EXAMPLES, named<"trainByJacobian", 1>()("onStep signal")],
  runTraining: [
    BACKEND,
    CLAIM,
    named<"runTraining", 2>(OBJECT)(
      "batch before clip max maxSteps noise optimiser patience progressive rate schedule seed start stateNoise steps supervision until",
    ),
    named<"runTraining", 3>()("onCheck onKeep signal"),
  ],
  exportGolly: [NETWORK, TEXT],
  gollyPattern: [NETWORK, TEXT, GRID],
  exportJson: [NETWORK],
  readNetworkJson: [TEXT, TEXT],
  exportNpz: [NETWORK],
  exportOnnx: [NETWORK, named<"exportOnnx", 1>()("unroll")],
  exportPytorch: [NETWORK, TEXT],
  exportRle: [NETWORK, orNull(GRID)],
  exportTfjs: [NETWORK],
  sizeOf: [NETWORK],
  printNetwork: [NETWORK],
  decode: [NETWORK, SHAPE, STATE],
  encode: [NETWORK, GRID],
  readNotes: [BYTES, TEXT],
  readWeightFile: [BYTES, TEXT],
  writeWeightFile: [NETWORK, optional(OBJECT), optional(TEXT), optional(TEXT)],
  findInvariant: [CHECKED, RULE],
  holdsForever: [RULES, RULE, INVARIANT],
  proveNetwork: [CLAIM, NETWORK, named<"proveNetwork", 2>()("bounded budget onProgress seed snap step")],
  prune: [RULE, NETWORK, orNull(INVARIANT)],
  proveStep: [
    RULE,
    NETWORK,
    named<"proveStep", 2>()("channels compiled fewNodes invariant mostBoxes onProgress onWrong snap"),
  ],
  makeRobust: [CLAIM, NETWORK],
  verifyRadii: [
    CLAIM,
    NETWORK,
    kind(
      "list of claims",
      'numbers from 0 on, and which numbers move: [{ radii: { epsilon, delta, after }, moving: "all" or "nonzero" }]',
      listOf(
        isOf({
          radii: isOf({ epsilon: isRadius, delta: isRadius, after: isRadius }),
          moving: (given) => (MOVING as readonly unknown[]).includes(given),
        }),
      ),
    ),
  ],
  checkNetwork: [
    record("compilation", "what compile(source) gives", {
      source: SOURCE.is,
      checked: CHECKED.is,
      rule: RULE.is,
      network: NETWORK.is,
    }),
    NETWORK,
    ENGINE,
    named<"checkNetwork", 3>(OBJECT)("grids isEnough maxCols maxRows onProgress seed signal"),
  ],
  renderComparison: [record("comparison", "what compareNetworks gives", {})],
  renderCurve: [record("curve", "one such as { title, points }", {}), TEXT],
  recordFrames: [record("settings", "{ progress, fields, most }", { fields: isList })],
  pictureFormatOf: [TEXT],
  renderPicture: [
    TEXT,
    record("view", "what chooseView gives", {}),
    FRAMES,
    named<"renderPicture", 3>(OBJECT)("fps frames"),
  ],
  chooseView: [TEXT, RULES, NAMES, FRAMES],
  fieldsToKeep: [RULES, NAMES],
};

const BUDGET: ReadonlySet<string> = new Set(["seconds", "bytes"]);

const oneOfThese = (words: readonly string[], name = "known word"): Kind =>
  kind(name, words.map((word) => `"${word}"`).join(" or "), (given) => words.includes(given as string));

/** Options that mean the same wherever they are taken. Those whose names begin with `on` are functions. */
const OPTION_KINDS: Readonly<Record<string, Kind>> = {
  params: record("object", "one such as { size: 3 }", {}),
  budget: kind(
    "budget",
    "one such as { seconds: 60, bytes: 2 ** 30 }",
    (given) =>
      isObject(given) &&
      Object.entries(given).every(
        ([name, each]) => BUDGET.has(name) && (each === undefined || isNumber(each)),
      ),
  ),
  codes: kind(
    "object",
    'one such as { others: "integer", fields: { x: "binary" } }',
    (given) => isObject(given) && Object.keys(given).every((name) => name === "others" || name === "fields"),
  ),
  effort: kind("effort", "a number from 0 on", (given) => isNumber(given) && (given as number) >= 0),
  layers: MANY,
  seed: SEED,
  grids: NUMBER,
  maxRows: NUMBER,
  maxCols: NUMBER,
  levels: MANY,
  batch: NUMBER,
  before: COUNT,
  clip: POSITIVE,
  max: CELLS,
  noise: kind("number", "a number from 0 on", isRadius),
  stateNoise: kind("number", "a number from 0 on", isRadius),
  rate: orNull(POSITIVE),
  patience: orNull(MANY),
  progressive: SHARE,
  start: record("start", 'one such as { kind: "compiled" }', { kind: isText }),
  until: record("end", 'one such as { kind: "exact" }', { kind: isText }),
  optimiser: oneOfThese(OPTIMISERS),
  schedule: oneOfThese(SCHEDULES),
  supervision: oneOfThese(SUPERVISIONS),
  threads: MANY,
  cellsPerThread: MANY,
  mostBoxes: COUNT,
  fewNodes: COUNT,
  fps: POSITIVE,
  frames: MANY,
  one: SIGN,
  sourceHash: TEXT,
  label: TEXT,
  positive: TEXT,
  delimiter: TEXT,
  header: FLAG,
  encode: oneOfThese(ENCODINGS),
  classes: oneOfThese(REDUCTIONS),
  bounded: FUNCTION,
  arch: oneOfThese(ARCHITECTURES, "architecture"),
  snap: FLAG,
  prune: FLAG,
  prove: FLAG,
  quick: FLAG,
  tokens: FLAG,
  digital: FLAG,
  signal: record("AbortSignal", "new AbortController().signal", { aborted: isFlag }),
};

/** The functions, which refuse arguments that are not of their kinds; those that are asynchronous do so by their promise. */
export function guarded(all: Api): Api {
  const entries = Object.entries(all).map(([name, value]) => {
    const kinds = (ARGUMENTS as Readonly<Record<string, readonly Kind[]>>)[name];
    return [name, kinds === undefined ? value : guard(name, kinds, value as AnyFunction)];
  });
  return Object.fromEntries(entries) as Api;
}

function guard(name: string, kinds: readonly Kind[], work: AnyFunction): AnyFunction {
  const isAsync = work.constructor.name === "AsyncFunction";
  return (...given: unknown[]) => {
    const refused = refusalOf(name, kinds, given);
    if (refused !== null && isAsync) return Promise.reject(refused);
    if (refused !== null) throw refused;
    const translated = (error: unknown): never => {
      throw given.some(callsBack) ? error : inWords(name, kinds, error);
    };
    try {
      const made = work(...(given as never[]));
      return made instanceof Promise ? made.catch(translated) : made;
    } catch (error) {
      return translated(error);
    }
  };
}

/** Tells whether functions of the caller are called, whose errors are its own. */
const callsBack = (given: unknown): boolean =>
  isFunction(given) ||
  (isObject(given) && Object.entries(given).some(([name, value]) => isCall(name, value)));
const isCall = (name: string, value: unknown): boolean => CALL.test(name) && isFunction(value);
const CALL = /^on[A-Z]/;

/** Returns what JavaScript says where an argument is of its kind, but not all that it is made of. */
function inWords(name: string, kinds: readonly Kind[], error: unknown): unknown {
  if (!(error instanceof TypeError || error instanceof RangeError)) return error;
  if (/call stack/.test(error.message)) return error;
  const wanted = kinds.map(({ name: each }) => each).join(", ") || "nothing";
  return new InputError(
    `${name}: found something that is not as it should be in an argument (${error.message}), expected ${wanted}, ` +
      "as the library makes them; if they are, please report this as a mistake of ours",
    { cause: error },
  );
}

function refusalOf(name: string, kinds: readonly Kind[], given: readonly unknown[]): InputError | null {
  for (const [at, wanted] of kinds.entries()) {
    const found = given[at];
    if (!wanted.is(found)) return refusal(name, wanted, found, `argument ${at + 1}`);
    if (wanted.options === undefined) continue;
    for (const [option, value] of Object.entries((found ?? {}) as object)) {
      if (value === undefined) continue;
      if (!wanted.options.includes(option)) return unknownOption(name, option, wanted.options);
      const own = CALL.test(option) ? FUNCTION : OPTION_KINDS[option];
      if (own !== undefined && !own.is(value)) return refusal(name, own, value, `the option ${option}`);
    }
  }
  return null;
}

const refusal = (name: string, { name: wanted, expected }: Kind, found: unknown, where: string): InputError =>
  new InputError(`${name}: found no ${wanted} but ${showValue(found)} as ${where}, expected ${expected}`);

function unknownOption(name: string, option: string, options: readonly string[]): InputError {
  const expected = nearestName(option, options) ?? `one of ${options.join(", ")}`;
  return new InputError(`${name}: found the option ${option}, which it does not have, expected ${expected}`);
}

/** Members of an object that are named, and characters of a text that are shown. */
const MOST_MEMBERS = 5;
const MOST_CHARACTERS = 40;

function showValue(value: unknown): string {
  if (typeof value === "string")
    return value.length > MOST_CHARACTERS ? `a text of ${value.length} characters` : JSON.stringify(value);
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  const made = value.constructor?.name;
  if (made !== undefined && made !== "Object") return `a ${made}`;
  const names = Object.keys(value);
  if (names.length === 0) return "an empty object";
  return `an object of ${names.slice(0, MOST_MEMBERS).join(", ")}${names.length > MOST_MEMBERS ? ", ..." : ""}`;
}
