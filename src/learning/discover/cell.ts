// What one cell does, as a circuit: the sequential code of a body is executed once, with signals for values. It is the
// reading of the reference interpreter, and shares nothing with it.

import { unreachable } from "../../diagnostics/diagnostic.ts";
import { cached } from "../../diagnostics/memo.ts";
import { Circuit, FALSE, not, type Signal, TRUE } from "../../engines/bits/bit-gates.ts";
import type { Axis, Place } from "../../grid/direction.ts";
import { bounds } from "../../grid/grid.ts";
import { OPERATIONS } from "../../grid/operations.ts";
import type { CheckedExpression, CheckedOf, CheckedStatement } from "../../language/analyse/checked.ts";
import { bitWord, constantWord, type SignalWord, SignalWords } from "./lane-words.ts";
import type { BitLayout, BitSlot } from "./sketch-layout.ts";

/** What an input of a cell's circuit is. */
export type CellInput =
  /** A bit of the state, of this cell or a neighbour, as it is now or as it was before the instruction. */
  | { readonly tag: "bit"; readonly bit: number; readonly place: Place; readonly age: "new" | "old" }
  | { readonly tag: "edge"; readonly side: Axis }
  /** A bit of a hole. */
  | { readonly tag: "plane"; readonly plane: number }
  /** Whether the lane runs the instruction at all. */
  | { readonly tag: "active" };

/** A circuit with its inputs by name. */
export interface BodyCircuit {
  readonly key: string;
  readonly circuit: Circuit;
  readonly inputs: ReadonlyMap<string, CellInput>;
  readonly outputs: readonly Signal[];
}

/** A pass in a cell: outputs are the new bits of the state that `writes` numbers, then whether an assertion failed. */
interface PassCircuit extends BodyCircuit {
  readonly writes: readonly number[];
  readonly asserts: boolean;
}

interface State {
  readonly fields: Map<string, SignalWord>;
  readonly locals: Map<number, SignalWord>;
  /** Where a lane reaches this point. */
  readonly path: Signal;
}

class CellBuilder {
  readonly circuit = new Circuit();
  readonly inputs = new Map<string, CellInput>();
  readonly #words = new SignalWords(this.circuit);
  readonly #layout: BitLayout;
  fault: Signal = FALSE;
  asserts = false;

  constructor(layout: BitLayout) {
    this.#layout = layout;
  }

  input(name: string, input: CellInput): Signal {
    this.inputs.set(name, input);
    return this.circuit.input(name);
  }

  bit(bit: number, place: Place, age: "new" | "old"): Signal {
    return this.input(`${age} ${place} ${bit}`, { tag: "bit", bit, place, age });
  }

