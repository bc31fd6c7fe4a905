// Loads TensorFlow.js in Node: the native library if it is installed, else WebAssembly, else plain JavaScript.
//
// Nothing is imported before it is needed. A browser has a loader of its own (browser-backend.ts).

import { InputError } from "../diagnostics/diagnostic.ts";
import type { Backend, Tf } from "./tensorflow.ts";

export interface BackendOptions {
  /** `wasm`, `cpu` or `node` to allow only that one; by default the environment variable TAPELOOM_BACKEND. */
  readonly force?: string | undefined;
  /** Imports of the libraries; tests replace them by stand-ins. */
  readonly modules?: Partial<Modules>;
}

interface Modules {
  readonly core: () => Promise<Tf>;
  readonly wasm: () => Promise<{ readonly setWasmPaths: (folder: string) => void }>;
  readonly cpu: () => Promise<unknown>;
  readonly node: () => Promise<unknown>;
}

const NODE_PACKAGE = "@tensorflow/tfjs-node";

const MODULES: Modules = {
  core: () => import("@tensorflow/tfjs-core"),
  wasm: () => import("@tensorflow/tfjs-backend-wasm"),
  cpu: () => import("@tensorflow/tfjs-backend-cpu"),
  node: importNative,
};

/** A package without its native library takes half a second to find that out, so look for the library first. */
async function importNative(): Promise<unknown> {
  const [{ existsSync }, { importOptional, locateOptional }] = await Promise.all([
    import("node:fs"),
    import("./optional.ts"),
  ]);
  const manifest = locateOptional(`${NODE_PACKAGE}/package.json`);
  if (manifest === null)
    throw new Error(`${NODE_PACKAGE} is not installed; \`npm install ${NODE_PACKAGE}\` does that`);
  if (!existsSync(`${manifest}/../lib`))
    throw new Error(`${NODE_PACKAGE} is installed without its native library`);
  return importOptional(NODE_PACKAGE);
}

/** The folder of the library's WebAssembly: where the build has put it, else that of the package. */
async function wasmFolder(): Promise<string> {
  const [{ existsSync }, { createRequire }, { fileURLToPath }] = await Promise.all([
    import("node:fs"),
    import("node:module"),
    import("node:url"),
  ]);
  const built = fileURLToPath(new URL("../wasm/", import.meta.url));
  if (existsSync(built)) return built;
  return `${createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm")}/../`;
}

/** Ways to a backend, fastest first. */
const LOADERS = { node: loadNode, wasm: loadWasm, cpu: loadCpu } as const;

type Kind = keyof typeof LOADERS;

/**
 * The fastest backend that loads, or the one asked for.
 * @throws InputError if the one asked for does not exist or does not load
 */
export async function loadBackend(options: BackendOptions = {}): Promise<Backend> {
  const loaded = lastLoad.then(() => loadNow(options));
  lastLoad = loaded.then(
    () => {},
    () => {},
  );
  return loaded;
}

/** The library has one current backend: of two that begin at once, the first would be told that it did not start. */
let lastLoad: Promise<void> = Promise.resolve();

async function loadNow(options: BackendOptions): Promise<Backend> {
  const forced = options.force ?? process.env.TAPELOOM_BACKEND;
  const modules = { ...MODULES, ...options.modules };
  const kinds = forced ? [kindOf(forced)] : (Object.keys(LOADERS) as Kind[]);
  const failures: string[] = [];
  for (const kind of kinds) {
    try {
      return await LOADERS[kind](modules);
    } catch (error) {
      failures.push(`${kind}: ${firstLine(error)}`);
    }
  }
  throw new InputError(
    `no TensorFlow.js backend could be loaded (${failures.join("; ")}); install tapeloom again,` +
      " set TAPELOOM_BACKEND to another one (node, wasm, cpu), or choose the direct engine",
  );
}

function kindOf(name: string): Kind {
  if (Object.hasOwn(LOADERS, name)) return name as Kind;
  throw new InputError(
    `TAPELOOM_BACKEND: found ${JSON.stringify(name)}, expected node, wasm or cpu; leave it out to take the fastest`,
  );
}

/** The native library registers its own backend while it is imported. */
async function loadNode(modules: Modules): Promise<Backend> {
  await restoreUtilities();
  // The native part writes remarks on the processor to the terminal otherwise.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
  await loadCore(modules);
  const loaded = (await modules.node()) as Tf & { readonly default?: Tf };
  const tf = quiet(loaded.default ?? loaded);
  return activate(tf, "tensorflow");
}

/** The native package calls functions that Node 23 took out of `util`. */
async function restoreUtilities(): Promise<void> {
  const util = (await import("node:util")).default as unknown as Record<string, unknown>;
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
}

async function loadWasm(modules: Modules): Promise<Backend> {
  const [tf, wasm] = await Promise.all([loadCore(modules), modules.wasm()]);
  // Once it runs, the library no longer lets the paths be set.
  if (!("wasm" in tf.engine().registry)) wasm.setWasmPaths(await wasmFolder());
  return withoutHandlers(() => activate(tf, "wasm"));
}

async function loadCpu(modules: Modules): Promise<Backend> {
  const tf = await loadCore(modules);
  await modules.cpu();
  return activate(tf, "cpu");
}

const loadCore = async (modules: Modules): Promise<Tf> => quiet(await modules.core());

/** Production mode: no advice and no warnings on the terminal. */
function quiet(tf: Tf): Tf {
  tf.enableProdMode();
  return tf;
}

async function activate(tf: Tf, name: string): Promise<Backend> {
  if (!(await tf.setBackend(name))) throw new Error(`the backend ${name} did not start`);
  return { tf, name };
}

/**
 * The WebAssembly loader installs handlers for uncaught errors that throw them again, from a place that hides
 * where they came from and with another exit code. They are removed.
 */
async function withoutHandlers<T>(load: () => Promise<T>): Promise<T> {
  const events = ["uncaughtException", "unhandledRejection"] as const;
  const before = events.map((event) => new Set<unknown>(process.listeners(event as "uncaughtException")));
  const result = await load();
  events.forEach((event, index) => {
    for (const listener of process.listeners(event as "uncaughtException"))
      if (!before[index]!.has(listener)) process.removeListener(event, listener);
  });
  return result;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!.trim();
}
