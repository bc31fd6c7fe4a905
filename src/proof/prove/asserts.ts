// What a program asserts, proved by induction over its instructions.
//
// Suppose that the assertions hold in all cells before an instruction. A cell then runs it with neighbours that have
// not run it yet, or have (where a sweep comes from): both satisfy them, by the order of the sweep. So it is enough
// that the cell satisfies them afterwards, whatever the neighbourhood. Where it is not, more is known of the states of
// cells: by local time they are those of the rule, whose cells satisfy an invariant.
//
// Assertions that this does not prove are given up one after another, until the rest proves itself (Houdini, Flanagan
// and Leino 2001). What is given up is refuted where a run breaks it.

import type { Fact, Instruction, InstructionProgram } from "../../compiler/lower/instructions.ts";
import type { Rule } from "../../compiler/schedule/rule.ts";
import { InputError, type Span } from "../../diagnostics/diagnostic.ts";
import { once } from "../../diagnostics/memo.ts";
import { AssertionFailed, type AssertionName, nameAssertion } from "../../engines/assertion.ts";
import { interpret } from "../../engines/reference.ts";
import { PLACES, type Place } from "../../grid/direction.ts";
import { randomGrids } from "../../grid/generate.ts";
import { type Grid, inputsOf } from "../../grid/grid.ts";
import { prepareInput } from "../../grid/prepare.ts";
import { seededRandom } from "../../grid/random.ts";
import type { CheckedInstruction, CheckedProgram, CheckedStatement } from "../../language/analyse/checked.ts";
import { fieldsRead, leaves } from "../../logic/expression.ts";
import { shapesWithin } from "../verify/shapes.ts";
import { smallestFinding } from "../verify/shrink.ts";
import { always, type Grounds, shownOn } from "./grounds.ts";
import type { Invariant } from "./invariant.ts";
import type { Lemmas } from "./lemma.ts";
import { type Matching, matchSchedule } from "./matching.ts";
import { shown } from "./obligation.ts";
import type { AssertionProof, Obligation, Violation } from "./result.ts";

/** An assertion's outcome, before a run is looked for that breaks it. */
type Judgement = Omit<AssertionProof, keyof AssertionName | "reached">;

interface AssertionOptions {
  readonly seed: number;
  readonly lemmas: Lemmas;
  /** Runs work that may take long and does not pause. */
  readonly bounded?: <T>(work: () => T) => T;
}

/** One outcome for each assertion of a program's text, in its order. */
export async function proveAssertions(
  checked: CheckedProgram,
  program: InstructionProgram,
  rule: Rule,
  { seed, lemmas, bounded = (work) => work() }: AssertionOptions,
): Promise<AssertionProof[]> {
  const { source, assertions = [] } = checked;
  if (assertions.length === 0) return [];
  const judge = (invariant: Invariant | null) => new Induction(checked, program, rule, invariant).judge();
  const alone = bounded(() => judge(null));
  const violations = new Map<Span, Violation | null>();
  for (const span of assertions) {
    if (togetherAt(span, alone).outcome !== "undecided") continue;
    violations.set(span, await findViolation(checked, span, seed));
  }
  // An invariant takes long to find: not for what a run has broken. Before they settle, the values of free-running
  // cells are not the program's.
  const isOpen = [...violations.values()].includes(null) && rule.schedule.kind !== "free-running";
  const judged = isOpen ? bounded(() => judge(lemmas.cells())) : alone;
  return assertions.map((span) => {
    const found = togetherAt(span, judged);
    const reached = violations.get(span) ?? null;
    const outcome = reached === null ? found.outcome : "refuted";
    return { ...found, outcome, ...nameAssertion(source, span), reached };
  });
}

const NEVER = "no cell of any run comes to it";

/** Returns what became of the text at a place, which may be in no instruction, in one, or in several. */
function togetherAt({ start }: Span, shown: ReadonlyMap<Fact, Judgement>): Judgement {
  const found = [...shown].flatMap(([{ span }, judgement]) => (span.start === start ? [judgement] : []));
  const cases = found.reduce((sum, each) => sum + each.cases, 0);
  const worst = (["undecided", "proved"] as const).flatMap(
    (outcome) => found.find((each) => each.outcome === outcome) ?? [],
  )[0];
  return worst === undefined
    ? { outcome: "never reached", cases, reason: NEVER, neighbourhood: null }
    : { ...worst, cases };
}

class Induction {
  readonly #checked: CheckedProgram;
  readonly #program: InstructionProgram;
  readonly #rule: Rule;
  readonly #invariant: Invariant | null;
  readonly #matching: Matching | null;

