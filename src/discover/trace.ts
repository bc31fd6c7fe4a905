// Unrolls a sketch over one shape of grids: every visit of an instruction to a cell becomes a step of a small circuit.
//
// A bit of the state is known (it depends neither on holes nor on data) or has an address in memory, where it stands
// for all lanes. Each bit is written once, so that nothing is overwritten that somebody still reads; what is known
// disappears from the circuits, and what is only handed on is not copied. Where what comes next depends on the lane,
// all lanes go on, and those that a pass is not for keep what they have. Steps that depend on what differs between the cases of a
// problem are kept apart: the others are made once for all cases.

import type { CheckedExpression, CheckedInstruction, Pass, Quantified } from "../analyse/checked.ts";
import { InputError, unreachable } from "../diagnostics/diagnostic.ts";
import { type Axis, OFFSETS } from "../grid/direction.ts";
import type { Grid, Shape } from "../grid/grid.ts";
import { type CellCircuit, type CellInput, conditionCircuit, type PassCircuit, passCircuit } from "./cell.ts";
import { GATES, type Kernel, type Kernels, MATCH } from "./kernels.ts";
import { codeOf, type Layout } from "./layout.ts";
import type { Problem } from "./problem.ts";

/** 0 or 1 where it is known, else the address of its plane. */
export type Bit = number;
const [NO, YES] = [0, 1];
const isKnown = (bit: Bit): boolean => bit <= YES;

export const PLANE_BYTES = 16;

export interface Step {
  readonly kernel: Kernel;
  /** Addresses of what it reads and of what it writes. */
  readonly pointers: readonly number[];
}

export interface Trace {
  /** Steps that are made once, and those of every case. */
  readonly once: readonly Step[];
  readonly each: readonly Step[];
  /** What is to be 1 in the end: for every wanted value whether it is right, and that the run was in order. */
  readonly points: readonly number[];
  /** Where input bits are expected that all cases share, those of a case, and the wanted bits behind those. */
  readonly sharedAt: number;
  readonly ownAt: number;
  /** The first address behind all that it uses. */
  readonly end: number;
}

/** More steps than these are too many to be written down. */
const MOST_STEPS = 2e6;

const tooLong = ({ rows, cols }: Shape): string =>
  `a run of the sketch on a grid of ${rows}x${cols} takes more than ${MOST_STEPS} steps of cells, too many to try ` +
  "candidates on; give smaller --dims";

/** Cells whose inputs differ between cases. */
export const isOwn = ({ isLearning }: Problem, { rows, cols }: Shape, cell: number): boolean =>
  !isLearning || cell >= (rows - 1) * cols;

/** The circuits of a program's instructions, made when they are first needed. */
export class Circuits {
  readonly layout: Layout;
  readonly #passes = new Map<number, PassCircuit>();
  readonly #conditions = new Map<CheckedExpression, CellCircuit>();

  constructor(layout: Layout) {
    this.layout = layout;
  }

  pass({ id, body }: Pass): PassCircuit {
    const known = this.#passes.get(id) ?? passCircuit(this.layout, `pass ${id}`, body);
    this.#passes.set(id, known);
    return known;
  }

  condition(of: CheckedExpression): CellCircuit {
    const known =
      this.#conditions.get(of) ?? conditionCircuit(this.layout, `condition ${this.#conditions.size}`, of);
    this.#conditions.set(of, known);
    return known;
  }
}

/** How a walk through instructions ends: lanes go on, or the run is over for all. */
interface Walked {
  readonly active: Bit;
  readonly isOver: boolean;
}

/** Traces a program on the shape of a problem, from address `from` on. */
export function traceOf(circuits: Circuits, kernels: Kernels, problem: Problem, from: number): Trace {
  return new Tracer(circuits, kernels, problem, from).run();
}

class Tracer {
  readonly #circuits: Circuits;
  readonly #kernels: Kernels;
  readonly #problem: Problem;
  readonly #grid: Grid;
  readonly #cells: number;
  /** By bit of the state, then by cell. */
  #now: Bit[][];
  #before: Bit[][];
  readonly #sharedAt: number;
  readonly #ownAt: number;
  #next: number;
  readonly #steps: { readonly step: Step; readonly isOwn: boolean }[] = [];
  /** Addresses of what depends on the case. */
  readonly #own = new Set<number>();
  /** What must be 1 besides the wanted values. */
  readonly #musts: Bit[] = [];
  #passes = 0;
  /** The state after passes at which something is wanted. */
  readonly #snapshots = new Map<number, Bit[][]>();
  /** Lanes that a limit has stopped. */
  #unfinished: Bit = NO;

