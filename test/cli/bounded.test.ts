// Texts that are far too large or too deep end within the time and memory that is allowed, with a message.
//
// Every text is read by the built command, in a process of its own that tells what it took. BOUNDED=all goes through
// all kinds of texts, in three sizes, with every command that reads programs.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import type { Io } from "../../src/cli/io.ts";
import { OverBudget } from "../../src/diagnostics/budget.ts";
import { program, Workspace } from "./harness.ts";
import { NASTY } from "./nasty.ts";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const work = new Workspace();

beforeAll(() => {
  if (!existsSync(MAIN)) throw new Error("dist is missing: run `npm run build` first");
});

interface Ended {
  readonly code: number;
  readonly stderr: string;
  /** Seconds of processor time, or of the clock where they are less, and bytes at the worst moment. */
  readonly seconds: number;
  readonly bytes: number;
}

/** Runs the built command, which says at its end what it has taken. */
async function tapeloom(words: readonly string[]): Promise<Ended> {
  const wrapper = `
    import { writeSync } from "node:fs";
    process.argv.splice(1, 0, ${JSON.stringify(MAIN)});
    process.on("exit", () => {
      const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
      const seconds = Math.min((userCPUTime + systemCPUTime) / 1e6, performance.now() / 1000);
      writeSync(3, JSON.stringify({ seconds, bytes: 1024 * maxRSS }));
    });
    await import(${JSON.stringify(MAIN)});`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", wrapper, "--", ...words], {
    cwd: work.folder,
    stdio: ["ignore", "ignore", "pipe", "pipe"],
  });
  const texts = ["", "", "", ""];
  for (const at of [2, 3])
    (child.stdio[at] as NodeJS.ReadableStream).on("data", (chunk) => {
      texts[at] += chunk;
    });
  const [code] = await once(child, "close");
  return { code, stderr: texts[2]!, ...JSON.parse(texts[3]!) };
}

const SECONDS = 10;
const BYTES = 2 ** 30;

function expectBounded({ code, stderr, seconds, bytes }: Ended): void {
  expect(stderr).not.toMatch(/internal|\n {4}at /);
  expect(code).toBe(2);
  expect(stderr.length).toBeLessThan(30_000);
  expect(seconds).toBeLessThan(SECONDS);
  expect(bytes).toBeLessThan(BYTES);
}

type Row = readonly [kind: string, size: number, words: readonly string[], message: RegExp];

const COMPILE = ["compile", "nasty.alg"];
const RUN = ["run", "nasty.alg", "--random", "3x3"];

const ROWS: readonly Row[] = [
  ["parentheses", 5_000, COMPILE, /TL117: .*nested too deeply[\s\S]*nasty\.alg:1:1/],
  ["nested ifs", 5_000, ["fmt", "nasty.alg"], /TL117/],
  ["nested loops", 2_000, ["prove", "nasty.alg"], /TL117/],
  ["braces", 5_000, ["explain", "nasty.alg"], /TL1\d\d[\s\S]*nasty\.alg:1:1/],
  ["functions that double", 40, ["check", "nasty.alg"], /TL313[\s\S]*nasty\.alg/],
  ["huge range", 9, COMPILE, /TL305[\s\S]*nasty\.alg:2:10/],
  ["huge number", 100_000, COMPILE, /TL1\d\d[\s\S]*nasty\.alg:3:12/],
  ["huge name", 100_000, COMPILE, /TL201[\s\S]*nasty\.alg:3:8/],
  ["huge repeat", 1, RUN, /error/],
  ["huge workspace", 1, RUN, /1000000002 ?x ?1000000002|workspace/],
  ["unclosed comment", 200_000, COMPILE, /TL\d{3}[\s\S]*nasty\.alg:1:26/],
  ["syntax errors", 1_000, COMPILE, /TL\d{3}[\s\S]*nasty\.alg:3:/],
  ["wrong names", 1_000, COMPILE, /nasty\.alg: 1,000 errors, the first 20 of which are shown/],
  ["garbage", 100_000, COMPILE, /TL\d{3}[\s\S]*nasty\.alg:1:1/],
  [
    "fields",
    20_000,
    [...COMPILE, "--budget", "1s"],
    /reading nasty\.alg takes more than 1 s of processor time;.*--budget 10s/,
  ],
  [
    "fields",
    20_000,
    [...COMPILE, "--budget", "60s,120MiB"],
    /reading nasty\.alg takes more than 120 MiB of memory;.*--budget 600s,480MiB/,
  ],
];

