// A program as the task: candidates are to answer as it does.

import { InputError } from "../../../diagnostics/diagnostic.ts";
import { interpret } from "../../../engines/reference.ts";
import { randomGrid } from "../../../grid/generate.ts";
import { firstValue, type Grid, inputsOf, type Shape } from "../../../grid/grid.ts";
import { fitsGrid, prepareInput } from "../../../grid/prepare.ts";
import { type Random, seededRandom } from "../../../grid/random.ts";
import type { CheckedProgram } from "../../../language/analyse/checked.ts";
import { type DiscoverTask, limitOf, type ProblemCase, type Wanted } from "../problem.ts";

/** @param given where the inputs come from, if not from chance alone */
export function referenceTask(
  sketch: CheckedProgram,
  reference: CheckedProgram,
  given: DiscoverTask | null,
): DiscoverTask {
  requireSameInputs(sketch, reference);
  const isLearning = given?.isLearning ?? (sketch.predict !== null && reference.predict !== null);
  const answers = answersOf(sketch, reference);
  const passesOf = ({ rows, cols }: Shape) =>
    reference.endless || sketch.endless ? 3 * (rows + cols) : undefined;
  const runsOf = (random: Random, shape: Shape, count: number) => {
    const inputs = given
      ? given.draw(random, shape, count).cases.map(({ input }) => input)
      : randomInputs(sketch, random, shape, count, isLearning);
    return inputs.map((input) => caseOf(reference, answers, input, isLearning, passesOf(shape)));
  };
  const limits = new Map<string, number>();
  /** One limit for all problems of a shape, so that the same steps run them: twice what a sample takes. */
  const limitAt = (shape: Shape): number => {
    const key = `${shape.rows} ${shape.cols}`;
    const sample = () => runsOf(seededRandom(0), shape, SAMPLE).map(({ taken }) => taken);
    const passes = passesOf(shape);
    const usual = () => Math.max(2 * most(sample()), limitOf(sketch, shape));
    const limit = limits.get(key) ?? (passes === undefined ? usual() : passes + 1);
    limits.set(key, limit);
    return limit;
  };
  return {
    name: reference.name,
    isLearning,
    fits: (shape) => (given?.fits(shape) ?? true) && fitsGrid(sketch, shape) && fitsGrid(reference, shape),
    draw(random, shape, count) {
      const limit = limitAt(shape);
      for (let draw = 0; draw < MOST_DRAWS; draw++) {
        const runs = runsOf(random, shape, count);
        if (runs.every(({ taken }) => taken <= limit))
          return { cases: runs.map((run) => run.of), isLearning, limit, passes: passesOf(shape) };
      }
      throw new InputError(tooLong(reference, shape));
    },
    problemOf(input) {
      const passes = passesOf(input);
      const { of, taken } = caseOf(reference, answers, prepareInput(sketch, input), isLearning, passes);
      return { cases: [of], isLearning, limit: 2 * taken, passes };
    },
  };
}

/** Problems that are drawn at most for one whose runs are not much longer than others of their shape. */
const MOST_DRAWS = 1000;
/** Runs that tell how long others will be. */
const SAMPLE = 32;

const tooLong = ({ source, name }: CheckedProgram, { rows, cols }: Shape): string =>
  `${source.name}: runs of ${name} on grids of ${rows}x${cols} differ too much in length; give smaller --dims`;

const most = (numbers: readonly number[]): number => numbers.reduce((a, b) => Math.max(a, b), 0);

function requireSameInputs(sketch: CheckedProgram, reference: CheckedProgram): void {
  const [found, expected] = [sketch, reference].map((program) =>
    inputsOf(program)
      .map(({ name, type }) => `${name}: ${JSON.stringify(type)}`)
      .sort()
      .join(", "),
  );
  if (found === expected) return;
  const names = (program: CheckedProgram): string =>
    inputsOf(program)
      .map(({ name }) => name)
      .join(", ");
  throw new InputError(
    `${sketch.source.name}: found the inputs ${names(sketch) || "none"}, expected those of ${reference.source.name}, ` +
      `with their types: ${names(reference) || "none"}; give both the same inputs`,
  );
}

