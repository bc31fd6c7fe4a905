// Unrolls a sketch over one shape of grids: every visit of an instruction to a cell becomes a step of a small circuit.
// Bits are known or stand in memory, and each is written once (`plane-steps.ts`). Where what comes next depends on the lane, all
// lanes go on, and those that a pass is not for keep what they have.

import { unreachable } from "../../diagnostics/diagnostic.ts";
import { type Axis, OFFSETS } from "../../grid/direction.ts";
import { type Grid, inputsOf, neighbourOf, type Shape } from "../../grid/grid.ts";
import type {
  CheckedExpression,
  CheckedInstruction,
  CheckedOf,
  Quantified,
} from "../../language/analyse/checked.ts";
import type { BodyCircuit, Circuits } from "./cell.ts";
import { type Bit, NO, type PassStep, PassSteps, YES } from "./plane-steps.ts";
import type { Problem } from "./problem.ts";
import type { Kernels } from "./row-kernels.ts";
import { codeOf } from "./sketch-layout.ts";

export interface UnrolledTrace {
  /** Steps that are made once, and those of every case. */
  readonly once: readonly PassStep[];
  readonly each: readonly PassStep[];
  /** What is to be 1 in the end: for every wanted value whether it is right, and that the run was in order. */
  readonly points: readonly number[];
  /** Where input bits are expected that all cases share, those of a case, and the wanted bits behind those. */
  readonly sharedAt: number;
  readonly ownAt: number;
  /** The first address behind all that it uses. */
  readonly end: number;
}

/** Cells whose inputs differ between cases. */
export const isOwn = ({ isLearning }: Problem, { rows, cols }: Shape, cell: number): boolean =>
  !isLearning || cell >= (rows - 1) * cols;

/** How a walk through instructions ends: lanes go on, or the run is over for all. */
interface Walked {
  readonly active: Bit;
  readonly isOver: boolean;
}

/** Traces a program on the shape of a problem, from address `from` on. */
export function traceOf(circuits: Circuits, kernels: Kernels, problem: Problem, from: number): UnrolledTrace {
  return new Tracer(circuits, kernels, problem, from).run();
}

class Tracer {
  readonly #circuits: Circuits;
  readonly #problem: Problem;
  readonly #grid: Grid;
  readonly #cells: number;
  /** By bit of the state, then by cell. */
  #now: Bit[][];
  #before: Bit[][];
  readonly #sharedAt: number;
  readonly #ownAt: number;
  readonly #steps: PassSteps;
  /** What must be 1 besides the wanted values. */
  readonly #musts: Bit[] = [];
  #passes = 0;
  /** The state after passes at which something is wanted. */
  readonly #snapshots = new Map<number, Bit[][]>();
  /** Lanes that a limit has stopped. */
  #unfinished: Bit = NO;

