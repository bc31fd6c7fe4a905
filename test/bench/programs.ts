// The library's programs, for benchmarks.

import { readFileSync } from "node:fs";
import type { Source } from "../../src/diagnostics/diagnostic.ts";

export function loadSource(name: string): Source {
  return {
    name: `${name}.alg`,
    text: readFileSync(new URL(`../../programs/${name}.alg`, import.meta.url), "utf8"),
  };
}
