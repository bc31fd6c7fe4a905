// The meaning of a program, as the manual gives it: one instruction over the whole grid, then the next.
//
// Shares nothing with src: it was written from the manual alone, so that a mistake of one of the two is a difference
// between them.

import { size } from "./constants.ts";
import { evaluate, holds, type Scope } from "./evaluate.ts";
import { stepMachine } from "./machine.ts";
import {
  type Direction,
  type Expression,
  type Instruction,
  type Machine,
  type Program,
  type Question,
  Refused,
  type Statement,
  type Value,
} from "./tree.ts";
import { type Fields, type Shape, World } from "./world.ts";

/** Why a run was over: the program's end, the limit, an assertion, or cells that disagree about `break`. */
export type End = "over" | "limit" | "assertion" | "disagreement";

export interface Verdict {
  readonly end: End;
  readonly rows: number;
  readonly cols: number;
  /** The state before the first instruction and after every one, as far as the run went. */
  readonly history: readonly Fields[];
  /** Cells that had halted in the end. */
  readonly halted: readonly boolean[];
  /** The line of the assertion that failed. */
  readonly line: number | null;
  /**
   * How often control came to a block or a question: rounds of loops take their time without an instruction, too. Of a
   * run that is cut short, until the last instruction.
   */
  readonly decisions: number;
}

export interface Limits {
  /** So many instructions, at most. */
  readonly instructions: number;
  /** Whether an assertion that does not hold ends the run. */
  readonly assertions?: "stop" | "ignore";
}

/** Ends a run from within. */
class Over extends Error {
  readonly end: End;
  readonly line: number | null;
  constructor(end: End, line: number | null = null) {
    super(end);
    this.end = end;
    this.line = line;
  }
}

/** Runs a program on an input; throws `Refused` where program or input are none. */
export function judge(program: Program, shape: Shape, inputs: Fields, limits: Limits): Verdict {
  const run = new Run(program, new World(program, shape, inputs), limits);
  const { world } = run;
  let over = new Over("over");
  try {
    run.begin();
    run.block(program.instructions);
  } catch (error) {
    if (!(error instanceof Over)) throw error;
    over = error;
  }
  const { history } = run;
  return {
    end: over.end,
    line: over.line,
    rows: world.rows,
    cols: world.cols,
    history,
    halted: world.halted,
    decisions: over.end === "over" ? run.decisions : run.decided,
  };
}

class Run {
  readonly history: Fields[] = [];
  readonly world: World;
  private readonly program: Program;
  private readonly limits: Limits;
  private done = 0;
  /** Rounds of loops may come without an instruction. */
  decisions = 0;
  /** Those before the last instruction. */
  decided = 0;

  constructor(program: Program, world: World, limits: Limits) {
    this.program = program;
    this.world = world;
    this.limits = limits;
  }

  private snapshot(): Fields {
    return new Map([...this.world.values].map(([name, values]) => [name, values.slice()]));
  }

  begin(): void {
    this.look();
    if (this.allSatisfyEnd()) throw new Over("over");
  }

  /** Runs instructions; says whether a `break` leaves the loop around them. */
  block(instructions: readonly Instruction[]): boolean {
    this.decisions += 1;
    if (this.decisions > 50 * (this.limits.instructions + 10)) throw new Over("limit");
    return instructions.some((instruction) => this.instruction(instruction));
  }

  private instruction(instruction: Instruction): boolean {
    switch (instruction.kind) {
      case "body":
        this.body(instruction.directions, instruction.body);
        return false;
      case "machine":
        this.machine(instruction.machine);
        return false;
      case "loop":
        while (!this.block(instruction.body));
        return false;
      case "times":
        this.times(instruction);
        return false;
      case "while":
        while (this.answer(instruction.question) && !this.block(instruction.body));
        return false;
      case "ask":
        return this.block(this.answer(instruction.question) ? instruction.yes : instruction.no);
      case "break":
        return this.agreed(instruction.when);
      case "halt":
        this.halt(instruction.when);
        return false;
    }
  }

  private times(instruction: Extract<Instruction, { kind: "times" }>): void {
    const times = size(instruction.times, this.world, this.program.params);
    for (let i = 0; i < times && !this.block(instruction.body); i++);
  }

