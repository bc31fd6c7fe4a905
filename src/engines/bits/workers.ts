// Threads of the bit engine in Node: workers that share the memory and only ever run the generated module.

import type { StartThreads } from "./grid-memory.ts";
import { QUEUE } from "./thread-control.ts";

/** As text, so that it needs no file of its own, which would have another name before compilation than after. */
const SERVE = `
  const { module, shared, index } = require("node:worker_threads").workerData;
  const on = (memory) => new WebAssembly.Instance(module, { env: { memory } }).exports;
  if (shared.queue === undefined) on(shared).serve(index);
  const queue = new Int32Array(shared.queue);
  const jobs = shared.memories.map(on);
  for (let round = 0; ; ) {
    Atomics.wait(queue, ${QUEUE.round}, round);
    round = Atomics.load(queue, ${QUEUE.round});
    for (let job = Atomics.add(queue, ${QUEUE.next}, 1); job < jobs.length; job = Atomics.add(queue, ${QUEUE.next}, 1)) {
      jobs[job].work(0);
      Atomics.add(queue, ${QUEUE.done}, 1);
      Atomics.notify(queue, ${QUEUE.done});
    }
  }
`;

/** Returns what starts the bit engine's threads in Node. */
export async function loadWorkers(): Promise<StartThreads> {
  const threads = await import("node:worker_threads");
  return (module, shared, count) => {
    const workers = Array.from({ length: count }, (_, at) => {
      const worker = new threads.Worker(SERVE, { eval: true, workerData: { module, shared, index: at + 1 } });
      // A run that is forgotten must not keep the process alive.
      worker.unref();
      return worker;
    });
    return () => {
      for (const worker of workers) void worker.terminate();
    };
  };
}
