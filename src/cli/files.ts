// Reading and writing files, with errors that say what to do. Files are written under another name first and
// then renamed, so that nobody ever sees half of one.

import { createReadStream, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { open, readdir, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { InputError, type Source } from "../diagnostics/diagnostic.ts";
import { nearestName } from "../diagnostics/suggest.ts";
import { gathered, type Io, remark } from "./io.ts";

/** Temporary files that this process is writing. */
const unfinished = new Set<string>();

/** Removes what is half written: after an interrupt, nothing else would before the next run. */
export function removeUnfinished(): void {
  for (const path of unfinished) rmSync(path, { force: true });
}

export const packageVersion = (): string =>
  JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")).version;

/** The bytes of a file; `path` is as the user typed it. */
export async function readBytes(io: Io, path: string): Promise<Uint8Array> {
  try {
    const file = resolve(io.cwd, path);
    // Devices and pipes may have no end.
    return (await stat(file)).isFile() ? await readFile(file) : await gathered(createReadStream(file), path);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw await readError(io, path, codeOf(error));
  }
}

/** The bytes of a file, or null if there is none. */
export async function readBytesIfThere(io: Io, path: string): Promise<Uint8Array | null> {
  const isThere = await stat(resolve(io.cwd, path)).then(
    () => true,
    (error: unknown) => codeOf(error) !== "ENOENT",
  );
  return isThere ? readBytes(io, path) : null;
}

/** The name of what a file holds, packed by gzip or not. */
export const withoutGz = (path: string): string => path.replace(/\.gz$/i, "");

/** Returns what is packed in a file of gzip; other bytes as they are. */
export async function unzipped(io: Io, bytes: Uint8Array, name: string): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  // Node's own, which looks at lengths and checksums, and reads on where one file of gzip follows another.
  const { gunzipSync } = await import("node:zlib");
  return io.bounded(`unpacking ${name}`, () => {
    try {
      return new Uint8Array(gunzipSync(bytes, { maxOutputLength: MOST_UNPACKED }));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (codeOf(error) === "ERR_BUFFER_TOO_LARGE")
        throw new InputError(
          `${name} unpacks to more than ${MOST_UNPACKED} bytes, expected at most that; give a smaller file`,
        );
      throw new InputError(`${name} is not a whole file of gzip: ${error.message}; get it again`);
    }
  });
}

const MOST_UNPACKED = 2 ** 28;

/** The text of a file, as `decodeText` reads it; packed by gzip, or not. */
export const readText = async (io: Io, path: string, isOld?: (text: string) => boolean): Promise<string> =>
  decodeText(await unzipped(io, await readBytes(io, path), path), path, isOld);

/**
 * Decodes UTF-8 strictly, and UTF-16 where the text begins with its byte order mark, as spreadsheets write it; and text of
 * one byte a character (Windows-1252), as old patterns have it in their comments, where `isOld` says so of what it reads then.
 */
export function decodeText(bytes: Uint8Array, name: string, isOld = (_text: string) => false): string {
  const mark = `${bytes[0]} ${bytes[1]}`;
  const encoding = mark === "255 254" ? "utf-16le" : mark === "254 255" ? "utf-16be" : "utf-8";
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    if (!text.includes("\0")) return text;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  const old = new TextDecoder("windows-1252").decode(bytes);
  if (!old.includes("\0") && isOld(old)) return old;
  throw new InputError(`${name} is a binary file, or text that is not UTF-8; give a text file in UTF-8`);
}

/** A program's text; the file must be called `.alg`. */
export async function readSource(io: Io, path: string): Promise<Source> {
  if (!isProgram(path))
    throw new InputError(
      `${path}${await kindOf(io, path)}: expected a program, a file whose name ends in .alg; rename it, or give another one`,
    );
  return { name: path, text: await readText(io, path) };
}

export const isProgram = (path: string): boolean => path.toLowerCase().endsWith(".alg");
export const isWeightFile = (path: string): boolean => path.toLowerCase().endsWith(".safetensors");

/** Writes a file that the user has asked for, and says so. */
export async function writeOutput(io: Io, path: string, data: string | Uint8Array): Promise<void> {
  await writeAtomically(io, path, data);
  remark(io, `wrote ${path}`);
}

/** Refuses a name of `option` that does not end in one of the endings. `what` is what the file will be. */
export function requireEnding(
  option: string,
  path: string | undefined,
  what = "a figure",
  endings: readonly string[] = [".svg"],
  why = "",
): void {
  if (path === undefined || endings.some((each) => path.toLowerCase().endsWith(each))) return;
  throw new InputError(`${option} ${path}: ${what}'s name ends in ${endings.join(" or ")}${why}; rename it`);
}

/** Writes a file as a whole or not at all. */
export async function writeAtomically(io: Io, path: string, data: string | Uint8Array): Promise<void> {
  try {
    const target = await targetOf(resolve(io.cwd, path));
    if (!target.isRegular) return await writeFile(target.path, data);
    await removeLeftovers(io, target.path);
    const temporary = temporaryName(target.path);
    unfinished.add(temporary);
    try {
      await writeFile(temporary, data, { flush: true });
      await rename(temporary, target.path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    } finally {
      unfinished.delete(temporary);
    }
  } catch (error) {
    throw writeError(path, codeOf(error));
  }
}

/** The name tells who writes: a process on this machine. */
const temporaryName = (path: string): string =>
  join(dirname(path), `.${basename(path).slice(0, 60)}.${process.pid}-${count++}.${hostname()}.tapeloom`);

let count = 0;

const TEMPORARY = /^\..+\.(?<pid>\d{1,10})-\d+\.(?<host>[^.].*)\.tapeloom$/;

/** Files of other machines count as left over when they are so old. */
const DAY = 24 * 60 * 60 * 1000;

/** Removes from the folder of a file what processes that were killed while they wrote there have left. */
export async function removeLeftovers(io: Io, path: string): Promise<void> {
  const folder = dirname(resolve(io.cwd, path));
  for (const name of await readdir(folder).catch(() => [])) {
    const { pid, host } = TEMPORARY.exec(name)?.groups ?? {};
    const file = join(folder, name);
    if (pid === undefined || unfinished.has(file)) continue;
    const known = host === hostname() && (Number(pid) === process.pid || !isRunning(Number(pid)));
    // Somebody else may have removed it by now, or may have to.
    if (known || (await ageOf(file)) > DAY) await rm(file, { force: true }).catch(() => {});
  }
}

const ageOf = async (file: string): Promise<number> =>
  Date.now() -
  (await stat(file)
    .catch(() => null)
    .then((found) => found?.mtimeMs ?? Date.now()));

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

/** Makes a folder, and those above it, unless they are there. */
export async function makeFolder(io: Io, path: string): Promise<void> {
  try {
    makeFolders(resolve(io.cwd, path));
  } catch (error) {
    throw writeError(path, codeOf(error));
  }
}

/** Makes a folder with those around it. Node's own way does not end in `/proc`, where nothing can be made. */
export function makeFolders(path: string, mode?: number): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) return;
  if (found === undefined && dirname(path) !== path) makeFolders(dirname(path), mode);
  mkdirSync(path, { mode });
}

