// Runs command lines in this process, with streams and a working directory of their own.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";
import type { Out } from "../../src/cli/guard.ts";
import type { Io } from "../../src/cli/io.ts";
import { runCommandLine } from "../../src/cli/program.ts";

export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Setting {
  readonly stdin?: string | Uint8Array;
  readonly isTTY?: boolean;
  readonly env?: Io["env"];
  readonly columns?: number;
  readonly rows?: number;
  /** Bytes of free memory; 16 gigabytes by default. */
  readonly memory?: number;
  /** Seconds of processor time that are left of the budget; without end by default. */
  readonly seconds?: number;
  /** Runs work that does not pause; by default without a bound. */
  readonly bounded?: Io["bounded"];
  /** Called with everything written to standard output so far; may interrupt, or press keys of a terminal. */
  readonly onOutput?: (text: string, interrupt: () => void, press: (key: string) => void) => void;
}

/** The path of a file of the gallery. */
export const program = (file: string): string =>
  fileURLToPath(new URL(`../../programs/${file}`, import.meta.url));

/** An empty directory that is gone after the tests of this file. */
export class Workspace {
  readonly folder = mkdtempSync(join(tmpdir(), "tapeloom-"));

  readonly #command: typeof runCommandLine;

  constructor(command = runCommandLine) {
    this.#command = command;
    afterAll(() => rmSync(this.folder, { recursive: true, force: true }));
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, content: string | Uint8Array): string {
    writeFileSync(this.path(name), content);
    return name;
  }

  read(name: string): string {
    return readFileSync(this.path(name), "utf8");
  }

  bytes(name: string): Uint8Array {
    return new Uint8Array(readFileSync(this.path(name)));
  }

  /** Runs a command line in the directory. */
  async run(words: readonly string[], setting: Setting = {}): Promise<Result> {
    const interrupts = new Set<() => void>();
    const interrupt = () => {
      for (const callback of interrupts) callback();
    };
    const keys = new Set<(key: string) => void>();
    const press = (key: string) => {
      for (const callback of keys) callback(key);
    };
    const stdout = new Collector(setting, (text) => setting.onOutput?.(text, interrupt, press));
    const stderr = new Collector(setting);
    const io: Io = {
      cwd: this.folder,
      env: setting.env ?? {},
      stdout,
      stderr,
      readStdin: async () => new Uint8Array(Buffer.from(setting.stdin ?? "")),
      onInterrupt(callback) {
        interrupts.add(callback);
        return () => interrupts.delete(callback);
      },
      onKey(callback) {
        if (setting.isTTY !== true) return null;
        keys.add(callback);
        return () => keys.delete(callback);
      },
      freeMemory: () => setting.memory ?? 2 ** 34,
      allowByDefault() {},
      allowAnew() {},
      secondsLeft: () => setting.seconds ?? Number.POSITIVE_INFINITY,
      allow() {},
      bounded: setting.bounded ?? ((_what, work) => work(() => {})),
    };
    const code = await this.#command(io, words);
    return { code, stdout: stdout.text, stderr: stderr.text };
  }

  /** Runs a command line with `--json` and reads the document. */
  async json(words: readonly string[], setting: Setting = {}) {
    const result = await this.run([...words, "--json"], setting);
    return { ...result, document: JSON.parse(result.stdout) };
  }
}

class Collector extends Writable implements Out {
  text = "";
  readonly isTTY: boolean;
  readonly columns: number;
  readonly rows: number;
  readonly #onWrite: (text: string) => void;

  constructor(
    { isTTY = false, columns = 80, rows = 24 }: Setting,
    onWrite: (text: string) => void = () => {},
  ) {
    super();
    this.isTTY = isTTY;
    this.columns = columns;
    this.rows = rows;
    this.#onWrite = onWrite;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    this.#onWrite(this.text);
    done();
  }
}
