// A little comfort over binaryen: functions with named parameters and variables, loops, and whole numbers.

import type { Binaryen } from "./platform.ts";

/** An expression of binaryen; each stands in one place only. */
export type Expression = number;

/** A parameter or variable of a function. */
export interface Variable {
  get(): Expression;
  set(value: Expression): Expression;
  /** Sets it and is its value. */
  tee(value: Expression): Expression;
}

export type Module = InstanceType<Binaryen["Module"]>;

/** Adds functions to a module. */
export class Assembler {
  readonly module: Module;
  readonly #binaryen: Binaryen;
  #labels = 0;

  constructor(binaryen: Binaryen, module: Module) {
    this.#binaryen = binaryen;
    this.module = module;
  }

  /** A function of whole numbers that gives one. */
  define<Name extends string>(
    name: string,
    parameters: readonly Name[],
    body: (parameters: Readonly<Record<Name, Variable>>, make: Variables) => Expression[],
  ): void {
    const { i32, v128, createType } = this.#binaryen;
    const types: number[] = [];
    const variable = (type: number): Variable => {
      const index = parameters.length + types.push(type) - 1;
      return this.#variable(index, type);
    };
    const given = Object.fromEntries(parameters.map((each, index) => [each, this.#variable(index, i32)]));
    const code = body(given as Record<Name, Variable>, {
      number: () => variable(i32),
      vector: () => variable(v128),
    });
    const arguments_ = createType(parameters.map(() => i32));
    this.module.addFunction(name, arguments_, i32, types, this.module.block(null, code, i32));
  }

  #variable(index: number, type: number): Variable {
    const { local } = this.module;
    return {
      get: () => local.get(index, type),
      set: (value) => local.set(index, value),
      tee: (value) => local.tee(index, value, type),
    };
  }

  call(name: string, ...values: readonly Expression[]): Expression {
    return this.module.call(name, values, this.#binaryen.i32);
  }

  number(value: number): Expression {
    return this.module.i32.const(value);
  }

  add(a: Expression, b: Expression): Expression {
    return this.module.i32.add(a, b);
  }

  plus(a: Expression, constant: number): Expression {
    return this.add(a, this.number(constant));
  }

  times(a: Expression, factor: number): Expression {
    return this.module.i32.mul(a, this.number(factor));
  }

  minus(a: Expression, b: Expression): Expression {
    return this.module.i32.sub(a, b);
  }

  less(a: Expression, b: Expression): Expression {
    return this.module.i32.lt_s(a, b);
  }

  both(a: Expression, b: Expression): Expression {
    return this.module.i32.and(a, b);
  }

  either(a: Expression, b: Expression): Expression {
    return this.module.i32.or(a, b);
  }

  equal(a: Expression, b: Expression): Expression {
    return this.module.i32.eq(a, b);
  }

  increase(variable: Variable, by: Expression): Expression {
    return variable.set(this.add(variable.get(), by));
  }

  /** A number put between two others; each is asked for twice. */
  clamp(variable: Variable, low: () => Expression, high: () => Expression): Expression[] {
    const { select } = this.module;
    return [
      variable.set(select(this.less(variable.get(), low()), low(), variable.get())),
      variable.set(select(this.less(high(), variable.get()), high(), variable.get())),
    ];
  }

  /** Calls for what the function does, not for its value. */
  run(name: string, ...values: readonly Expression[]): Expression {
    return this.module.drop(this.call(name, ...values));
  }

  /** The number stored at an address of the control block. */
  read(address: number, base: Expression = this.number(0)): Expression {
    return this.module.i32.load(address, 4, base);
  }

  write(address: number, value: Expression, base: Expression = this.number(0)): Expression {
    return this.module.i32.store(address, 4, base, value);
  }

  when(condition: Expression, then: readonly Expression[], otherwise?: readonly Expression[]): Expression {
    const block = (code: readonly Expression[]) => this.module.block(null, code);
    return this.module.if(condition, block(then), otherwise && block(otherwise));
  }

  /** Repeats while the condition holds. */
  loop(condition: Expression, body: readonly Expression[]): Expression {
    const { module } = this;
    const [exit, again] = [`exit${++this.#labels}`, `again${this.#labels}`];
    const leave = module.br_if(exit, module.i32.eqz(condition));
    return module.block(exit, [module.loop(again, module.block(null, [leave, ...body, module.br(again)]))]);
  }
}

interface Variables {
  number(): Variable;
  vector(): Variable;
}
