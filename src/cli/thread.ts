// A worker thread: the work and what makes it ready come once, with the thread; then jobs come one after another.

import { workerData } from "node:worker_threads";
import { type Answer, answering } from "./team.ts";
import { type DataOf, type JobOf, type ResultOf, ready, type WorkName } from "./work.ts";

/** Behind what the pool keeps there for itself. */
const { work, data } = workerData[1] as { readonly work: WorkName; readonly data: DataOf<WorkName> };
let does: ReturnType<typeof ready> | null = null;

export default function answer(job: JobOf<WorkName>): Promise<Answer<ResultOf<WorkName>>> {
  return answering(async () => {
    does ??= ready(work, data);
    return (await does)(job);
  });
}
