// What commands have read and compiled, kept for the next ones: files in the user's cache folder, or where TAPELOOM_CACHE says;
// `off` keeps nothing.
//
// A file's name is the hash of everything that decides what is in it, the build of this program included, and it begins with the
// hash of the rest. So what is old or damaged is never taken; and whatever goes wrong, the work is done as if there
// were no cache. Files are written under another name first, and the oldest go once there are many.

import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Deserializer, Serializer } from "node:v8";
import { once } from "../diagnostics/memo.ts";
import { makeFolders } from "./files.ts";
import type { Io } from "./io.ts";

/** Files and bytes that are kept at most. */
const MOST_FILES = 500;
const MOST_BYTES = 2 ** 27;
/** Larger results are not kept. */
const MOST_OF_ONE = 2 ** 24;
/** The part that is left when there are too many. */
const LEFT = 3 / 4;
const HASH_BYTES = 32;

/** Beside the parts of the bundle: a hash of all of them, which `npm run build` writes. */
const BUILD_FILE = "bundle-build";

/** Which build this is; null for modules that are no bundle, as in development, which keep nothing. */
const thisBuild = once((): string | null => {
  const file = fileURLToPath(import.meta.url);
  if (!basename(file).startsWith("bundle-")) return null;
  try {
    return `${readFileSync(join(dirname(file), BUILD_FILE), "utf8")} ${process.version}`;
  } catch {
    return null;
  }
});

/** Tells where results are kept; null for nowhere. */
function cacheFolder({ env, cwd }: Pick<Io, "env" | "cwd">): string | null {
  const { TAPELOOM_CACHE: wanted, XDG_CACHE_HOME, HOME } = env;
  if (wanted === "off") return null;
  if (wanted) return resolve(cwd, wanted);
  return resolve(XDG_CACHE_HOME || join(HOME || homedir(), ".cache"), "tapeloom");
}

/** How results are kept. */
interface Keeping<T> {
  /** Everything that decides what is made, `of` being what it is. With functions among it, nothing is kept. */
  readonly key: { readonly of: string } & Readonly<Record<string, unknown>>;
  readonly make: () => T;
  /** Whether what was made is worth keeping; always by default. */
  readonly isWhole?: (made: T) => boolean;
}

/** Returns what was made and kept before, or is made now. Results are plain data. */
export function kept<T>(
  io: Pick<Io, "env" | "cwd">,
  { key, make, isWhole = () => true }: Keeping<T>,
  build = thisBuild(),
): T {
  const folder = build === null ? null : cacheFolder(io);
  const name = folder === null ? null : nameOf([build, key]);
  if (folder === null || name === null) return make();
  const path = join(folder, name);
  const known = readEntry<T>(path);
  if (known !== null) return known.value;
  const made = make();
  const content = isWhole(made) ? bytesOf(made) : null;
  if (content === null || content.length > MOST_OF_ONE) return made;
  const again = valueIn<T>(content);
  if (again === null) return made;
  writeEntry(folder, path, content);
  // What is handed on is the same as next time, so that what is made of it has the same name then.
  return again.value;
}

/** Null where something of it is no plain data. */
function nameOf(parts: unknown): string | null {
  const bytes = bytesOf(parts);
  return bytes && `${hashOfBytes(bytes).toString("hex")}.tapeloom`;
}

const hashOfBytes = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();

/** Null where something is no plain data. Unlike `serialize` of `node:v8`, it keeps arrays that are not parts of one buffer. */
function bytesOf(value: unknown): Buffer | null {
  const serializer = new Serializer();
  serializer.writeHeader();
  try {
    serializer.writeValue(value);
  } catch {
    return null;
  }
  return serializer.releaseBuffer();
}

/** Null where it is nested too deeply to be read, which takes more of the stack than writing does. */
function valueIn<T>(bytes: Uint8Array): { readonly value: T } | null {
  const deserializer = new Deserializer(bytes);
  deserializer.readHeader();
  try {
    return { value: deserializer.readValue() };
  } catch {
    return null;
  }
}

function readEntry<T>(path: string): { readonly value: T } | null {
  try {
    const bytes = readFileSync(path);
    const content = bytes.subarray(HASH_BYTES);
    if (!hashOfBytes(content).equals(bytes.subarray(0, HASH_BYTES))) return null;
    const found = valueIn<T>(content);
    const now = new Date();
    utimesSync(path, now, now);
    return found;
  } catch {
    return null;
  }
}

/** Writes an entry; where nothing can be written, nothing is. */
function writeEntry(folder: string, path: string, content: Uint8Array): void {
  const temporary = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    makeFolders(folder, 0o700);
    try {
      writeFileSync(temporary, Buffer.concat([hashOfBytes(content), content]));
      renameSync(temporary, path);
    } catch {
      rmSync(temporary, { force: true });
    }
    removeOldest(folder);
  } catch {}
}

/** Removes the files that were not used for longest, where there are too many. */
function removeOldest(folder: string): void {
  const names = readdirSync(folder).filter((name) => name.includes(".tapeloom"));
  const files = names.flatMap((name) => {
    const stats = statSync(join(folder, name), { throwIfNoEntry: false });
    return stats === undefined ? [] : [{ name, size: stats.size, used: stats.mtimeMs }];
  });
  let [count, bytes] = [files.length, files.reduce((sum, { size }) => sum + size, 0)];
  if (count <= MOST_FILES && bytes <= MOST_BYTES) return;
  for (const { name, size } of files.toSorted((a, b) => a.used - b.used)) {
    if (count <= LEFT * MOST_FILES && bytes <= LEFT * MOST_BYTES) return;
    rmSync(join(folder, name), { force: true });
    count--;
    bytes -= size;
  }
}