  /** Tells where the cell neither has halted nor is left out. */
  runs(): Signal {
    const halted = this.bit(this.#layout.halted, "here", "new");
    return this.circuit.and(not(halted), this.input("active", { tag: "active" }));
  }

  read({ first, size, bounds: { lo } }: BitSlot, place: Place, age: "new" | "old"): SignalWord {
    return { lo, bits: Array.from({ length: size }, (_, at) => this.bit(first + at, place, age)) };
  }

  run(statements: readonly CheckedStatement[], state: State): void {
    for (const statement of statements) this.#step(statement, state);
  }

  #step(statement: CheckedStatement, state: State): void {
    const { circuit } = this;
    switch (statement.tag) {
      case "assign": {
        const slot = this.#layout.fields.get(statement.field)!;
        state.fields.set(statement.field, this.#words.fit(this.value(statement.value, state), slot.bounds));
        return;
      }
      case "let":
        state.locals.set(statement.local, this.value(statement.value, state));
        return;
      case "assert":
        this.asserts = true;
        this.fault = circuit.or(this.fault, circuit.and(state.path, not(this.truth(statement.of, state))));
        return;
      case "if":
        this.#branch(statement, state);
        return;
      default:
        unreachable(statement);
    }
  }

  #branch(first: CheckedOf<"if">, state: State): void {
    const when = this.truth(first.when, state);
    const branch = (taken: Signal): State => ({
      fields: new Map(state.fields),
      locals: new Map(state.locals),
      path: this.circuit.and(state.path, taken),
    });
    const [then, otherwise] = [branch(when), branch(not(when))];
    this.run(first.then, then);
    this.run(first.otherwise, otherwise);
    for (const field of new Set([...then.fields.keys(), ...otherwise.fields.keys()])) {
      const [yes, no] = [then, otherwise].map(({ fields }) => fields.get(field) ?? this.own(field));
      state.fields.set(field, this.#words.choose(when, yes!, no!));
    }
  }

  own(field: string): SignalWord {
    return this.read(this.#layout.fields.get(field)!, "here", "new");
  }

  truth(expression: CheckedExpression, state: State): Signal {
    return this.#words.bit(this.value(expression, state));
  }

  /** A value within the bounds of its type. */
  value(expression: CheckedExpression, state: State): SignalWord {
    return this.#words.fit(this.#value(expression, state), bounds(expression.type));
  }

  #value(expression: CheckedExpression, state: State): SignalWord {
    switch (expression.tag) {
      case "constant":
        return constantWord(expression.value);
      case "own": {
        const entry = this.#layout.entries.get(expression.field);
        if (entry === undefined) return state.fields.get(expression.field) ?? this.own(expression.field);
        return this.#entry(entry);
      }
      case "neighbour":
        return this.read(this.#layout.fields.get(expression.field)!, expression.place, expression.age);
      case "local":
        return state.locals.get(expression.local)!;
      case "edge":
        return bitWord(this.input(`edge ${expression.side}`, { tag: "edge", side: expression.side }));
      case "not":
        return bitWord(not(this.truth(expression.of, state)));
      case "choose": {
        const to = bounds(expression.type);
        const [then, otherwise] = [expression.then, expression.otherwise].map((part) =>
          this.#words.fit(this.value(part, state), to),
        );
        return this.#words.choose(this.truth(expression.when, state), then!, otherwise!);
      }
      case "binary":
        return this.#binary(expression, state);
      default:
        return unreachable(expression);
    }
  }

  #entry({ first, size, bounds: { lo } }: BitSlot): SignalWord {
    const bits = Array.from({ length: size }, (_, at) =>
      this.input(`plane ${first + at}`, { tag: "plane", plane: first + at }),
    );
    return { lo, bits };
  }

  #binary({ operator, left, right, type }: CheckedOf<"binary">, state: State): SignalWord {
    const [circuit, words, to] = [this.circuit, this.#words, bounds(type)];
    const [a, b] = [this.value(left, state), this.value(right, state)];
    const atLeast = (one: SignalWord, other: SignalWord): Signal =>
      words.atLeast(words.subtract(one, other), 0);
    switch (operator) {
      case "and":
      case "or":
      case "xor":
        return bitWord(circuit[operator](words.bit(a), words.bit(b)));
      case "==":
        return bitWord(words.equal(a, b));
      case "!=":
        return bitWord(not(words.equal(a, b)));
      case "<":
        return bitWord(not(atLeast(a, b)));
      case "<=":
        return bitWord(atLeast(b, a));
      case ">":
        return bitWord(not(atLeast(b, a)));
      case ">=":
        return bitWord(atLeast(a, b));
      case "+":
        return words.add(a, b);
      case "-":
        return words.subtract(a, b);
      case "*":
      case "/":
      case "%":
        return words.table([a, bounds(left.type)], [b, bounds(right.type)], to, (x, y) =>
          y === 0 ? 0 : OPERATIONS[operator](x, y),
        );
      case "min":
        return words.choose(atLeast(b, a), words.fit(a, to), words.fit(b, to));
      case "max":
        return words.choose(atLeast(a, b), words.fit(a, to), words.fit(b, to));
      default:
        return unreachable(operator);
    }
  }
}

const startState = (): State => ({ fields: new Map(), locals: new Map(), path: TRUE });

function passCircuit(layout: BitLayout, key: string, body: readonly CheckedStatement[]): PassCircuit {
  const builder = new CellBuilder(layout);
  const state = startState();
  builder.run(body, state);
  const runs = builder.runs();
  const { circuit, inputs } = builder;
  const writes: number[] = [];
  const outputs: Signal[] = [];
  for (const [field, word] of state.fields) {
    const { first, size } = layout.fields.get(field)!;
    for (let at = 0; at < size; at++) {
      writes.push(first + at);
      outputs.push(circuit.choose(runs, word.bits[at] ?? FALSE, builder.bit(first + at, "here", "new")));
    }
  }
  const fault = circuit.and(runs, builder.fault);
  return { key, circuit, inputs, outputs: [...outputs, fault], writes, asserts: builder.asserts };
}

/** A condition on the values between two instructions. */
function conditionCircuit(layout: BitLayout, key: string, of: CheckedExpression): BodyCircuit {
  const builder = new CellBuilder(layout);
  const outputs = [builder.truth(of, startState())];
  return { key, circuit: builder.circuit, inputs: builder.inputs, outputs };
}

/** The circuits of a program's instructions, made when they are first needed. */
export class Circuits {
  readonly layout: BitLayout;
  readonly #passes = new Map<number, PassCircuit>();
  readonly #conditions = new Map<CheckedExpression, BodyCircuit>();

  constructor(layout: BitLayout) {
    this.layout = layout;
  }

  pass({ id, body }: CheckedOf<"pass">): PassCircuit {
    return cached(this.#passes, id, () => passCircuit(this.layout, `pass ${id}`, body));
  }

  condition(of: CheckedExpression): BodyCircuit {
    return cached(this.#conditions, of, () =>
      conditionCircuit(this.layout, `condition ${this.#conditions.size}`, of),
    );
  }
}