/** Tells where to write: links are followed, and devices and pipes are written to rather than replaced. */
async function targetOf(path: string): Promise<{ readonly path: string; readonly isRegular: boolean }> {
  const found = await stat(path).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  });
  if (found === null) return { path, isRegular: true };
  return { path: await realpath(path), isRegular: found.isFile() };
}

async function readError(io: Io, path: string, code: string): Promise<InputError> {
  switch (code) {
    case "ENOENT":
    case "ENOTDIR": {
      const near = await similarFile(io, path);
      return new InputError(
        `${path}: there is no such file; ${near === null ? "check the name" : `did you mean ${near}?`}`,
      );
    }
    case "EISDIR":
      return new InputError(`${path} is a directory; give a file`);
    case "EACCES":
    case "EPERM":
      return new InputError(`${path} may not be read; ask for permission, or give another file`);
    default:
      return new InputError(`${path} cannot be read (${code}); check the file, or give another one`);
  }
}

async function similarFile(io: Io, path: string): Promise<string | null> {
  const folder = dirname(path);
  const names = await readdir(resolve(io.cwd, folder)).catch(() => []);
  const near = nearestName(basename(path), names);
  return near === null ? null : join(folder, near);
}

/** Refuses a place for which there is no directory, before long work for it begins. */
export async function requireFolder(io: Io, path: string): Promise<void> {
  const folder = await stat(dirname(resolve(io.cwd, path))).catch(() => null);
  if (folder?.isDirectory() !== true) throw writeError(path, "ENOENT");
}