  constructor(circuits: Circuits, kernels: Kernels, problem: Problem, from: number) {
    this.#circuits = circuits;
    this.#problem = problem;
    this.#grid = problem.cases[0]!.input;
    this.#cells = this.#grid.rows * this.#grid.cols;
    this.#sharedAt = from;
    this.#steps = new PassSteps(kernels, from, this.#grid);
    const { layout } = circuits;
    this.#now = Array.from({ length: layout.halted + 1 }, () => new Array<Bit>(this.#cells).fill(NO));
    const inputs = inputsOf(layout.program);
    const others = layout.program.fields.filter(({ role }) => role !== "input");
    for (const { name, initial } of others)
      this.#fill(name, (cell) => this.#grid.planes[name]?.[cell] ?? initial);
    const place = (own: boolean): void => {
      for (let cell = 0; cell < this.#cells; cell++)
        if (isOwn(problem, this.#grid, cell) === own)
          for (const { name } of inputs) this.#allocate(layout.fields.get(name)!, cell, own);
    };
    place(false);
    this.#ownAt = this.#steps.end;
    place(true);
    this.#before = this.#now;
  }

  #fill(name: string, value: (cell: number) => number): void {
    const slot = this.#circuits.layout.fields.get(name)!;
    for (let cell = 0; cell < this.#cells; cell++)
      for (const [at, bit] of codeOf(slot, value(cell)).entries()) this.#now[slot.first + at]![cell] = bit;
  }

  #allocate(
    { first, size }: { readonly first: number; readonly size: number },
    cell: number,
    own: boolean,
  ): void {
    for (let at = 0; at < size; at++) this.#now[first + at]![cell] = this.#steps.plane(own);
  }

  run(): UnrolledTrace {
    const { fields } = this.#circuits.layout;
    const { wanted } = this.#problem.cases[0]!;
    const targets = wanted.map(({ field }) =>
      Array.from({ length: fields.get(field)!.size }, () => this.#steps.plane(true)),
    );
    this.#atStart();
    const matches = wanted.map(({ field, cell, after }, at) => {
      const state = this.#snapshots.get(after ?? -1) ?? this.#now;
      const bits = targets[at]!.map((_, bit) => state[fields.get(field)!.first + bit]![cell]!);
      return this.#steps.all(bits.map((bit, index) => this.#steps.same(bit, targets[at]![index]!)));
    });
    const all = [...matches, ...this.#musts, this.#steps.not(this.#unfinished)];
    // A point that is known to be wrong leaves no lane; one that is right need not be looked at.
    const points = all.includes(NO) ? [this.#steps.zero()] : all.filter((bit) => bit !== YES);
    const { once, each } = this.#steps.neededFor(points);
    return { once, each, points, sharedAt: this.#sharedAt, ownAt: this.#ownAt, end: this.#steps.end };
  }

  #atStart(): void {
    this.#checkAsserts(YES);
    if (this.#isOver(YES).isOver) return;
    this.#walk(this.#circuits.layout.program.body, YES);
  }

  // Control.

  #walk(instructions: readonly CheckedInstruction[], active: Bit): Walked {
    let at: Walked = { active, isOver: false };
    for (const instruction of instructions) {
      at = this.#instruction(instruction, at.active);
      if (at.isOver || at.active === NO) return at;
    }
    return at;
  }

  #instruction(instruction: CheckedInstruction, active: Bit): Walked {
    switch (instruction.tag) {
      case "pass":
        return this.#pass(instruction, active);
      case "halt":
        return this.#halt(instruction.when, active);
      case "break":
        return this.#break(instruction.when, active);
      case "loop":
        return this.#loop(instruction.body, active, () => YES);
      case "while":
        return this.#loop(instruction.body, active, () => this.#holds(instruction.condition));
      case "times": {
        const { count } = instruction;
        const rounds = typeof count === "number" ? count : this.#grid[count];
        let left = rounds;
        return this.#loop(instruction.body, active, () => (left-- > 0 ? YES : NO), true);
      }
      case "branch": {
        const condition = this.#holds(instruction.condition);
        const then = this.#walkWhere(instruction.then, this.#steps.and(active, condition));
        if (then.isOver) return then;
        const otherwise = this.#walkWhere(instruction.otherwise, this.#steps.andNot(active, condition));
        if (otherwise.isOver) return otherwise;
        return { active: this.#steps.or(then.active, otherwise.active), isOver: false };
      }
      default:
        return unreachable(instruction);
    }
  }

  #walkWhere(body: readonly CheckedInstruction[], active: Bit): Walked {
    return active === NO ? { active, isOver: false } : this.#walk(body, active);
  }

  /** Goes round while some lane may; those that have left come together behind it. */
  #loop(body: readonly CheckedInstruction[], active: Bit, condition: () => Bit, isCounted = false): Walked {
    let inside = active;
    let rest = active;
    for (;;) {
      inside = this.#steps.and(inside, condition());
      if (inside === NO) return { active: rest, isOver: false };
      if (!isCounted && this.#passes >= this.#problem.limit) {
        // Lanes whose cells have all halted are done.
        this.#unfinished = this.#steps.or(this.#unfinished, this.#steps.andNot(inside, this.#allHalted()));
        return { active: this.#steps.andNot(rest, inside), isOver: false };
      }
      const before = this.#passes;
      const walked = this.#walk(body, inside);
      if (walked.isOver) return walked;
      // Lanes that a limit has stopped further in go nowhere.
      rest = this.#steps.andNot(rest, this.#unfinished);
      inside = walked.active;
      if (this.#passes === before) this.#passes++;
    }
  }

  #break(when: CheckedExpression, active: Bit): Walked {
    const [some, every] = [this.#some(when), this.#every(when)];
    const disagree = this.#steps.andNot(some, every);
    if (disagree !== NO) this.#require(this.#steps.not(this.#steps.and(active, disagree)));
    return { active: this.#steps.andNot(active, some), isOver: false };
  }

  #holds({ quantifier, of }: Quantified): Bit {
    return quantifier === "any" ? this.#some(of) : this.#every(of);
  }

  #halt(when: CheckedExpression, active: Bit): Walked {
    const halted = this.#now[this.#circuits.layout.halted]!;
    const circuit = this.#circuits.condition(when);
    const finished = halted.map((_, cell) => this.#visit(circuit, cell, active)[0]!);
    for (const [cell, bit] of finished.entries())
      halted[cell] = this.#steps.or(halted[cell]!, this.#steps.and(bit, active));
    if (halted.every((bit) => bit === YES)) return { active, isOver: true };
    return this.#isOver(active);
  }

  /** Returns what the program ends with: lanes where it holds keep what they have. */
  #isOver(active: Bit): Walked {
    const { ends } = this.#circuits.layout.program;
    if (!ends) return { active, isOver: false };
    const halted = this.#now[this.#circuits.layout.halted]!;
    const circuit = this.#circuits.condition(ends);
    const done = halted.map((bit, cell) => this.#steps.or(bit, this.#visit(circuit, cell, active)[0]!));
    const all = this.#steps.all(done);
    if (all === YES) return { active, isOver: true };
    if (all !== NO)
      for (const [cell, bit] of halted.entries())
        halted[cell] = this.#steps.or(bit, this.#steps.and(all, active));
    return { active, isOver: false };
  }

  #allHalted(): Bit {
    return this.#steps.all(this.#now[this.#circuits.layout.halted]!);
  }

  #require(bit: Bit): void {
    if (bit !== YES) this.#musts.push(bit);
  }

  // Cells.

  #pass(pass: CheckedOf<"pass">, active: Bit): Walked {
    if (this.#passes === this.#problem.passes) return { active, isOver: true };
    const circuit = this.#circuits.pass(pass);
    this.#before = this.#now.map((plane) => plane.slice());
    const halted = this.#now[this.#circuits.layout.halted]!;
    for (const cell of sweepOrder(this.#grid, pass.sources)) {
      if (halted[cell] === YES) continue;
      const outputs = this.#visit(circuit, cell, active);
      for (const [at, bit] of circuit.writes.entries()) this.#now[bit]![cell] = outputs[at]!;
      if (circuit.asserts) this.#require(this.#steps.not(outputs.at(-1)!));
    }
    this.#passes++;
    this.#before = this.#now;
    if (this.#problem.cases[0]!.wanted.some(({ after }) => after === this.#passes))
      this.#snapshots.set(
        this.#passes,
        this.#now.map((plane) => plane.slice()),
      );
    this.#checkAsserts(active);
    return this.#isOver(active);
  }

  #checkAsserts(active: Bit): void {
    for (const { of } of this.#circuits.layout.program.asserts ?? []) {
      const circuit = this.#circuits.condition(of);
      for (let cell = 0; cell < this.#cells; cell++)
        this.#require(this.#steps.or(this.#visit(circuit, cell, active)[0]!, this.#steps.not(active)));
    }
  }

  /** Returns what a circuit gives in a cell. */
  #visit(circuit: BodyCircuit, cell: number, active: Bit): Bit[] {
    return this.#steps.apply(circuit, (input) => {
      if (input.tag === "active") return active;
      if (input.tag === "edge") return neighbourOf(this.#grid, cell, OFFSETS[input.side]) === null ? YES : NO;
      const at = neighbourOf(this.#grid, cell, OFFSETS[input.place]);
      return at === null ? NO : (input.age === "new" ? this.#now : this.#before)[input.bit]![at]!;
    });
  }

  // Conditions.

  #some(of: CheckedExpression): Bit {
    return this.#steps.any(this.#everywhere(of));
  }

  #every(of: CheckedExpression): Bit {
    return this.#steps.all(this.#everywhere(of));
  }

  #everywhere(of: CheckedExpression): Bit[] {
    const circuit = this.#circuits.condition(of);
    return Array.from({ length: this.#cells }, (_, cell) => this.#visit(circuit, cell, YES)[0]!);
  }
}

/** Cells in the order in which a sweep reaches them. */
function sweepOrder({ rows, cols }: Shape, sources: readonly Axis[]): number[] {
  const order = (length: number, backwards: boolean): number[] =>
    Array.from({ length }, (_, at) => (backwards ? length - 1 - at : at));
  const down = order(rows, sources.includes("down"));
  const across = order(cols, sources.includes("right"));
  const sideways = sources.length === 1 && (sources[0] === "left" || sources[0] === "right");
  return sideways
    ? across.flatMap((col) => down.map((row) => row * cols + col))
    : down.flatMap((row) => across.map((col) => row * cols + col));
}
