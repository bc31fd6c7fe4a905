// The command as a bundle: few files instead of hundreds, and beside each what V8 made of it when it was built, so that
// a command starts in a fraction of the time. tools/bundle.js makes both.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { setFlagsFromString } from "node:v8";
import { Script } from "node:vm";
import { once } from "../diagnostics/memo.ts";

/** Ending of the file with V8's code for a part of the bundle. */
const CODE = ".code";

/**
 * Lets V8 run a function 30 times as long as usual before it optimises it. Most commands end within a second, of which
 * optimising what has just become warm would take nearly half; long ones lose nothing that can be measured. And lets it find
 * out what is still in use in one go, when it has to: begun bit by bit beside the work, as for pages that must not
 * pause, that takes most commands time and is never over. Of what is new, a megabyte, one thread finds it out in less time than it
 * takes to call others. Later versions of V8 have a quick compiler for what is warm, and are left alone.
 */
export function optimiseLate(): void {
  if (!process.versions.v8.startsWith("11.")) return;
  setFlagsFromString("--interrupt-budget=2000000");
  setFlagsFromString("--no-incremental-marking");
  setFlagsFromString("--no-parallel-scavenge");
}

/**
 * Has Node make the streams of the process, which all commands need: it has code for its modules, which V8 takes with its usual
 * flags alone, and reads them as text with others.
 */
function makeStreams(): void {
  void [process.stdout, process.stderr];
}

/** Modules of Node that take it milliseconds to make, and most commands do not need. */
const LATE = new Set(["node:child_process", "node:crypto", "node:worker_threads", "readline"]);

/** A module of Node that is made when somebody first takes something of it. */
function late(load: () => object): object {
  const module = once(load);
  // Whoever waits for a value asks first whether it is a promise.
  return new Proxy({}, { get: (_, name) => (name === "then" ? undefined : Reflect.get(module(), name)) });
}

/** In the place of `performance`, the whole of which Node makes when somebody first asks for its time. */
const CLOCK = { now: () => Number(process.hrtime.bigint()) / 1e6 };

/** A part of the bundle, compiled. */
interface Part {
  readonly script: Script;
  readonly module: { exports: unknown };
}

/** Runs the parts of a bundle, which are CommonJS modules in one folder. */
export class Bundle {
  readonly #folder: string;
  readonly #outside: NodeJS.Require;
  readonly #parts = new Map<string, Part>();

  /** `folder` ends in a slash. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#outside = createRequire(folder);
    makeStreams();
    optimiseLate();
  }

  /** Returns what a part exports; it is run when somebody first asks for it. */
  load(name: string): unknown {
    const known = this.#parts.get(name);
    if (known !== undefined) return known.module.exports;
    const file = this.#folder + name;
    const { script, body } = compiled(file);
    const module = { exports: {} };
    this.#parts.set(name, { script, module });
    body(module.exports, this.#require, module, file, this.#folder.slice(0, -1), this.#import, CLOCK);
    return module.exports;
  }

  readonly #import = async (id: string): Promise<unknown> => (LATE.has(id) ? this.#require(id) : import(id));

  readonly #require = (id: string): unknown => {
    if (id.startsWith("./")) return this.load(id.slice(2));
    return LATE.has(id) ? late(() => this.#outside(id) as object) : this.#outside(id);
  };

  /** V8's code for all parts that were loaded, with the functions that have been used: file and bytes. */
  code(): [file: string, code: Buffer][] {
    return [...this.#parts].map(([name, { script }]) => [
      this.#folder + name + CODE,
      script.createCachedData(),
    ]);
  }
}

/** A part as tools/bundle.js writes it. */
type Body = (
  exports: unknown,
  require: (id: string) => unknown,
  module: unknown,
  file: string,
  folder: string,
  /** In the place of `import()`, which Node gives to no script without a warning. */
  load: (id: string) => Promise<unknown>,
  performance: { readonly now: () => number },
) => void;

/** The script of a part. V8 itself refuses code that another version made, and then compiles the text. */
export function compiled(file: string): { readonly script: Script; readonly body: Body } {
  const cachedData = readIfThere(file + CODE);
  // The text has only characters of ASCII, and is read the faster as such.
  const script = new Script(readFileSync(file, "latin1"), {
    filename: file,
    ...(cachedData && { cachedData }),
  });
  return { script, body: script.runInThisContext() };
}

function readIfThere(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
}
