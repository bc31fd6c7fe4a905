// Which engine runs the digital part of a learner's network: bytes, sixteen grids at once, or for much work bits, whose
// circuit takes longer to make and then runs ten times as fast.

import type { BitOptions } from "../../engines/bits/bit-engine.ts";
import { byteEngine, fitsBytes } from "../../engines/bytes.ts";
import { directEngine } from "../../engines/direct.ts";
import type { Engine } from "../../engines/engine.ts";
import type { LearnerNetwork } from "./learner-network.ts";

/** The engine that is ready at once. */
export const digitalEngine = ({ digital }: LearnerNetwork): Engine =>
  fitsBytes(digital) ? byteEngine(digital) : directEngine(digital);

type Threads = Pick<BitOptions, "threads" | "startThreads">;

/** An engine for a product of grids, cells and steps. */
export type ChooseEngine = (work: number) => Promise<Engine>;

/** Work that bytes have done before bits are ready. */
export const MUCH_WORK = 5e6;

/** Chooses engines for one network; the circuit is made once, when it is first worth it. `threads`: what bits may use. */
export function engineChooser(network: LearnerNetwork, threads: Threads = {}): ChooseEngine {
  const atOnce = digitalEngine(network);
  let bits: Promise<Engine> | null = null;
  return async (work) => {
    if (work < MUCH_WORK) return atOnce;
    bits ??= makeBits(network, atOnce, threads);
    return bits;
  };
}

async function makeBits({ digital }: LearnerNetwork, otherwise: Engine, threads: Threads): Promise<Engine> {
  const { bitEngine } = await import("../../engines/bits/bit-engine.ts");
  const engine = await bitEngine(digital, threads);
  return "reason" in engine ? otherwise : engine;
}