  private body(directions: readonly Direction[], body: readonly Statement[]): void {
    this.beforeInstruction();
    const before: Fields = new Map([...assignedIn(body)].map((name) => [name, this.world.get(name).slice()]));
    let current = 0;
    const sight = this.world.sight(() => current, directions, before);
    const statements = (all: readonly Statement[], names: ReadonlyMap<string, Value>): void => {
      let scope: Scope = { names };
      for (const statement of all) {
        if (statement.kind === "let") {
          const value = evaluate(statement.to, sight, scope);
          scope = { names: new Map([...scope.names, [statement.name, value]]) };
        } else if (statement.kind === "assign") {
          this.world.set(statement.field, current, evaluate(statement.to, sight, scope));
        } else if (statement.kind === "assert") {
          if (!holds(statement.that, sight, scope)) this.broken(statement.line);
        } else if (statement.kind === "if") {
          statements(holds(statement.condition, sight, scope) ? statement.yes : statement.no, scope.names);
        } else {
          const on = evaluate(statement.on, sight, scope);
          const arm = statement.arms.find((each) =>
            each.values.some((value) => evaluate(value, sight, scope) === on),
          );
          const chosen = arm?.body ?? statement.otherwise;
          if (chosen === null) throw new Refused(`no arm for ${on}`);
          statements(chosen, scope.names);
        }
      }
    };
    for (current of this.world.order(directions))
      if (!this.world.halted[current]) statements(body, new Map());
    this.afterInstruction();
  }

  private machine(machine: Machine): void {
    for (;;) {
      this.beforeInstruction();
      const heads = stepMachine(
        machine,
        this.world.get("head"),
        this.world.get(machine.tape),
        this.world.cols,
      );
      this.world.values.set("head", heads);
      this.afterInstruction();
    }
  }

  private beforeInstruction(): void {
    if (this.done === this.limits.instructions) throw new Over("limit");
  }

  private afterInstruction(): void {
    this.done += 1;
    this.look();
    if (this.allSatisfyEnd()) throw new Over("over");
  }

  /** Notes the state, and looks at the assertions beside the instructions. */
  private look(): void {
    this.history.push(this.snapshot());
    this.decided = this.decisions;
    for (const { that, line } of this.program.asserts) {
      if (!this.cells().every((cell) => this.asks(that, cell))) this.broken(line);
    }
  }

  private broken(line: number): void {
    if (this.limits.assertions !== "ignore") throw new Over("assertion", line);
  }

  /** What `ends when` and a machine say: cells that have halted agree. */
  private allSatisfyEnd(): boolean {
    const { ends, instructions } = this.program;
    const machine = instructions.find((each) => each.kind === "machine")?.machine;
    if (ends === null && machine === undefined) return false;
    const heads = machine && this.world.get("head");
    return this.cells().every((cell) => {
      if (this.world.halted[cell]) return true;
      if (ends !== null && !this.asks(ends, cell)) return false;
      return !heads || heads[cell] === "none" || machine.halting.includes(String(heads[cell]));
    });
  }

  /** Asks the whole grid: cells that have halted answer too. */
  private answer({ kind, of }: Question): boolean {
    this.decisions += 1;
    const answers = this.cells().map((cell) => this.asks(of, cell));
    return kind === "any" ? answers.includes(true) : !answers.includes(false);
  }

  private agreed(condition: Expression): boolean {
    const answers = this.cells().map((cell) => this.asks(condition, cell));
    if (answers.some((answer) => answer !== answers[0])) throw new Over("disagreement");
    return answers[0]!;
  }

  private halt(condition: Expression): void {
    const { halted } = this.world;
    const halting = this.cells().filter((cell) => !halted[cell] && this.asks(condition, cell));
    for (const cell of halting) halted[cell] = true;
    if (!halted.includes(false) || this.allSatisfyEnd()) throw new Over("over");
  }

  private asks(condition: Expression, cell: number): boolean {
    return holds(
      condition,
      this.world.sight(() => cell, [], new Map()),
      { names: new Map() },
    );
  }

  private cells(): number[] {
    return this.world.halted.map((_, cell) => cell);
  }
}

/** The fields that a body assigns. */
function assignedIn(body: readonly Statement[]): Set<string> {
  const names = new Set<string>();
  for (const statement of body) {
    if (statement.kind === "assign") names.add(statement.field);
    const inner =
      statement.kind === "if"
        ? [statement.yes, statement.no]
        : statement.kind === "match"
          ? [...statement.arms.map((arm) => arm.body), statement.otherwise ?? []]
          : [];
    for (const each of inner) for (const name of assignedIn(each)) names.add(name);
  }
  return names;
}