  constructor(checked: CheckedProgram, program: InstructionProgram, rule: Rule, invariant: Invariant | null) {
    const matching = matchSchedule(program, rule);
    this.#checked = checked;
    this.#program = program;
    this.#rule = rule;
    this.#matching = typeof matching === "string" ? null : matching;
    // Without the lines, states of the rule say nothing of the program's.
    this.#invariant = this.#matching === null ? null : invariant;
  }

  judge(): Map<Fact, Judgement> {
    const { instructions, asserts = [] } = this.#program;
    let verdicts = new Map<Fact, Judgement>(asserts.map((fact) => [fact, this.#atTheStart(fact)]));
    const held = () => asserts.filter((fact) => verdicts.get(fact)!.outcome === "proved");
    for (let assumed: readonly Fact[] | null = null; assumed?.length !== held().length; ) {
      assumed = held();
      const next = new Map(verdicts);
      for (const fact of assumed) next.set(fact, this.#always(fact, assumed));
      verdicts = next;
    }
    const assumed = held();
    for (const [at, { asserts: local = [] }] of instructions.entries())
      for (const fact of local) verdicts.set(fact, this.#within(at, fact, assumed));
    return verdicts;
  }

  #atTheStart({ value }: Fact): Obligation {
    return this.#shown((grounds) => {
      const starts = () =>
        this.#checked.fields.flatMap(({ name, role, initial }) => {
          if (role === "input") return [];
          const placed = (this.#checked.places ?? []).flatMap((place) =>
            place.field === name ? [place.value] : [],
          );
          return [grounds.isAmong(grounds.value(name, "here"), [initial, ...placed])];
        });
      return always(grounds, grounds.values()(value), starts, "it does not hold at the start");
    });
  }

  /** Tells whether an assertion holds at the start, and after every instruction in cells for which all did before. */
  #always(fact: Fact, assumed: readonly Fact[]): Obligation {
    const read = fieldsRead([fact.value]);
    const kept = once(() => this.#whereNothingChanges(fact));
    const parts = this.#program.instructions.map(({ label, writes }, at) => {
      const changes = writes.filter(({ field }) => read.has(field));
      if (changes.length === 0) return kept();
      const asked = fieldsRead([fact.value, ...changes.map(({ value }) => value)]);
      return this.#shown((grounds) => {
        const now = grounds.values();
        const after = grounds.values(({ field, place }) => {
          const write = changes.find((each) => each.field === field);
          return write === undefined ? grounds.value(field, place) : now(write.value);
        });
        const got = after(fact.value);
        const known = () => this.#known(grounds, at, this.#related(assumed, asked), [got]);
        return always(grounds, got, known, `${label} may break it, as far as is known`);
      });
    });
    const all = [this.#atTheStart(fact), ...parts];
    const cases = all.reduce((sum, part) => sum + part.cases, 0);
    return { ...(all.find(({ outcome }) => outcome !== "proved") ?? all[0]!), cases };
  }

  /** Returns what an instruction does to an assertion that holds before, where it writes nothing that this reads. */
  #whereNothingChanges({ value }: Fact): Obligation {
    return this.#shown((grounds) => shown("", grounds.cases(grounds.values()(value))));
  }

  /** Selects the facts that share fields with what is asked, or with others that do. With an invariant, all fields may. */
  #related(facts: readonly Fact[], asked: Iterable<string>): readonly Fact[] {
    if (this.#invariant !== null) return facts;
    const reached = new Set(asked);
    let left = facts;
    for (let before = -1; before !== left.length; ) {
      before = left.length;
      left = left.filter(({ value }) => {
        const read = fieldsRead([value]);
        const isNear = [...read].some((field) => reached.has(field));
        if (isNear) for (const field of read) reached.add(field);
        return !isNear;
      });
    }
    return facts.filter((fact) => !left.includes(fact));
  }

  /** Tells whether what a body asserts holds in cells that run it, and whether any cell reaches it. */
  #within(at: number, { value, path }: Fact, assumed: readonly Fact[]): Judgement {
    return this.#shown<Judgement>((grounds) => {
      const values = grounds.values();
      const [got, comes] = [values(value), values(path)];
      const related = this.#related(assumed, fieldsRead([value, path]));
      const all = once(() => this.#known(grounds, at, related, [got, comes]));
      const unreached = always(grounds, grounds.not(comes), all, "");
      if (unreached.outcome === "proved") return { ...unreached, outcome: "never reached", reason: NEVER };
      return always(grounds, got, all, "it may fail, as far as is known");
    });
  }

  #shown<T = Obligation>(show: <Value>(grounds: Grounds<Value>) => T): T | Obligation {
    return shownOn(this.#rule, show);
  }

  /** Returns what is known of a cell and its neighbours when the cell runs an instruction. */
  #known<Value>(
    grounds: Grounds<Value>,
    at: number,
    assumed: readonly Fact[],
    got: readonly Value[],
  ): Value[] {
    const instruction = this.#program.instructions[at]!;
    const ages = agesOf(instruction);
    const asserted = PLACES.flatMap((place) =>
      assumed.flatMap(({ value }) => {
        // Where a neighbour is on the grid cannot be seen from here.
        const asksEdge = leaves([value]).some(({ tag }) => tag === "inside");
        if (ages.get(place) === "mixed" || (asksEdge && place !== "here")) return [];
        const there = grounds.values(({ field }) => grounds.value(field, place))(value);
        return [grounds.onGrid(place, there)];
      }),
    );
    if (this.#invariant === null) return asserted;
    const positions = this.#positions(grounds, instruction, ages);
    const isSettled = (place: Place) => ages.get(place) !== "mixed";
    const allowed = grounds.allowed(this.#invariant, [...got, ...positions, ...asserted], isSettled);
    return [...asserted, ...positions, allowed];
  }

  /** On which lines the cell and its neighbours are then. */
  #positions<Value>(grounds: Grounds<Value>, instruction: Instruction, ages: Ages): Value[] {
    const { position, lines } = this.#matching!;
    if (position === null) return [];
    const line = lines.findIndex((each) => each.instruction === instruction);
    return PLACES.map((place) => {
      const age = ages.get(place) ?? "before";
      const possible = {
        before: [line],
        after: lines[line]!.targets,
        mixed: [line, ...lines[line]!.targets],
      }[age];
      return grounds.onGrid(place, grounds.isAmong(grounds.value(position.name, place), possible));
    });
  }
}

