// What a campaign has found so far, as it is written to its state file and shown.

import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Answer } from "./messages.ts";

export interface Found {
  readonly index: number;
  readonly failure: string;
  readonly file: string;
}

/** Which programs a campaign draws. */
interface Series {
  readonly generator: number;
  readonly seed: number;
}

interface State {
  readonly seed: number;
  /** All programs below this one are done, and those of `ahead`. */
  next: number;
  ahead: number[];
  programs: number;
  agreed: number;
  refused: Record<string, number>;
  slow: number[];
  failures: Found[];
  comparisons: Record<string, number>;
  milliseconds: Record<string, number>;
}

type Compared = Extract<Answer, { kind: "compared" }>;

export class Tally {
  readonly state: State;
  private readonly folder: string;
  /** In the names of files. */
  private readonly series: string;

  /** Goes on from a state file of the same generator and seed, if there is one. */
  constructor(folder: string, { generator, seed }: Series, from: number) {
    this.folder = folder;
    this.series = generator === 1 ? `${seed}` : `${seed}-generator-${generator}`;
    mkdirSync(folder, { recursive: true });
    this.state = read(this.path()) ?? {
      seed,
      next: from,
      ahead: [],
      programs: 0,
      agreed: 0,
      refused: {},
      slow: [],
      failures: [],
      comparisons: {},
      milliseconds: {},
    };
  }

  private path(): string {
    return join(this.folder, `seed-${this.series}.json`);
  }

  isDone(index: number): boolean {
    return index < this.state.next || this.state.ahead.includes(index);
  }

  private done(index: number): void {
    const { state } = this;
    state.programs += 1;
    state.ahead.push(index);
    while (state.ahead.includes(state.next)) {
      state.ahead = state.ahead.filter((each) => each !== state.next);
      state.next += 1;
    }
  }

  compared({ index, outcome, spent }: Compared): void {
    const { state } = this;
    this.done(index);
    if (outcome.kind === "agreed") {
      state.agreed += 1;
      for (const kind of outcome.done) add(state.comparisons, kind, 1);
    }
    if (outcome.kind === "refused") add(state.refused, outcome.codes.join(" "), 1);
    for (const [kind, milliseconds] of spent) add(state.milliseconds, kind, Math.round(milliseconds));
  }

  tookTooLong(index: number): void {
    this.done(index);
    this.state.slow.push(index);
  }

  /** Writes a failing program with what is known of it. */
  failed(index: number, failure: string, text: string, note: string): void {
    const file = `${failure.replaceAll(/[^a-z0-9]+/gi, "-")}.${this.series}.${index}.alg`;
    const comment = note.replaceAll(/^/gm, "// ");
    writeFileSync(join(this.folder, file), `${comment}\n${text}`);
    if (!this.state.failures.some((each) => each.index === index))
      this.state.failures.push({ index, failure, file });
  }

  save(): void {
    const path = this.path();
    writeFileSync(`${path}.tmp`, JSON.stringify(this.state, null, 1));
    renameSync(`${path}.tmp`, path);
  }

  /** Failures by kind, the most frequent first. */
  kinds(): [kind: string, count: number][] {
    const counts: Record<string, number> = {};
    for (const { failure } of this.state.failures) add(counts, failure, 1);
    return Object.entries(counts).sort(([, a], [, b]) => b - a);
  }

  /** One line on how far it has come. */
  line(target: number, perSecond: number): string {
    const { programs, refused, slow, failures } = this.state;
    const waste = Object.values(refused).reduce((sum, count) => sum + count, 0);
    const share = ((100 * waste) / Math.max(1, programs)).toFixed(1);
    const kinds = this.kinds().map(([kind, count]) => `${kind} ${count}`);
    const found = failures.length === 0 ? "no failures" : `${failures.length} failures: ${kinds.join(", ")}`;
    const time = new Date().toISOString().slice(11, 19);
    const count = `${programs.toLocaleString("en")} of ${target.toLocaleString("en")} programs`;
    return `${time} ${count} (${perSecond.toFixed(1)}/s), ${share}% refused, ${slow.length} slow, ${found}`;
  }
}

function read(path: string): State | null {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

function add(counts: Record<string, number>, key: string, count: number): void {
  counts[key] = (counts[key] ?? 0) + count;
}
