// Campaigns at a queue: a real server, and the built command as processes of their own, some of which are killed.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { program, Workspace } from "./harness.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const MAIN = `${ROOT}dist/cli/main.js`;
const require = createRequire(import.meta.url);
const work = new Workspace();

const SERVER = ["redis-server", "valkey-server"].find((name) => !spawnSync(name, ["--version"]).error);
const PACKAGES = ["bullmq", "ioredis"].filter((name) => !existsSync(`${ROOT}node_modules/${name}`));
const missing = [...(SERVER === undefined ? ["redis-server"] : []), ...PACKAGES];

/** A process whose output can be waited for. */
class Running {
  readonly child: ChildProcess;
  readonly code: Promise<number | null>;
  out = "";
  errors = "";

  constructor(words: readonly string[], main = MAIN) {
    this.child = spawn(process.execPath, [main, ...words], { cwd: work.folder });
    this.child.stdout!.on("data", (chunk) => {
      this.out += chunk;
    });
    this.child.stderr!.on("data", (chunk) => {
      this.errors += chunk;
    });
    this.code = once(this.child, "close").then(([code]) => code);
  }

  /** Waits for a number of matches on standard error. */
  async says(pattern: RegExp, times = 1): Promise<string[]> {
    for (;;) {
      const found = [...this.errors.matchAll(pattern)].map(([, group]) => group ?? "");
      if (found.length >= times) return found;
      if (this.child.exitCode !== null) throw new Error(`ended with ${this.child.exitCode}: ${this.errors}`);
      await Promise.race([once(this.child.stderr!, "data"), this.code]);
    }
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    return this.code;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

/** Draws of random weights: six jobs of some tenths of a second. */
const WEIGHTS = ["discover", "--weights", "parity", "--until", String(2 ** 18), "--seed", "1"];
const JOBS = 6;

describe.skipIf(missing.length > 0)(
  `campaigns at a queue${missing.map((name) => `, without ${name}`)}`,
  () => {
    let server: ChildProcess;
    let address: string;
    const running: Running[] = [];

    beforeAll(async () => {
      if (!existsSync(MAIN)) throw new Error("dist is missing: run `npm run build` first");
      const port = await freePort();
      address = `redis://127.0.0.1:${port}`;
      const options = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
      server = spawn(SERVER!, options, { cwd: work.folder });
      for (let text = ""; !/ready to accept/i.test(text); ) text += (await once(server.stdout!, "data"))[0];
    });
    afterEach(async () => {
      await Promise.all(running.splice(0).map((each) => each.end("SIGKILL")));
    });
    afterAll(() => void server?.kill());

    const start = (...words: string[]): Running => {
      const made = new Running(words);
      running.push(made);
      return made;
    };
    const worker = (...more: string[]) =>
      start("worker", "--queue", address, "--threads", "1", "-v", ...more);
    const campaign = (...words: string[]) => start(...words, "--queue", address);

    const printed = new Map<string, Promise<string>>();
    /** What a command prints on a thread. */
    function onThread(...words: string[]): Promise<string> {
      const print = async () => {
        const alone = start(...words, "--workers", "1");
        expect(await alone.code).toBe(0);
        return alone.out;
      };
      const name = words.join(" ");
      printed.set(name, printed.get(name) ?? print());
      return printed.get(name)!;
    }

    /** Waits until nothing is left of campaigns: a worker may still be at a job that nobody needs. */
    async function isEmpty(): Promise<void> {
      const { Redis } = require("ioredis");
      const client = new Redis(address);
      const ofQueue = /^tapeloom:\w+:(meta|events|id|marker|stalled-check|stalled)$/;
      const left = async () => (await client.keys("*")).filter((key: string) => !ofQueue.test(key));
      await expect.poll(left, { timeout: 20_000 }).toEqual([]);
      client.disconnect();
    }

    test("two workers find what one finds, and what threads find; nothing is left", async () => {
      const words = [
        "discover",
        program("sketches/gf2-32.alg"),
        "--task",
        "parity",
        "--search",
        "random",
        "--seed",
        "7",
      ];
      const shown = (text: string) => text.replace(/, [\d.]* s, .* a second/, "");
      const alone = await onThread(...words);
      worker();
      const one = campaign(...words);
      expect(await one.code).toBe(0);
      worker();
      const two = campaign(...words);
      expect(await two.code).toBe(0);
      expect(shown(one.out)).toBe(shown(alone));
      expect(shown(two.out)).toBe(shown(alone));
      await isEmpty();
    });

    test.each([
      ["mutate", program("parity.alg"), "--grids", "5", "--json"],
      [
        "train",
        program("parity.alg"),
        "--seeds",
        "2",
        "--max-steps",
        "2000",
        "--json",
        "-o",
        "x.safetensors",
      ],
      [
        "discover",
        program("sketches/gf2-32.alg"),
        ..."--task parity --problems 1,2 --runs 2 --json".split(" "),
      ],
    ])("%s gives at the queue what it gives on threads", async (...given) => {
      const words = [...given, "--seed", "5"];
      const plain = (text: string) => text.replaceAll(/"\w*econds": .*/g, "");
      const alone = await onThread(...words);
      worker();
      const there = campaign(...words);
      expect(await there.code).toBe(0);
      expect(plain(there.out)).toBe(plain(alone));
      await isEmpty();
    });

    test("the job of a worker that is killed is taken up by another", async () => {
      const alone = await onThread(...WEIGHTS);
      const there = campaign(...WEIGHTS);
      const killed = worker();
      const taken = (await killed.says(/takes (\S+)/g, 2)).at(-1)!;
      await killed.end("SIGKILL");
      const other = worker();
      expect(await there.code).toBe(0);
      expect(there.out).toBe(alone);
      expect(other.errors).toContain(taken);
      await isEmpty();
    });

    test("a campaign that was stopped goes on, and nothing is done twice", async () => {
      const alone = await onThread(...WEIGHTS);
      const stopped = campaign(...WEIGHTS);
      const first = worker();
      await first.says(/takes (\S+)/g, 3);
      expect(await stopped.end("SIGINT")).toBe(130);
      const [, done] = /stopped, (\d+) of 6 jobs done; the same command with --seed 1 goes on/.exec(
        stopped.errors,
      )!;
      expect(Number(done)).toBeGreaterThanOrEqual(1);
      expect(await first.end("SIGINT")).toBe(0);
      const [, before] = /: (\d+) jobs? done, [01] given back\n$/.exec(first.out)!;
      const again = campaign(...WEIGHTS);
      const second = worker();
      expect(await again.code).toBe(0);
      expect(again.errors).toContain(`goes on, ${before} of 6 jobs done`);
      expect(again.out).toBe(alone);
      await second.end("SIGINT");
      expect(second.out).toMatch(new RegExp(`: ${JOBS - Number(before)} jobs? done, 0 given back\n$`));
      await isEmpty();
    });

    test("a corpus whose command is killed goes on, and is the one that threads make", async () => {
      const words = (folder: string) => ["corpus", "-o", folder, "--count", "6", "--seed", "3"];
      await onThread(...words("alone"));
      const manifest = (folder: string) => readFileSync(work.path(`${folder}/manifest.jsonl`), "utf8");
      const killed = campaign(...words("there"));
      const first = worker();
      await first.says(/takes (\S+)/g, 3);
      await killed.end("SIGKILL");
      const again = campaign(...words("there"));
      expect(await again.code).toBe(0);
      expect(manifest("there")).toBe(manifest("alone"));
      for (const name of readdirSync(work.path("alone")))
        expect(work.bytes(`there/${name}`)).toEqual(work.bytes(`alone/${name}`));
      await isEmpty();
    });

    test("another version is refused, and gives the job back", async () => {
      const other = join(work.folder, "other");
      const { version, ...rest } = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8"));
      mkdirSync(join(other, "dist", "cli"), { recursive: true });
      for (const name of readdirSync(`${ROOT}dist/cli`))
        if (/^(bundle-.*|main\.js)$/.test(name))
          cpSync(`${ROOT}dist/cli/${name}`, join(other, "dist", "cli", name));
      writeFileSync(join(other, "package.json"), JSON.stringify({ ...rest, version: "9.9.9" }));
      const words = ["worker", "--queue", address];
      const bare = new Running(words, join(other, "dist", "cli", "main.js"));
      expect(await bare.code).toBe(2);
      expect(bare.errors).toMatch(/needs the packages bullmq and ioredis .*; install them by .npm install/);
      symlinkSync(`${ROOT}node_modules`, join(other, "node_modules"));
      const there = campaign(...WEIGHTS);
      await there.says(/waits for workers; start some by tapeloom worker --queue redis:/g);
      const wrong = new Running(words, join(other, "dist", "cli", "main.js"));
      expect(await wrong.code).toBe(2);
      expect(wrong.errors).toMatch(
        new RegExp(
          `error: weights: the campaign is of tapeloom ${version} .*, this worker 9\\.9\\.9 .*; install the same`,
        ),
      );
      worker();
      expect(await there.code).toBe(0);
    });

    test("bad input that a job finds is bad input of the campaign", async () => {
      worker();
      work.write("blink.alg", "program blink { input x: bit loop { each { x = not x } } }");
      const words = ["train", "blink.alg", "--supervision", "output", "--seeds", "2", "--seed", "1"];
      const there = campaign(...words);
      expect(await there.code).toBe(2);
      expect(there.errors).toMatch(/^error: blink never ends, and does not come to rest within /m);
      await isEmpty();
    });

    test("who has no password is not let in, and passwords are not shown", async () => {
      const { Redis } = require("ioredis");
      const client = new Redis(address);
      await client.config("SET", "requirepass", "secret");
      const refused = campaign(...WEIGHTS);
      expect(await refused.code).toBe(2);
      expect(refused.errors).toMatch(/^error: --queue redis:.* found: NOAUTH .*; start one .* password\n$/);
      const wrong = start("worker", "--queue", address.replace("//", "//:wrong@"));
      expect(await wrong.code).toBe(2);
      expect(wrong.errors).toMatch(/WRONGPASS/);
      expect(wrong.errors).not.toMatch(/:wrong@|\n {4}at/);
      const right = start("worker", "--queue", address.replace("//", "//:secret@"));
      await right.says(/waits for jobs at redis:\/\/127/g);
      expect(await right.end("SIGINT")).toBe(0);
      expect(right.errors).not.toContain("secret");
      await client.config("SET", "requirepass", "");
      client.disconnect();
    });

    test("where nobody listens, and what is no address", async () => {
      const nobody = `redis://127.0.0.1:${await freePort()}`;
      for (const words of [["worker"], WEIGHTS, ["mutate", program("parity.alg")]]) {
        const alone = start(...words, "--queue", nobody);
        expect(await alone.code).toBe(2);
        expect(alone.errors).toMatch(
          /^error: --queue redis:.*: expected a Redis .* found: connect ECONNREFUSED .*\n$/,
        );
      }
      for (const bad of ["localhost:6379", "http://localhost", "redis://", "redis://localhost/x"]) {
        const { code, stderr } = await work.run(["worker", "--queue", bad]);
        expect(code, bad).toBe(2);
        expect(stderr).toContain("Expected the address of a Redis or Valkey server");
      }
      const both = await work.run([...WEIGHTS, "--queue", address, "--workers", "2"]);
      expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining("cannot be used with") });
    });
  },
);