/** Whether the values read at a place are those before the neighbour ran the instruction, or after; or some of each. */
type Ages = ReadonlyMap<Place, "before" | "after" | "mixed">;

function agesOf({ writes, asserts = [] }: Instruction): Ages {
  const ages = new Map<Place, "before" | "after" | "mixed">();
  const roots = [...[...writes, ...asserts].map(({ value }) => value), ...asserts.map(({ path }) => path)];
  for (const leaf of leaves(roots)) {
    // What the instruction does not write is the same before and after.
    if (leaf.tag !== "read" || leaf.place === "here" || leaf.age === "now") continue;
    const age = leaf.age === "new" ? "after" : "before";
    const known = ages.get(leaf.place) ?? age;
    ages.set(leaf.place, known === age ? age : "mixed");
  }
  return ages;
}

// Looks for an input on which a run of the interpreter breaks one of the program's assertions.

/** Random inputs to try. */
const TRIALS = 100;

/** The smallest input found, and where the assertion at that place of the text fails; null if none was found. */
async function findViolation(program: CheckedProgram, span: Span, seed: number): Promise<Violation | null> {
  const random = seededRandom(seed);
  const shapeOf = shapesWithin(program, { rows: 5, cols: 5 });
  if (shapeOf === null) return null;
  const alone = withOnly(program, span);
  for (const input of randomGrids(shapeOf, inputsOf(program), random, TRIALS)) {
    if (failure(alone, input) === null) continue;
    const smallest = await smallestFinding(program, input, (grid) => failure(alone, grid));
    const { row, col, count, values } = smallest.found;
    return { input: smallest.input, row, col, count, values };
  }
  return null;
}

function failure(program: CheckedProgram, input: Grid): AssertionFailed | null {
  const grid = prepareInput(program, input);
  try {
    interpret(program, grid, { maxInstructions: 3 * (grid.rows + grid.cols) + 12 });
    return null;
  } catch (error) {
    if (error instanceof AssertionFailed) return error;
    // Cells that disagree about a break are another matter.
    if (error instanceof InputError) return null;
    throw error;
  }
}

/** The program without its other assertions, which might fail before this one does. */
function withOnly(program: CheckedProgram, { start }: Span): CheckedProgram {
  const statements = (list: readonly CheckedStatement[]): CheckedStatement[] =>
    list.flatMap((each): readonly CheckedStatement[] => {
      if (each.tag === "assert") return each.span.start === start ? [each] : [];
      if (each.tag !== "if") return [each];
      return [{ ...each, then: statements(each.then), otherwise: statements(each.otherwise) }];
    });
  const instructions = (list: readonly CheckedInstruction[]): CheckedInstruction[] =>
    list.map((each) => {
      switch (each.tag) {
        case "pass":
          return { ...each, body: statements(each.body) };
        case "branch":
          return { ...each, then: instructions(each.then), otherwise: instructions(each.otherwise) };
        case "loop":
        case "while":
        case "times":
          return { ...each, body: instructions(each.body) };
        default:
          return each;
      }
    });
  return {
    ...program,
    asserts: (program.asserts ?? []).filter((each) => each.span.start === start),
    body: instructions(program.body),
  };
}
