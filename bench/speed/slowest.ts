// The commands that go over a whole network many times, on those programs of the library that take them longest.

import { EXIT } from "../../src/cli/io.ts";
import { libraryPath } from "../setup.ts";
import { type Finished, inFolder, runTapeloom } from "./outside.ts";
import { type SpeedCase, type SpeedRow, secondsRow } from "./row.ts";

const GOAL = 20;
/** Seconds after which a command is given up. */
const MOST_SECONDS = 180;

/** What `--json` prints, as far as it is looked at. */
interface Found {
  readonly mutate: {
    readonly mutants: number;
    readonly refuted: number;
    readonly undecided: number;
    readonly equivalent: readonly unknown[];
  };
  readonly robust: {
    readonly points: readonly {
      readonly network: string;
      readonly multiple: number;
      readonly failed: number;
    }[];
  };
  readonly decompile: { readonly proved: boolean };
  readonly compare: {
    readonly networks: readonly {
      readonly behaviour: { readonly scales: readonly { readonly exact: { readonly rate: number } }[] };
    }[];
  };
}
type Name = keyof Found;

interface Command<N extends Name> {
  /** Of all programs of the library, those that took longest. */
  readonly programs: readonly string[];
  words(file: string, seed: number): readonly (string | number)[];
  readonly check: string;
  isRight(found: Found[N]): boolean;
}

const COMMANDS: { readonly [N in Name]: Command<N> } = {
  mutate: {
    programs: ["perceptron", "subleq", "bb5"],
    words: (file, seed) => [file, "--seed", seed],
    check: "every mutant is refuted, equivalent or undecided",
    isRight: ({ mutants, refuted, undecided, equivalent }) =>
      refuted + undecided + equivalent.length === mutants,
  },
  robust: {
    // Two have no robust network, which takes as long to find out.
    programs: ["bb5", "k_nearest", "winnow", "subleq"],
    words: (file, seed) => [file, "--seed", seed],
    check: "no run within the radii fails",
    isRight: ({ points }) =>
      points.every(({ network, multiple, failed }) => network !== "robust" || multiple > 1 || failed === 0),
  },
  decompile: {
    programs: ["subleq", "decision_list"],
    words: (file) => [file],
    check: "proved to be the same step",
    isRight: ({ proved }) => proved,
  },
  compare: {
    programs: ["perceptron", "rref"],
    words: (file, seed) => [file, file, "--seed", seed],
    check: "no run is wrong",
    isRight: ({ networks }) =>
      networks.every(({ behaviour }) => behaviour.scales.every(({ exact }) => exact.rate === 1)),
  },
};

export const slowestCases = (): SpeedCase[] => (Object.keys(COMMANDS) as Name[]).flatMap(casesOf);

const casesOf = <N extends Name>(name: N): SpeedCase[] => {
  const command: Command<N> = COMMANDS[name];
  return command.programs.map((program) => ({
    family: "slowest",
    name: `${name} ${program}`,
    isQuick: false,
    measure: ({ seed }) =>
      inFolder((folder): SpeedRow[] => {
        const words = [name, ...command.words(libraryPath(program), seed).map(String), "--json"];
        // A program without a robust network is bad input.
        const codes = [EXIT.done, null, ...(name === "robust" ? [EXIT.badInput] : [])];
        const run = runTapeloom(words, folder, { most: MOST_SECONDS, codes });
        const row = { title: `tapeloom ${name} ${program}`, goal: GOAL, seconds: run.seconds };
        return [secondsRow({ ...row, ...checkOf(command, run) })];
      }),
  }));
};

/** What a command's result says of itself. */
function checkOf<N extends Name>(
  { check, isRight }: Command<N>,
  { code, stdout }: Finished,
): Pick<SpeedRow, "check" | "agrees" | "wish"> {
  switch (code) {
    case null:
      return { check: "nothing: it did not end", agrees: true, wish: { text: "ends", isMet: false } };
    case EXIT.badInput:
      return { check: "no robust network is proved", agrees: stdout.includes("has no robust network") };
    default:
      return { check, agrees: isRight(JSON.parse(stdout)) };
  }
}
