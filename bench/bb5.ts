// `npm run bench -- bb5`: the busy beaver of five states, run by its network to the halt on bits and with what is known kept
// (memo), and beside it a plain machine.

import { EXIT, type Io, interruptible } from "../src/cli/io.ts";
import { plural, showCount } from "../src/diagnostics/count.ts";
import type { Engine } from "../src/engines/engine.ts";
import { memoEngine } from "../src/engines/memo/memo-engine.ts";
import { type RunResult, runNetwork } from "../src/engines/run.ts";
import { prepareInput } from "../src/grid/prepare.ts";
import { sizeOf } from "../src/network/network.ts";
import { peakMemory, showMemory } from "./machine.ts";
import { type BenchOptions, bitsFor, libraryNetwork, printResult, showSeconds, timed } from "./setup.ts";

/** Marxen and Buntrock 1990: steps, and ones that are left. */
export const MACHINE_FACTS = { steps: 47_176_870, ones: 4098 } as const;

/** Per state, what to do at 0 and at 1: symbol, move, next state. */
const MACHINE = "1RB1LC 1RC1RB 1RD0LE 1LA1LD 1RH0LA";

export async function benchBusyBeaver(io: Io, options: BenchOptions): Promise<number> {
  const network = libraryNetwork("bb5");
  const input = prepareInput(network, { rows: 1, cols: 1, planes: { tape: new Int32Array(1) } });
  const head = input.planes.head!.findIndex((state) => state !== 0);
  const bits = await bitsFor(network, {});
  const run = (engine: Engine) =>
    timed(() => interruptible(io, (signal) => runNetwork(network, engine, input, { signal })));
  const { seconds, result } = await run(bits);
  const memo = await run(memoEngine(network));
  const { seconds: plainSeconds, result: plain } = await timed(async () => simulate(input.cols, head));
  const onesOf = ({ grid }: RunResult) => grid.planes.tape!.reduce((sum, bit) => sum + bit, 0);
  const isRight = (end: RunResult): boolean =>
    end.halted &&
    plain.tape.every((bit, cell) => bit === end.grid.planes.tape![cell]) &&
    end.steps === MACHINE_FACTS.steps &&
    onesOf(end) === MACHINE_FACTS.ones &&
    plain.steps === end.steps;
  const ones = onesOf(result);
  const agrees = isRight(result) && isRight(memo.result);
  const perSecond = (time: number) =>
    `${showSeconds(time)}, ${showCount(Math.round(result.steps / time))} steps a second`;
  const nodes = input.cols * sizeOf(network).hidden * result.steps;
  const memory = peakMemory();
  printResult(
    io,
    options,
    {
      benchmark: "bb5",
      ...{ cols: input.cols, steps: result.steps, ones, nodes, seconds, agrees, peakMemory: memory },
      ...{ memoSeconds: memo.seconds, plainSeconds },
    },
    [
      ["tape", `${plural(input.cols, "cell")}`],
      ["steps", `${showCount(result.steps)}, published ${showCount(MACHINE_FACTS.steps)}`],
      ["ones", `${showCount(ones)}, published ${showCount(MACHINE_FACTS.ones)}`],
      ["bits", perSecond(seconds)],
      ["memo", `${perSecond(memo.seconds)}; ${(seconds / memo.seconds).toFixed(1)} times as fast`],
      ["plain loop", perSecond(plainSeconds)],
      ["nodes", `${showCount(nodes)} in the unrolled network; most of them are quiet and not computed again`],
      ["peak memory", showMemory(memory)],
      [
        "check",
        agrees ? "the tape of a plain machine is the same" : "DIFFERS from a plain machine or the facts",
      ],
    ],
  );
  return agrees ? EXIT.done : EXIT.failed;
}

/** A Turing machine as a loop over an array. */
function simulate(cells: number, start: number): { readonly tape: Uint8Array; readonly steps: number } {
  const rules = MACHINE.split(" ").flatMap((state) => [state.slice(0, 3), state.slice(3)]);
  const write = rules.map(([symbol]) => Number(symbol));
  const move = rules.map(([, direction]) => (direction === "R" ? 1 : -1));
  const next = rules.map(([, , state]) => "ABCDEH".indexOf(state!));
  const tape = new Uint8Array(cells);
  let [at, state, steps] = [start, 0, 0];
  for (; state < 5; steps++) {
    const rule = 2 * state + tape[at]!;
    tape[at] = write[rule]!;
    at += move[rule]!;
    state = next[rule]!;
  }
  return { tape, steps };
}
