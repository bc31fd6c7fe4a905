// The README and the pages in docs are true: their commands run, and what they show is what these print and draw.
//
// Every `sh` and `js` block of a page is run, but no `console` or `html` block, one after another, in a folder that has the package's surroundings and is the
// page's own; the `text` block after it is replaced by the output, and the result must be the page. In a `text` block, the
// line `...` stands for any number of lines that are left out. A picture of the page that a command has drawn must be the
// one in docs/pictures. `npm run test:update` writes pages and pictures anew, but not
// animations: remove those before.

import { execFile } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "tapeloom-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Block {
  readonly language: string;
  readonly body: string;
}

/** Pages with commands, but for the manual of the language and the messages, which have tests of their own. */
const PAGES = [
  "README.md",
  ...readdirSync(`${ROOT}docs`, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md") && !["language.md", "errors.md"].includes(name))
    .map((name) => join("docs", name))
    .sort(),
];

/** `npx tapeloom` runs the built command; `npm` does nothing, but only what the package knows. */
function prepare(work: string): NodeJS.ProcessEnv {
  const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8"));
  const bin = join(work, "bin");
  mkdirSync(bin, { recursive: true });
  const npx = `[ "$1" = tapeloom ] && shift && exec "${process.execPath}" "${ROOT}dist/cli/main.js" "$@"`;
  const known = ["ci", "test", ...Object.keys(scripts).map((name) => `"run ${name}"`)];
  writeFileSync(join(bin, "npx"), `#!/bin/sh\n${npx}\n`);
  writeFileSync(join(bin, "npm"), `#!/bin/sh\ncase "$*" in ${known.join("|")}) ;; *) exit 1 ;; esac\n`);
  for (const name of ["npx", "npm"]) chmodSync(join(bin, name), 0o755);
  symlinkSync(`${ROOT}programs`, join(work, "programs"));
  return { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}`, NO_COLOR: "1" };
}

/** The output of a block; throws if it fails. */
async function outputOf({ language, body }: Block, work: string, env: NodeJS.ProcessEnv): Promise<string> {
  const [command, words, cwd] =
    language === "sh"
      ? ["bash", ["-euo", "pipefail", "-c", body], work]
      : [process.execPath, ["--input-type=module", "-e", body], ROOT];
  return (await run(command as string, words as string[], { cwd: cwd as string, env })).stdout;
}

/** Leaves out of an output what the page leaves out: as many lines are shown before and after `...`. */
function shorten(output: string, shown: string): string {
  const lines = output.trimEnd().split("\n");
  const pattern = shown.trimEnd().split("\n");
  const gap = pattern.indexOf("...");
  if (gap < 0) return `${lines.join("\n")}\n`;
  const after = pattern.length - gap - 1;
  return `${[...lines.slice(0, gap), "...", ...(after === 0 ? [] : lines.slice(-after))].join("\n")}\n`;
}

/** The page as it should be, and the pictures that its commands drew into `work`. */
async function rebuild(text: string, work: string): Promise<string> {
  const env = prepare(work);
  // Text between fences, fenced blocks, and so on in turn.
  const parts = text.split(/^```(\w+)\n([\s\S]*?)^```$/gm);
  let output: string | null = null;
  for (let at = 1; at < parts.length; at += 3) {
    const block: Block = { language: parts[at]!, body: parts[at + 1]! };
    if (block.language === "console" || block.language === "html") continue;
    if (block.language === "alg") parts[at + 1] = readFileSync(`${ROOT}programs/life.alg`, "utf8");
    else if (block.language !== "text") output = await outputOf(block, work, env);
    else if (output !== null) {
      parts[at + 1] = shorten(output, block.body);
      output = null;
    }
  }
  return parts
    .map((part, at) => (at % 3 === 0 ? part : at % 3 === 1 ? `\`\`\`${part}\n` : `${part}\`\`\``))
    .join("");
}

describe.each(PAGES)("%s", (page) => {
  const text = readFileSync(ROOT + page, "utf8");

  test("links lead somewhere", () => {
    const links = [...text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, link]) => link!);
    const missing = links.filter(
      (link) => !/^https?:/.test(link) && !existsSync(resolve(ROOT, dirname(page), link)),
    );
    expect(missing).toEqual([]);
  });

  test.runIf(/^```(sh|js)$/m.test(text))(
    "shows what its commands print and draw",
    { timeout: 300_000 },
    async () => {
      const work = join(folder, page.replaceAll("/", "-"));
      await expect(await rebuild(text, work)).toMatchFileSnapshot(ROOT + page);
      for (const [, picture] of text.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)) {
        const drawn = join(work, basename(picture!));
        const kept = resolve(ROOT, dirname(page), picture!);
        if (!existsSync(drawn)) continue;
        if (kept.endsWith(".svg")) await expect(readFileSync(drawn, "utf8")).toMatchFileSnapshot(kept);
        else if (!existsSync(kept)) copyFileSync(drawn, kept);
        else expect(readFileSync(drawn).equals(readFileSync(kept)), `remove ${kept}`).toBe(true);
      }
    },
  );
});

test("there is a page for every command", async () => {
  const { stdout } = await run(process.execPath, [`${ROOT}dist/cli/main.js`, "--help"]);
  const commands = [...stdout.matchAll(/^ {2}(\w+) \[options\]/gm)].map(
    ([, name]) => `docs/commands/${name}.md`,
  );
  expect(commands.length).toBeGreaterThan(15);
  expect(commands.filter((name) => !PAGES.includes(name))).toEqual([]);
});