describe("a text that is too much ends with a message:", () => {
  test.each(ROWS)("%s, %i", async (kind, size, words, message) => {
    work.write("nasty.alg", NASTY[kind]!(size));
    const ended = await tapeloom(words);
    expectBounded(ended);
    expect(ended.stderr).toMatch(message);
  });
});

/** Long sums, conditions and schedules, for which simple ways are enough. */
test.each([
  ["xor of neighbours", 2_000],
  ["sum of neighbours", 100],
  ["sum of neighbours", 1_000],
  ["sweeps", 1_000],
])("a proof of %s, %i, takes no longer than reading may take", async (kind, size) => {
  work.write("nasty.alg", NASTY[kind]!(size));
  const { code, stderr, seconds, bytes } = await tapeloom(["prove", "nasty.alg"]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(seconds).toBeLessThan(SECONDS);
  expect(bytes).toBeLessThan(BYTES);
});

test("a check of many inputs takes no longer than reading may take", async () => {
  work.write("nasty.alg", NASTY.inputs!(40_000));
  const { code, seconds, bytes } = await tapeloom(["check", "nasty.alg", "--grids", "2", "--seed", "1"]);
  expect(code).toBe(0);
  expect(seconds).toBeLessThan(SECONDS);
  expect(bytes).toBeLessThan(BYTES);
});

test("a run of many fields takes no longer than reading may take", async () => {
  work.write("nasty.alg", NASTY["unused things"]!(20_000));
  const { code, seconds, bytes } = await tapeloom([...RUN, "--seed", "1", "--steps", "2000"]);
  expect(code).toBe(0);
  expect(seconds).toBeLessThan(SECONDS);
  expect(bytes).toBeLessThan(BYTES);
});

test("a program of hundreds of instructions compiles, or is refused", async () => {
  work.write("nasty.alg", NASTY.sweeps!(300));
  const ended = await tapeloom(COMPILE);
  expect(ended.stderr).not.toMatch(/internal|\n {4}at /);
  expect([0, 2]).toContain(ended.code);
});

test("work that is within the budget is not disturbed, whatever the budget is", async () => {
  const { code, stderr } = await tapeloom(["compile", program("life.alg"), "--budget", "300s,2GiB"]);
  expect([code, stderr]).toEqual([0, ""]);
});

test.each(["0s", "x", "5s,6s", "1GiB,2GiB", "-1", "5m"])("--budget %s is refused", async (text) => {
  const { code, stderr } = await work.run(["compile", program("life.alg"), "--budget", text]);
  expect([code, stderr]).toEqual([2, expect.stringContaining("Expected seconds, memory or both")]);
});

// Among these moments are some between two pieces of work that do not pause.
test.each([1500, 2000, 2500, 3000, 3500])("Ctrl-C after %i ms ends a compilation at once", async (moment) => {
  work.write("long.alg", NASTY.fields!(60_000));
  const child = spawn(process.execPath, [MAIN, "compile", "long.alg", "--budget", "600s"], {
    cwd: work.folder,
  });
  const exit = once(child, "exit");
  setTimeout(() => child.kill("SIGINT"), moment);
  const begin = performance.now();
  const [code, signal] = await exit;
  // Where the machine is so slow that our program has not begun, Node ends it.
  expect(code ?? signal).toBe(signal === null ? 130 : "SIGINT");
  expect(performance.now() - begin).toBeLessThan(15_000);
  expect(readdirSync(work.folder).filter((name) => /long.*(safetensors|tapeloom)/.test(name))).toEqual([]);
});

/** Lets a thread take long to start, and says when it does. */
const SLOW_START = `
  import threads from "node:worker_threads";
  import { writeSync } from "node:fs";
  import { syncBuiltinESMExports } from "node:module";
  threads.Worker = class extends threads.Worker {
    constructor(...given) {
      super(...given);
      writeSync(1, "starting");
      for (const end = performance.now() + 500; performance.now() < end;);
    }
  };
  syncBuiltinESMExports();`;

test("Ctrl-C ends a compilation also while the thread starts that watches it", {
  timeout: 60_000,
}, async () => {
  work.write("long.alg", NASTY.fields!(20_000));
  const slow = `data:text/javascript,${encodeURIComponent(SLOW_START)}`;
  const words = ["--import", slow, MAIN, "compile", "long.alg", "--budget", "600s"];
  const child = spawn(process.execPath, words, { cwd: work.folder, stdio: ["ignore", "pipe", "inherit"] });
  const exit = once(child, "exit");
  const late = setTimeout(() => child.kill("SIGKILL"), 40_000);
  child.stdout.once("data", () => child.kill("SIGINT"));
  expect(await exit).toEqual([130, null]);
  clearTimeout(late);
});

/** Interrupts when that is made in which the first piece of work runs. */
const INTERRUPTED_FIRST = `
  import vm from "node:vm";
  import { syncBuiltinESMExports } from "node:module";
  for (const name of ["createContext", "runInNewContext"]) {
    const { [name]: make } = vm;
    vm[name] = (...given) => {
      process.kill(process.pid, "SIGINT");
      return make(...given);
    };
  }
  syncBuiltinESMExports();`;

test("Ctrl-C while work that does not pause is made ready is heard", { timeout: 60_000 }, async () => {
  work.write("long.alg", NASTY.fields!(20_000));
  const early = `data:text/javascript,${encodeURIComponent(INTERRUPTED_FIRST)}`;
  const words = ["--import", early, MAIN, "compile", "long.alg", "--budget", "600s"];
  const child = spawn(process.execPath, words, { cwd: work.folder, stdio: "ignore" });
  expect(await once(child, "exit")).toEqual([130, null]);
});

/** Interrupts when the input is drawn, before the loop has looked for signals. */
const INTERRUPTED = `
  const { write } = process.stderr;
  process.stderr.write = (text, ...rest) => {
    if (text.startsWith("random grid")) process.kill(process.pid, "SIGINT");
    return write.call(process.stderr, text, ...rest);
  };`;

test.each(["rule", "direct"])(
  "Ctrl-C before work that does not pause is heard, %s",
  { timeout: 60_000 },
  async (engine) => {
    const early = `data:text/javascript,${encodeURIComponent(INTERRUPTED)}`;
    const run = ["run", program("life.alg"), "--random", "200x200", "--seed", "1", "--steps", "1000000"];
    const words = ["--import", early, MAIN, ...run, "--engine", engine];
    const child = spawn(process.execPath, words, { cwd: work.folder, stdio: "ignore" });
    const exit = once(child, "exit");
    const late = setTimeout(() => child.kill("SIGKILL"), 15_000);
    expect(await exit).toEqual([130, null]);
    clearTimeout(late);
  },
);

test("Ctrl-C ends a command that waits", async () => {
  const child = spawn(process.execPath, [MAIN, "fmt", "-"], { stdio: ["pipe", "ignore", "ignore"] });
  const exit = once(child, "exit");
  setTimeout(() => child.kill("SIGINT"), 1500);
  expect(await exit).toEqual([130, null]);
});

test("a search that takes more than is allowed leaves the network that there was before it", async () => {
  const stages: string[] = [];
  const bounded: Io["bounded"] = (_what, work) =>
    work((stage) => {
      stages.push(stage);
      if (stage.startsWith("searching")) throw new OverBudget("compiling gf2 takes more than 1 s");
    });
  const { code, stdout, stderr } = await work.run(["compile", program("gf2.alg"), "--json"], { bounded });
  expect([code, stderr]).toEqual([
    0,
    expect.stringMatching(/takes more than 1 s; it stopped searching .*, and takes the network that it had/),
  ]);
  expect(stages).toEqual([
    "following the structure of the rule",
    expect.stringContaining("searching for fewer than"),
  ]);
  expect(JSON.parse(stdout).history.map(({ step }: { step: string }) => step)).toEqual([
    "from the structure",
    expect.stringContaining("strategies"),
  ]);
  expect((await work.run(["prove", program("gf2.alg"), "gf2.safetensors"])).code).toBe(0);
});

/** What a guard that believes to be on a terminal writes there while it works. */
async function written(milliseconds: number): Promise<string> {
  const guard = new URL("../../dist/cli/guard.js", import.meta.url);
  const script = `
    import { Guard } from ${JSON.stringify(guard.href)};
    const terminal = { isTTY: true, columns: 40, write: (text) => process.stderr.write(text) };
    const until = (end) => { while (performance.now() < end); };
    new Guard(terminal).run("weaving", (tell) => {
      const begin = performance.now();
      tell("warp");
      until(begin + ${milliseconds});
      tell("weft");
      until(begin + ${2 * milliseconds});
    });`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let text = "";
  child.stderr.on("data", (chunk) => {
    text += chunk;
  });
  expect(await once(child, "close")).toEqual([0, null]);
  return text;
}

test("on a terminal, work says what it is doing after half a second, and wipes that out", async () => {
  const [before, ...lines] = (await written(1500)).split("\r\x1b[K");
  expect(before).toBe("");
  expect(lines[0]).toBe("weaving: warp ...");
  expect(lines.at(-2)).toMatch(/^weaving: weft \.\.\.( \d s)?$/);
  expect(lines.at(-1)).toBe("");
  expect(await written(20)).toBe("");
});

/** What a script says that has a guard for a second, or part of it, and counts the threads that start. */
async function guarded(seconds: number, ...lines: readonly string[]): Promise<unknown> {
  const dist = new URL("../../dist/", import.meta.url).href;
  const script = `
    import threads from "node:worker_threads";
    import { syncBuiltinESMExports } from "node:module";
    let started = 0;
    const { Worker } = threads;
    threads.Worker = class extends Worker { constructor(...given) { started++; super(...given); } };
    syncBuiltinESMExports();
    const { Guard } = await import("${dist}cli/guard.js");
    const { spend } = await import("${dist}diagnostics/budget.js");
    const guard = new Guard(process.stderr);
    guard.allow({ seconds: ${seconds}, bytes: 2 ** 30 });
    const asking = (milliseconds) => { for (const end = performance.now() + milliseconds; performance.now() < end;) spend(); };
    const idle = (milliseconds) => { for (const end = performance.now() + milliseconds; performance.now() < end;); };
    const ended = (work, asks) => { try { guard.run("work", work, asks); return "done"; } catch ({ message }) { return message; } };
    ${lines.join("\n")}
    process.exit();`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += chunk;
  });
  await once(child, "close");
  return JSON.parse(text);
}

