// What a file is that was given where another was expected, by its first bytes and its name: for error messages.

import { open, stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Io } from "./io.ts";

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