function writeError(path: string, code: string): InputError {
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return new InputError(
        `${path} cannot be written: there is no directory ${dirname(path)}; make it, or choose another place`,
      );
    case "EISDIR":
      return new InputError(`${path} cannot be written: it is a directory; give the name of a file`);
    case "EEXIST":
      return new InputError(
        `${path} cannot be written: it is a file, not a directory; choose another name with -o`,
      );
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new InputError(`${path} may not be written; choose another place with -o`);
    case "ENOSPC":
      return new InputError(
        `${path} cannot be written: the disk is full; make room, or choose another place with -o`,
      );
    default:
      return new InputError(`${path} cannot be written (${code}); choose another place with -o`);
  }
}

/** The system's name of an error; errors of other kinds are our bugs and go on. */
function codeOf(error: unknown): string {
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  throw error;
}

/** Enough for the beginning of any of our files, and the names in it. */
const LOOKED_AT = 4096;

/** Kinds of files that we write or read, the first that fits; `text` is the file's beginning, a character per byte. */
const KINDS: readonly {
  readonly name: string;
  readonly fits: (text: string, path: string) => boolean;
}[] = [
  {
    name: "the model of a trained learner",
    fits: (text) => isSafetensors(text) && text.includes("tapeloom-learner"),
  },
  { name: "a weight file", fits: (text) => isSafetensors(text) && text.includes("tapeloom") },
  { name: "a safetensors file", fits: isSafetensors },
  { name: "a network exported as JSON", fits: (text) => /^\s*\{\s*"format"\s*:\s*"tapeloom"/.test(text) },
  {
    name: "a network exported for NumPy",
    fits: (text, path) => text.startsWith("PK") && path.endsWith(".npz"),
  },
  {
    name: "a network exported as ONNX",
    fits: (text, path) => path.endsWith(".onnx") || /^.{0,8}tapeloom/s.test(text),
  },
  {
    name: "a PyTorch module",
    fits: (text) => text.includes("compiled by tapeloom") && text.includes("torch"),
  },
  { name: "a checkpoint of a run", fits: (text) => text.includes("tapeloom-checkpoint") },
  { name: "a pattern", fits: (text, path) => path.endsWith(".rle") && /^(#|x\s*=)/.test(text) },
  { name: "a rule for Golly", fits: (text) => text.startsWith("@RULE") },
  {
    name: "a program",
    fits: (text, path) => path.endsWith(".alg") || /^(\s|\/\/[^\n]*)*program\s+\w+\s*\{/.test(text),
  },
  { name: "a page or a figure", fits: (text) => /^\s*<(!doctype html|svg)/i.test(text) },
];

/** Eight bytes with the length of the header, which is JSON. */
function isSafetensors(text: string): boolean {
  return text[8] === "{" && text.startsWith("\0\0", 6);
}

/** ` is ...`, or nothing where that cannot be told. */
export async function kindOf(io: Io, path: string): Promise<string> {
  const beginning = await beginningOf(resolve(io.cwd, path));
  if (beginning === null) return "";
  const kind = KINDS.find(({ fits }) => fits(beginning, path.toLowerCase()));
  return kind === undefined ? "" : ` is ${kind.name}`;
}

/** Null where there is no file that can be read, which whoever reads it will say. */
async function beginningOf(path: string): Promise<string | null> {
  try {
    if (!(await stat(path)).isFile()) return null;
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(LOOKED_AT), 0, LOOKED_AT, 0);
      return buffer.toString("latin1", 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch {
    return null;
  }
}