describe("the thread that watches", () => {
  const OVER = expect.stringMatching(/^work takes more than [0-9.]+ s of processor time/);

  test("starts late where work asks, at once where it does not", async () => {
    const told = await guarded(
      9,
      "const first = [ended(() => asking(40), true), started];",
      "const second = [ended(() => asking(40), true), started];",
      "const long = [ended(() => asking(400), true), started];",
      "console.log(JSON.stringify([first, second, long]));",
    );
    expect(told).toEqual([
      ["done", 0],
      ["done", 0],
      ["done", 1],
    ]);
    expect(await guarded(9, "console.log(JSON.stringify([ended(() => {}, false), started]));")).toEqual([
      "done",
      1,
    ]);
  });

  test("starts with a piece of work, once others have gone on for long enough", async () => {
    const told = await guarded(
      9,
      "const first = [ended(() => idle(300), true), started];",
      "console.log(JSON.stringify([first, [ended(() => {}, true), started]]));",
    );
    expect(told).toEqual([
      ["done", 0],
      ["done", 1],
    ]);
  });

  test("ends work that asks, however late it starts, and all that was before counts", async () => {
    const told = (await guarded(
      1,
      "const begin = performance.now();",
      "const end = ended(() => asking(20_000), true);",
      "console.log(JSON.stringify([end, performance.now() - begin]));",
    )) as [string, number];
    expect(told[0]).toEqual(OVER);
    expect(told[1]).toBeLessThan(15_000);
  });

  test("is not needed for an end, where work was to ask and does not", async () => {
    const told = await guarded(
      0.05,
      "console.log(JSON.stringify([ended(() => { for (;;); }, true), started]));",
    );
    expect(told).toEqual([OVER, 0]);
  });
});

/** Runs may go on for as long as their programs do, and proofs for a minute: here they end with reading. */
const COMMANDS: readonly (readonly string[])[] = [
  COMPILE,
  [...RUN, "--steps", "100"],
  ["check", "nasty.alg", "--grids", "2"],
  ["prove", "nasty.alg", "--budget", "9s,800MiB"],
  ["explain", "nasty.alg"],
  ["fmt", "--check", "nasty.alg"],
];

const ALL = Object.keys(NASTY).flatMap((kind) =>
  [100, 3_000, 100_000].flatMap((size) => COMMANDS.map((words) => [kind, size, words] as const)),
);

if (process.env.BOUNDED === "all")
  test.each(ALL)("%s, %i: %j", async (kind, size, words) => {
    work.write("nasty.alg", NASTY[kind]!(size));
    const { code, stderr, seconds, bytes } = await tapeloom(words);
    expect(stderr).not.toMatch(/internal|\n {4}at /);
    expect([0, 1, 2]).toContain(code);
    expect(seconds).toBeLessThan(SECONDS);
    expect(bytes).toBeLessThan(BYTES);
  });
