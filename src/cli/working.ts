// Says on a terminal what is being done while work does not pause, from half a second on, and for how long. The watching
// thread writes the line, since the one that works has no time; once the work has ended, it is wiped out.

import type { Out } from "./io.ts";

/** Bytes of the shared memory that the line takes: two numbers, then its text. */
export const LINE_BYTES = 8 + 240;

/** What is done to the numbers: whether somebody is writing to the terminal, and how long the text is, negative if shown. */
export const SHOW = `
const { writeSync } = require("node:fs");
const showing = new Int32Array(workerData, LINE_AT, 2), letters = new Uint8Array(workerData, LINE_AT + 8);
const begun = performance.now();
let shown = 0;
const show = (isOn, since) => {
  const now = performance.now();
  if (now - begun < 500 || now - since < 100 || now - shown < 250) return;
  Atomics.store(showing, 0, 1);
  const length = Math.abs(Atomics.load(showing, 1));
  if (length > 0 && isOn()) {
    shown = now;
    const seconds = now - begun < 2000 ? "" : " " + Math.floor((now - begun) / 1000) + " s";
    writeSync(2, "\\r\\x1b[K" + Buffer.from(letters.slice(0, length)).toString() + " ..." + seconds);
    Atomics.store(showing, 1, -length);
  }
  Atomics.store(showing, 0, 0);
};`;

/** The line, as the working thread sees it. */
export class WorkingLine {
  readonly #out: Out;
  readonly #numbers: Int32Array;
  readonly #letters: Uint8Array;

  constructor(out: Out, shared: SharedArrayBuffer, at: number) {
    this.#out = out;
    this.#numbers = new Int32Array(shared, at, 2);
    this.#letters = new Uint8Array(shared, at + 8, LINE_BYTES - 8);
  }

  /** Sets what is being done. */
  tell(text: string): void {
    if (this.#out.isTTY !== true) return;
    const most = Math.min(this.#letters.length, (this.#out.columns || 80) - 16);
    const bytes = new TextEncoder()
      .encode(text.slice(0, Math.max(most, 1)))
      .subarray(0, this.#letters.length);
    this.#wait();
    this.#letters.set(bytes);
    const isShown = Atomics.load(this.#numbers, 1) < 0;
    Atomics.store(this.#numbers, 1, isShown ? -bytes.length : bytes.length);
  }

  /** Wipes the line out, if it has been shown. To be called when nobody may write it any more. */
  clear(): void {
    this.#wait();
    if (Atomics.exchange(this.#numbers, 1, 0) < 0) this.#out.write("\r\x1b[K");
  }

  /** Waits until the other thread has written what it is about to. */
  #wait(): void {
    while (Atomics.load(this.#numbers, 0) === 1);
  }
}
