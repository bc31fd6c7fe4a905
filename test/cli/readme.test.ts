// The README is true: its commands run, what it shows is what they print, and its program is the one we ship.
//
// Every `sh` and `js` block is run in a copy of the package's surroundings; the `text` block after it is
// replaced by the output, and the result must be the README. In a `text` block, the line `...` stands for any
// number of lines that are left out. `npm run test:update` writes the README anew.

import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { delimiter } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { Workspace } from "./harness.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const README = `${ROOT}README.md`;
const work = new Workspace();
const run = promisify(execFile);

interface Block {
  readonly language: string;
  readonly body: string;
}

/** `npx tapeloom` runs the built command; `npm` does nothing, but only what the package knows. */
function prepare(): NodeJS.ProcessEnv {
  const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8"));
  mkdirSync(work.path("bin"));
  work.write(
    "bin/npx",
    `#!/bin/sh\n[ "$1" = tapeloom ] && shift && exec "${process.execPath}" "${ROOT}dist/cli/main.js" "$@"\n`,
  );
  const known = ["ci", "test", ...Object.keys(scripts).map((name) => `"run ${name}"`)];
  work.write("bin/npm", `#!/bin/sh\ncase "$*" in ${known.join("|")}) ;; *) exit 1 ;; esac\n`);
  for (const name of ["npx", "npm"]) chmodSync(work.path(`bin/${name}`), 0o755);
  symlinkSync(`${ROOT}programs`, work.path("programs"));
  return { ...process.env, PATH: `${work.path("bin")}${delimiter}${process.env.PATH}`, NO_COLOR: "1" };
}

/** The output of a block; throws if it fails. */
async function outputOf({ language, body }: Block, env: NodeJS.ProcessEnv): Promise<string> {
  const [command, words, cwd] =
    language === "sh"
      ? ["bash", ["-euo", "pipefail", "-c", body], work.folder]
      : [process.execPath, ["--input-type=module", "-e", body], ROOT];
  return (await run(command as string, words as string[], { cwd: cwd as string, env })).stdout;
}

/** Leaves out of an output what the README leaves out: as many lines are shown before and after `...`. */
function shorten(output: string, shown: string): string {
  const lines = output.trimEnd().split("\n");
  const pattern = shown.trimEnd().split("\n");
  const gap = pattern.indexOf("...");
  if (gap < 0) return `${lines.join("\n")}\n`;
  const after = pattern.length - gap - 1;
  return `${[...lines.slice(0, gap), "...", ...(after === 0 ? [] : lines.slice(-after))].join("\n")}\n`;
}

test("the README", { timeout: 300_000 }, async () => {
  const env = prepare();
  const text = readFileSync(README, "utf8");
  // Text between fences, fenced blocks, and so on in turn.
  const parts = text.split(/^```(\w+)\n([\s\S]*?)^```$/gm);
  let output: string | null = null;
  let commands = 0;
  for (let at = 1; at < parts.length; at += 3) {
    const block: Block = { language: parts[at]!, body: parts[at + 1]! };
    switch (block.language) {
      case "alg":
        parts[at + 1] = readFileSync(`${ROOT}programs/gf2.alg`, "utf8");
        break;
      case "sh":
      case "js":
        output = await outputOf(block, env);
        commands++;
        break;
      case "text":
        if (output === null) throw new Error(`no command before this output:\n${block.body}`);
        parts[at + 1] = shorten(output, block.body);
        output = null;
        break;
      default:
        throw new Error(`unexpected block of ${block.language}`);
    }
  }
  expect(commands).toBeGreaterThan(8);
  const rebuilt = parts.map((part, at) => {
    if (at % 3 === 0) return part;
    return at % 3 === 1 ? `\`\`\`${part}\n` : `${part}\`\`\``;
  });
  await expect(rebuilt.join("")).toMatchFileSnapshot(README);
});