  constructor(circuits: Circuits, kernels: Kernels, problem: Problem, from: number) {
    this.#circuits = circuits;
    this.#kernels = kernels;
    this.#problem = problem;
    this.#grid = problem.cases[0]!.input;
    this.#cells = this.#grid.rows * this.#grid.cols;
    this.#sharedAt = from;
    this.#next = from;
    const { layout } = circuits;
    this.#now = Array.from({ length: layout.halted + 1 }, () => new Array<Bit>(this.#cells).fill(NO));
    const inputs = layout.program.fields.filter(({ role }) => role === "input");
    const others = layout.program.fields.filter(({ role }) => role !== "input");
    for (const { name, initial } of others)
      this.#fill(name, (cell) => this.#grid.planes[name]?.[cell] ?? initial);
    const place = (own: boolean): void => {
      for (let cell = 0; cell < this.#cells; cell++)
        if (isOwn(problem, this.#grid, cell) === own)
          for (const { name } of inputs) this.#allocate(layout.fields.get(name)!, cell, own);
    };
    place(false);
    this.#ownAt = this.#next;
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
    for (let at = 0; at < size; at++) this.#now[first + at]![cell] = this.#address(own);
  }

  #address(own: boolean): number {
    const address = this.#next;
    this.#next += PLANE_BYTES;
    if (own) this.#own.add(address);
    return address;
  }

  run(): Trace {
    const { fields } = this.#circuits.layout;
    const { wanted } = this.#problem.cases[0]!;
    const targets = wanted.map(({ field }) =>
      Array.from({ length: fields.get(field)!.size }, () => this.#address(true)),
    );
    this.#atStart();
    const points = wanted.map(({ field, cell, after }, at) => {
      const state = this.#snapshots.get(after ?? -1) ?? this.#now;
      const bits = targets[at]!.map((_, bit) => state[fields.get(field)!.first + bit]![cell]!);
      return this.#all(bits.map((bit, index) => this.#gate(MATCH, bit, targets[at]![index]!)));
    });
    const all = [...points, ...this.#musts, this.#gate(GATES.not, this.#unfinished, NO)];
    // A point that is known to be wrong leaves no lane; one that is right need not be looked at.
    const looked = all.includes(NO) ? [this.#zero()] : all.filter((bit) => bit !== YES);
    return this.#finish(looked);
  }

  #atStart(): void {
    this.#checkAsserts(YES);
    if (this.#isOver(YES).isOver) return;
    this.#walk(this.#circuits.layout.program.body, YES);
  }

  /** An address that holds 0 in all lanes: the first target, which nobody needs when there is no right lane. */
  #zero(): number {
    const [address] = this.#own;
    return this.#gate(GATES.andNot, address!, address!);
  }

  /** The steps that points need, in two parts. */
  #finish(points: readonly number[]): Trace {
    const needed = new Set(points);
    const kept = this.#steps.toReversed().filter(({ step: { kernel, pointers } }) => {
      const outputs = pointers.slice(kernel.inputs.length);
      if (!outputs.some((address) => needed.has(address))) return false;
      for (const address of pointers.slice(0, kernel.inputs.length)) needed.add(address);
      return true;
    });
    const part = (own: boolean): Step[] =>
      kept.flatMap(({ step, isOwn }) => (isOwn === own ? [step] : [])).toReversed();
    return {
      once: part(false),
      each: part(true),
      points,
      sharedAt: this.#sharedAt,
      ownAt: this.#ownAt,
      end: this.#next,
    };
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
        const then = this.#walkWhere(instruction.then, this.#and(active, condition));
        if (then.isOver) return then;
        const otherwise = this.#walkWhere(instruction.otherwise, this.#andNot(active, condition));
        if (otherwise.isOver) return otherwise;
        return { active: this.#or(then.active, otherwise.active), isOver: false };
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
      inside = this.#and(inside, condition());
      if (inside === NO) return { active: rest, isOver: false };
      if (!isCounted && this.#passes >= this.#problem.limit) {
        // Lanes whose cells have all halted are done.
        this.#unfinished = this.#or(this.#unfinished, this.#andNot(inside, this.#allHalted()));
        return { active: this.#andNot(rest, inside), isOver: false };
      }
      const before = this.#passes;
      const walked = this.#walk(body, inside);
      if (walked.isOver) return walked;
      // Lanes that a limit has stopped further in go nowhere.
      rest = this.#andNot(rest, this.#unfinished);
      inside = walked.active;
      if (this.#passes === before) this.#passes++;
    }
  }

  #break(when: CheckedExpression, active: Bit): Walked {
    const [some, every] = [this.#some(when), this.#every(when)];
    const disagree = this.#andNot(some, every);
    if (disagree !== NO) this.#require(this.#gate(GATES.not, this.#and(active, disagree), NO));
    return { active: this.#andNot(active, some), isOver: false };
  }

  #holds({ quantifier, of }: Quantified): Bit {
    return quantifier === "any" ? this.#some(of) : this.#every(of);
  }

  #halt(when: CheckedExpression, active: Bit): Walked {
    const halted = this.#now[this.#circuits.layout.halted]!;
    const circuit = this.#circuits.condition(when);
    const finished = halted.map((_, cell) => this.#visit(circuit, cell, active)[0]!);
    for (const [cell, bit] of finished.entries())
      halted[cell] = this.#or(halted[cell]!, this.#and(bit, active));
    if (halted.every((bit) => bit === YES)) return { active, isOver: true };
    return this.#isOver(active);
  }

  /** What the program ends with: lanes where it holds keep what they have. */
  #isOver(active: Bit): Walked {
    const { ends } = this.#circuits.layout.program;
    if (!ends) return { active, isOver: false };
    const halted = this.#now[this.#circuits.layout.halted]!;
    const circuit = this.#circuits.condition(ends);
    const done = halted.map((bit, cell) => this.#or(bit, this.#visit(circuit, cell, active)[0]!));
    const all = this.#all(done);
    if (all === YES) return { active, isOver: true };
    if (all !== NO)
      for (const [cell, bit] of halted.entries()) halted[cell] = this.#or(bit, this.#and(all, active));
    return { active, isOver: false };
  }

  #allHalted(): Bit {
    return this.#all(this.#now[this.#circuits.layout.halted]!);
  }

  #require(bit: Bit): void {
    if (bit !== YES) this.#musts.push(bit);
  }

  // Cells.

  #pass(pass: Pass, active: Bit): Walked {
    if (this.#passes === this.#problem.passes) return { active, isOver: true };
    const circuit = this.#circuits.pass(pass);
    this.#before = this.#now.map((plane) => plane.slice());
    const halted = this.#now[this.#circuits.layout.halted]!;
    for (const cell of sweepOrder(this.#grid, pass.sources)) {
      if (halted[cell] === YES) continue;
      const outputs = this.#visit(circuit, cell, active);
      for (const [at, bit] of circuit.writes.entries()) this.#now[bit]![cell] = outputs[at]!;
      if (circuit.asserts) this.#require(this.#gate(GATES.not, outputs.at(-1)!, NO));
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
        this.#require(this.#or(this.#visit(circuit, cell, active)[0]!, this.#gate(GATES.not, active, NO)));
    }
  }

  /** What a circuit gives in a cell. */
  #visit(circuit: CellCircuit, cell: number, active: Bit): Bit[] {
    return this.#apply(circuit, (input) => {
      if (input.tag === "active") return active;
      if (input.tag === "edge") return this.#neighbour(cell, input.side) === null ? YES : NO;
      const at = this.#neighbour(cell, input.place);
      return at === null ? NO : (input.age === "new" ? this.#now : this.#before)[input.bit]![at]!;
    });
  }

