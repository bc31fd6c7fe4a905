// From a program's text to its network.

import { bench, describe } from "vitest";
import { compile } from "../../src/compile.ts";
import { loadSource } from "./programs.ts";

describe("compile", () => {
  for (const name of ["parity", "life", "gf2", "sort", "rref", "bb5", "decision_list"]) {
    const source = loadSource(name);
    bench(name, () => void compile(source), { iterations: 2, time: 0, warmupIterations: 1, warmupTime: 0 });
  }
});