/** Fields that count: outputs of the reference that the sketch has, else what it predicts, else its inputs. */
function answersOf(sketch: CheckedProgram, reference: CheckedProgram): readonly string[] {
  const has = (name: string): boolean => {
    const [one, other] = [sketch, reference].map(({ fields }) => fields.find((field) => field.name === name));
    return one !== undefined && JSON.stringify(one.type) === JSON.stringify(other?.type);
  };
  const outputs = reference.fields.filter(({ role }) => role === "output").map(({ name }) => name);
  const wanted =
    reference.predict !== null && sketch.predict === reference.predict
      ? [reference.predict]
      : outputs.length > 0
        ? outputs
        : inputsOf(reference).map(({ name }) => name);
  const missing = wanted.find((name) => !has(name));
  if (missing === undefined) return wanted;
  throw new InputError(
    `${sketch.source.name}: found no field ${missing} of the type that it has in ${reference.source.name}, whose result ` +
      "it is; declare it",
  );
}

/** Uniform inputs; of a learner, tables that differ in their last rows alone, which have no label. */
function randomInputs(
  program: CheckedProgram,
  random: Random,
  shape: Shape,
  count: number,
  isLearning: boolean,
): Grid[] {
  const draw = (): Grid => randomGrid(shape, inputsOf(program), random);
  const table = draw();
  return Array.from({ length: count }, () => {
    if (!isLearning) return prepareInput(program, draw());
    const query = draw();
    const from = (shape.rows - 1) * shape.cols;
    const planes = inputsOf(program).map(({ name, type }) => {
      const plane = table.planes[name]!.slice();
      plane.set(query.planes[name]!.subarray(from), from);
      plane[plane.length - 1] = firstValue(type);
      return [name, plane] as const;
    });
    return prepareInput(program, { ...shape, planes: Object.fromEntries(planes) });
  });
}

/** Returns what the reference makes of an input, and how many passes it took; one that never ends, what it makes on the way. */
function caseOf(
  reference: CheckedProgram,
  answers: readonly string[],
  input: Grid,
  isLearning: boolean,
  passes: number | undefined,
): { readonly of: ProblemCase; readonly taken: number } {
  const { rows, cols } = input;
  const own = Object.fromEntries(inputsOf(reference).map(({ name }) => [name, input.planes[name]!]));
  const prepared = reference.workspace ? { prepared: true } : {};
  const cells = Array.from({ length: rows * cols }, (_, cell) => cell).slice(isLearning ? -1 : 0);
  const looks = passes === undefined ? [] : looksAt(passes, cells.length);
  const wanted: Wanted[] = [];
  const look = ({ planes }: Grid, after?: number): void => {
    for (const field of answers)
      for (const cell of cells)
        wanted.push({ field, cell, value: planes[field]![cell]!, ...(after !== undefined && { after }) });
  };
  const { grid, instructions } = interpret(
    reference,
    { rows, cols, planes: own, ...prepared },
    {
      ...(passes !== undefined && { maxInstructions: passes }),
      onInstruction({ instruction, grid: now, count }) {
        if (instruction.tag === "pass" && looks.includes(count)) look(now, count);
      },
    },
  );
  if (passes === undefined) look(grid);
  return { of: { input, wanted }, taken: instructions };
}

/** Values that are looked at in a run that never ends: after every pass, or after some of them. */
const MOST_VALUES = 512;
const LOOKS = 8;

function looksAt(passes: number, cells: number): number[] {
  const count = passes * cells > MOST_VALUES ? LOOKS : passes;
  return Array.from({ length: count }, (_, at) => Math.ceil((passes * (at + 1)) / count));
}
