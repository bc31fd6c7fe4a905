// Threads of the bit engine in Node: workers that share the memory and only ever run the generated module.

import type { StartThreads } from "./machine.ts";

/** As text, so that it needs no file of its own, which would have another name before compilation than after. */
const SERVE = `
  const { module, memory, index } = require("node:worker_threads").workerData;
  new WebAssembly.Instance(module, { env: { memory } }).exports.serve(index);
`;

/** How the bit engine starts threads in Node. */
export async function loadWorkers(): Promise<StartThreads> {
  const { Worker } = await import("node:worker_threads");
  return (module, memory, count) => {
    const workers = Array.from({ length: count }, (_, at) => {
      const worker = new Worker(SERVE, { eval: true, workerData: { module, memory, index: at + 1 } });
      // A run that is forgotten must not keep the process alive.
      worker.unref();
      return worker;
    });
    return () => {
      for (const worker of workers) void worker.terminate();
    };
  };
}
