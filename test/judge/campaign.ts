// npm run campaign: many random programs, each judged by all that can run it. Prints a line a minute, keeps failing
// programs, made smaller, in a folder, and goes on where an earlier campaign of the same seed has stopped.

import { type ChildProcess, fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { generator } from "./generate/generators.ts";
import type { Answer, Request } from "./messages.ts";
import { Tally } from "./tally.ts";

const USAGE = `npm run campaign -- [options]
  --programs N   so many programs (1000)
  --generator N  which of the generators draws them: 1 or 2, by another hand (1)
  --seed N       of the programs and their inputs (1)
  --from K       the first program's number (0)
  --minutes M    stop after so many minutes
  --workers N    processes (as many as there are cores)
  --seconds S    processor time after which a program is given up, and counted as slow (20)
  --sparing N    make the costly comparisons on N times fewer programs (1)
  --out DIR      where failing programs and the state are kept (campaign)
  --show K       print program K, and do nothing else
  --json         print the result as JSON at the end`;

const { values } = parseArgs({
  options: {
    programs: { type: "string", default: "1000" },
    generator: { type: "string", default: "1" },
    seed: { type: "string", default: "1" },
    from: { type: "string", default: "0" },
    minutes: { type: "string", default: "Infinity" },
    workers: { type: "string", default: String(availableParallelism()) },
    seconds: { type: "string", default: "20" },
    sparing: { type: "string", default: "1" },
    out: { type: "string", default: "campaign" },
    show: { type: "string" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

/** Seconds that a failing program may be made smaller for. */
const SHRINK_SECONDS = 60;

/** Failures of one kind that are made smaller; of others, the program is kept as it is. */
const SHRUNK_OF_A_KIND = 10;

class Campaign {
  private readonly seed = Number(values.seed);
  private readonly from = Number(values.from);
  private readonly end = this.from + Number(values.programs);
  private readonly seconds = Number(values.seconds);
  private readonly how = {
    generator: Number(values.generator),
    seed: this.seed,
    sparing: Number(values.sparing),
  };
  private readonly tally = new Tally(values.out, this.how, this.from);
  private readonly begun = Date.now();
  private readonly deadline = this.begun + 60_000 * Number(values.minutes);
  private readonly before = this.tally.state.programs;
  private readonly toShrink: { readonly index: number; readonly failure: string }[] = [];
  private readonly draw = (index: number) => generator(this.how.generator)(this.seed, index);
  private at = this.from;
  private stopped = false;

  async run(): Promise<number> {
    const stop = () => {
      this.stopped = true;
    };
    process.once("SIGINT", stop);
    const lines = setInterval(() => this.report(), 60_000);
    await Promise.all(Array.from({ length: Number(values.workers) }, () => this.work()));
    clearInterval(lines);
    this.tally.save();
    this.report();
    if (values.json) console.log(JSON.stringify({ ...this.tally.state, kinds: this.tally.kinds() }, null, 2));
    return this.tally.state.failures.length + this.tally.state.slow.length === 0 ? 0 : 1;
  }

  private report(): void {
    this.tally.save();
    const seconds = (Date.now() - this.begun) / 1000;
    console.error(this.tally.line(this.end - this.from, (this.tally.state.programs - this.before) / seconds));
  }

  /** One process after another, until there is nothing left to do. */
  private async work(): Promise<void> {
    let worker = new Worker();
    for (;;) {
      const request = this.nextRequest();
      if (request === null) break;
      const limit = request.kind === "compare" ? this.seconds : SHRINK_SECONDS;
      const ended = await worker.ask(request, limit, (answer) => this.take(request, answer));
      if (ended === "answered") continue;
      if (request.kind === "compare") this.lost(request.index, ended);
      worker.kill();
      worker = new Worker();
    }
    worker.kill();
  }

  private nextRequest(): Request | null {
    if (this.stopped || Date.now() > this.deadline) return null;
    const shrink = this.toShrink.shift();
    if (shrink !== undefined) return { kind: "shrink", ...this.how, ...shrink };
    while (this.at < this.end && this.tally.isDone(this.at)) this.at += 1;
    return this.at < this.end ? { kind: "compare", ...this.how, index: this.at++ } : null;
  }

  private lost(index: number, how: "late" | "died"): void {
    this.tally.tookTooLong(index);
    if (how === "late") return;
    this.tally.failed(index, "process died", this.draw(index).text, `program ${index}`);
  }

  private take(request: Request, answer: Answer): void {
    if (answer.kind === "shrunk") return;
    if (answer.kind === "smaller") {
      if (request.kind === "shrink") this.keep(request.failure, answer);
      return;
    }
    this.tally.compared(answer);
    if (answer.outcome.kind !== "failed") return;
    const { failure } = answer.outcome;
    const { index } = answer;
    this.keep(failure, { ...answer.outcome, index, text: this.draw(index).text });
    const alike = this.tally.kinds().find(([kind]) => kind === failure)?.[1] ?? 0;
    if (alike <= SHRUNK_OF_A_KIND) this.toShrink.push({ index, failure });
  }

  private keep(failure: string, found: { index: number; text: string; detail: string; on: string }): void {
    const note = `${failure}: program ${found.index} of seed ${this.seed}, generator ${this.how.generator}\n${found.detail}\n${found.on}`;
    this.tally.failed(found.index, failure, found.text, note.trim());
  }
}

/** A process that compares. */
class Worker {
  private readonly child: ChildProcess = fork(fileURLToPath(new URL("worker.js", import.meta.url)), {
    execArgv: ["--max-old-space-size=3000", "--max-semi-space-size=32"],
  });

  /** Asks, hands on the answers, and says how it ended: by its last answer, too late, or because the process died. */
  ask(
    request: Request,
    seconds: number,
    onAnswer: (answer: Answer) => void,
  ): Promise<"answered" | "late" | "died"> {
    return new Promise((resolve) => {
      const begun = this.processorSeconds();
      const end = (how: "answered" | "late" | "died") => {
        clearInterval(watch);
        this.child.removeAllListeners();
        resolve(how);
      };
      const watch = setInterval(() => this.processorSeconds() - begun > seconds && end("late"), 500);
      this.child.on("message", (answer: Answer) => {
        onAnswer(answer);
        if (answer.kind !== "smaller") end("answered");
      });
      this.child.on("exit", () => end("died"));
      this.child.send(request);
    });
  }

  /** What the process has used; where the system does not say so, the time by the clock. */
  private processorSeconds(): number {
    try {
      const [, fields] = readFileSync(`/proc/${this.child.pid}/stat`, "utf8").split(") ");
      const [user, system] = fields!.split(" ").slice(11, 13).map(Number);
      return (user! + system!) / 100;
    } catch {
      return Date.now() / 1000;
    }
  }

  kill(): void {
    this.child.removeAllListeners();
    this.child.kill("SIGKILL");
  }
}

if (values.help) console.log(USAGE);
else if (values.show !== undefined)
  console.log(generator(Number(values.generator))(Number(values.seed), Number(values.show)).text);
else process.exitCode = await new Campaign().run();