  #neighbour(cell: number, place: keyof typeof OFFSETS): number | null {
    const { rows, cols } = this.#grid;
    const [down, right] = OFFSETS[place];
    const [row, col] = [Math.floor(cell / cols) + down, (cell % cols) + right];
    return row < 0 || row >= rows || col < 0 || col >= cols ? null : row * cols + col;
  }

  // Gates.

  #apply(circuit: CellCircuit, bitOf: (input: Exclude<CellInput, { tag: "plane" }>) => Bit): Bit[] {
    const values = new Map<string, Bit>();
    for (const [name, input] of circuit.inputs) if (input.tag !== "plane") values.set(name, bitOf(input));
    const special = this.#kernels.specialise(circuit, values);
    const { kernel } = special;
    if (kernel === null) return special.outputs.map((output) => this.#known(output, values));
    const reads = kernel.inputs.map((name) => values.get(name)!);
    const isOwn = reads.some((address) => this.#own.has(address));
    const written = kernel.outputs.map(() => this.#address(isOwn));
    if (this.#steps.length >= MOST_STEPS) throw new InputError(tooLong(this.#grid));
    this.#steps.push({ step: { kernel, pointers: [...reads, ...written] }, isOwn });
    return special.outputs.map((output) =>
      typeof output === "object" ? written[output.write]! : this.#known(output, values),
    );
  }

  #known(output: number | string | { readonly write: number }, values: ReadonlyMap<string, Bit>): Bit {
    if (typeof output === "number") return output;
    if (typeof output === "string") return values.get(output)!;
    throw new Error("internal: a written bit without a kernel");
  }

  #gate(gate: CellCircuit, a: Bit, b: Bit): Bit {
    return this.#apply(gate, (input) => (input.tag === "bit" && input.bit === 0 ? a : b))[0]!;
  }

  #and = (a: Bit, b: Bit): Bit => this.#gate(GATES.and, a, b);
  #or = (a: Bit, b: Bit): Bit => this.#gate(GATES.or, a, b);
  #andNot = (a: Bit, b: Bit): Bit => this.#gate(GATES.andNot, a, b);

  #all(bits: readonly Bit[]): Bit {
    if (bits.includes(NO)) return NO;
    return bits.filter((bit) => !isKnown(bit)).reduce(this.#and, YES);
  }

  #some(of: CheckedExpression): Bit {
    const bits = this.#everywhere(of);
    return bits.includes(YES) ? YES : bits.filter((bit) => !isKnown(bit)).reduce(this.#or, NO);
  }

  #every(of: CheckedExpression): Bit {
    return this.#all(this.#everywhere(of));
  }

  #everywhere(of: CheckedExpression): Bit[] {
    const circuit = this.#circuits.condition(of);
    return Array.from({ length: this.#cells }, (_, cell) => this.#visit(circuit, cell, YES)[0]!);
  }
}

/** Cells in the order in which a sweep comes to them. */
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
