// A module of WebAssembly in its binary form (specification 3.0, chapter 5.5), as much of it as the engines need: a
// memory that is imported or its own, and functions of whole numbers that give one.

import { type Code, call as callAt, drop, flatten, local, unsigned, type Variable } from "./instructions.ts";

const [I32, V128, FUNCTION, END] = [0x7f, 0x7b, 0x60, 0x0b];

/** The memory that a module imports as `env.memory`. */
interface ImportedMemory {
  readonly isShared: boolean;
  /** Pages at most, which shared ones must say. */
  readonly mostPages: number;
}

/** A memory of the module itself, exported as `memory`, and the pages that it begins with. */
interface OwnMemory {
  readonly own: number;
}

/** Makes local variables of a function, which are 0 when it is called. */
interface Variables {
  number(): Variable;
  vector(): Variable;
}

interface Definition {
  readonly name: string;
  readonly parameters: number;
  /** Types of the local variables. */
  readonly locals: readonly number[];
  readonly body: readonly Code[];
}

/** Functions by name. Each is defined before it is called. */
export class Assembler {
  readonly #functions: Definition[] = [];

  /** A function of whole numbers that gives one: the value of its code. */
  define<Name extends string>(
    name: string,
    parameters: readonly Name[],
    body: (parameters: Readonly<Record<Name, Variable>>, make: Variables) => readonly Code[],
  ): void {
    const locals: number[] = [];
    const variable = (type: number) => local(parameters.length + locals.push(type) - 1);
    const given = Object.fromEntries(parameters.map((each, index) => [each, local(index)]));
    const code = body(given as Record<Name, Variable>, {
      number: () => variable(I32),
      vector: () => variable(V128),
    });
    this.#functions.push({ name, parameters: parameters.length, locals, body: code });
  }

  call(name: string, ...values: readonly Code[]): Code {
    const index = this.#functions.findIndex((each) => each.name === name);
    if (this.#functions[index]?.parameters !== values.length)
      throw new Error(`internal: no function ${name} of ${values.length} numbers is defined yet`);
    return callAt(index, values);
  }

  /** Calls for what the function does, not for its value. */
  run(name: string, ...values: readonly Code[]): Code {
    return drop(this.call(name, ...values));
  }

  /** Local variables of the function that has most. */
  get mostLocals(): number {
    return Math.max(...this.#functions.map(({ locals }) => locals.length));
  }

  /** The module's bytes, with some of its functions exported. */
  bytes(memory: ImportedMemory | OwnMemory, exported: readonly string[]): Uint8Array {
    const functions = this.#functions;
    const most = Math.max(...functions.map(({ parameters }) => parameters));
    const types = Array.from({ length: most + 1 }, (_, count) => typeOf(count));
    const isOwn = "own" in memory;
    const indexOf = (name: string) => unsigned(functions.findIndex((each) => each.name === name));
    const sections = [
      section(1, types),
      isOwn ? [] : section(2, [importOf(memory)]),
      section(
        3,
        functions.map(({ parameters }) => unsigned(parameters)),
      ),
      isOwn ? section(5, [[0, unsigned(memory.own)]]) : [],
      section(7, [
        ...exported.map((name) => [text(name), 0, indexOf(name)]),
        ...(isOwn ? [[text("memory"), 2, 0]] : []),
      ]),
      section(10, functions.map(codeOf)),
    ];
    return flatten([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, sections]).slice();
  }
}

const importOf = ({ isShared, mostPages }: ImportedMemory): Code => [
  ...[text("env"), text("memory"), 2, isShared ? 3 : 1, 1, unsigned(mostPages)],
];

/** The type of functions of `count` numbers. */
const typeOf = (count: number): Code => [
  ...[FUNCTION, unsigned(count), new Array<number>(count).fill(I32)],
  ...[1, I32],
];

/** Code behind the number of its bytes. */
function sized(code: Code): Code {
  const bytes = flatten(code);
  return [unsigned(bytes.length), bytes];
}

const section = (id: number, entries: readonly Code[]): Code => [
  id,
  sized([unsigned(entries.length), ...entries]),
];

const text = (value: string): Code => sized([new TextEncoder().encode(value)]);

/** A function's runs of local variables of one type, and its code. */
function codeOf({ locals, body }: Definition): Code {
  const runs: [count: number, type: number][] = [];
  for (const type of locals) {
    const last = runs.at(-1);
    if (last?.[1] === type) last[0]++;
    else runs.push([1, type]);
  }
  return sized([unsigned(runs.length), runs.map(([count, type]) => [unsigned(count), type]), body, END]);
}

// What is used of the platform's WebAssembly, which all platforms have but not all type definitions.

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  /** Makes it larger by a number of pages; its buffer is another one then. */
  grow(pages: number): number;
}

interface Platform {
  readonly Memory: new (size: { initial: number; maximum: number; shared: boolean }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: { readonly env: { readonly memory: WasmMemory } },
  ) => { readonly exports: object };
}

export const platform = (): Platform => (globalThis as unknown as { WebAssembly: Platform }).WebAssembly;

export const PAGE = 65536;
export const MOST_PAGES = 65536;
