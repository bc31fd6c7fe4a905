// Packages that are installed by those who want them. They are looked for beside this one, then where the process runs, so
// that a command that was installed for all, or by npx, finds those of a project.

import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

/** Imports a package. Throws an Error that says that it is not installed, or why it does not load. */
export async function importOptional(name: string): Promise<unknown> {
  const loaded = (await importAnywhere(name)) as { readonly default?: unknown };
  // All that a CommonJS module exports is under `default`.
  return loaded.default ?? loaded;
}

async function importAnywhere(name: string): Promise<unknown> {
  try {
    return await import(name);
  } catch (error) {
    if (locate(name, import.meta.url) !== null) throw error;
    const there = locate(name, here());
    if (there === null) throw new Error(`${name} is not installed`, { cause: error });
    return import(pathToFileURL(there).href);
  }
}

const here = () => `${process.cwd()}/`;

/** The path of a file in a package, for what requires it at a place; null where there is none. */
function locate(file: string, place: string): string | null {
  try {
    return createRequire(place).resolve(file);
  } catch {
    return null;
  }
}

/** The path of a file in a package, wherever that is installed, or null. */
export const locateOptional = (file: string): string | null =>
  locate(file, import.meta.url) ?? locate(file, here());
