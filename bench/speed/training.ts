// Training from random weights until the prover accepts what was learned, as whole processes, in seconds of the processor.

import { libraryPath } from "../setup.ts";
import { inFolder, runCounted } from "./outside.ts";
import type { SpeedCase, SpeedRow } from "./row.ts";

interface Task {
  readonly program: string;
  readonly words?: readonly string[];
  /** Seconds; without, it is to be proved at all. */
  readonly goal?: number;
  readonly isQuick?: boolean;
}

const TASKS: readonly Task[] = [
  { program: "gf2", goal: 5, isQuick: true },
  { program: "rref" },
  { program: "nearest" },
  { program: "solve" },
  { program: "decision_list" },
  {
    program: "add",
    words: ["--supervision", "output", "--max", "4x6", "--width", "8x", "--until", "exact"],
  },
];

export const trainCases = (): SpeedCase[] =>
  TASKS.map(({ program, words = [], goal, isQuick = false }) => {
    const wanted = words.includes("exact") ? "exact" : "proved";
    const name = `train ${program}${wanted === "exact" ? " from outputs" : ""} until ${wanted}`;
    return {
      family: "train",
      name,
      isQuick,
      measure: ({ seed }) =>
        inFolder(async (folder): Promise<SpeedRow[]> => {
          const all = ["train", libraryPath(program), "--seed", String(seed), ...words, "--json"];
          const run = runCounted([...all, "-o", "learned.safetensors"], folder, { codes: [0, 1] });
          const { outcome } = JSON.parse(run.stdout) as { outcome: string };
          return [
            {
              title: name,
              unit: "s of processor",
              value: run.processor,
              ...(goal === undefined ? {} : { goal }),
              wish: { text: wanted, isMet: outcome === wanted },
              seconds: run.seconds,
              check: wanted === "proved" ? "the prover" : "runs on far larger grids",
              agrees: true,
            },
          ];
        }),
    };
  });
