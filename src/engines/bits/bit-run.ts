// A run of grids on bits, in two stages: on a circuit that is made in moments, and from some work on, on one of as few
// gates as can be found and proved.

import { InputError } from "../../diagnostics/diagnostic.ts";
import { groupBy } from "../../diagnostics/group.ts";
import type { Shape } from "../../grid/grid.ts";
import { areBits, illegalCodes } from "../../network/legal.ts";
import type { Network } from "../../network/network.ts";
import { withoutTokens } from "../../network/single-token-states.ts";
import { directEngine } from "../direct.ts";
import {
  type AlikeStates,
  onlyChannels,
  type Run,
  type StepsMade,
  type Watch,
  type WatchedRun,
  wholeStates,
} from "../engine.ts";
import type { Plan } from "./bit-kernels.ts";
import type { Assumed } from "./bit-patch.ts";
import type { Crew } from "./crew.ts";
import { type Buffer, Machine, type PlaneNumbers } from "./grid-memory.ts";
import type { Made, Maker } from "./make.ts";
import type { CodeSet } from "./reached-codes.ts";

/** What runs of one engine share. */
interface RunMaker {
  readonly network: Network;
  readonly maker: Maker;
  /** Cells times steps from which on the best circuit is worth the time that it takes. */
  readonly provesAfter: number;
  /** `startsLate`: perhaps no steps are made by it. */
  machine(made: Made, startsLate: boolean): Machine | Crew;
}

/** Grids on which so few steps are worth the best circuit begin with it: to change over takes time, too. */
const USUAL_STEPS = 100;

/** States that a run begins with; where they are alike, in all channels but some that hold a bit each. */
type Beginnings = readonly Float32Array[] | AlikeStates;

const areAlike = (states: Beginnings): states is AlikeStates => "own" in states;

/** States in a machine, or in those of a crew. */
interface Stage {
  readonly made: Made;
  readonly machine: Machine | Crew;
  readonly codec: Codec;
}

export class BitRun {
  readonly #maker: RunMaker;
  readonly #shape: Shape;
  readonly #batch: number;
  #stage: Stage;
  /** Cells times steps so far, those to come included while steps are made. */
  #work = 0;
  #keeps = false;
  /** From where next values were in doubt on. */
  #plain: readonly Run[] | null = null;

  /** @throws InputError where no circuit starts from the states */
  constructor(maker: RunMaker, shape: Shape, states: Beginnings) {
    this.#maker = maker;
    this.#shape = shape;
    this.#batch = areAlike(states) ? states.own.length : states.length;
    const best = () => maker.maker.forShape(shape);
    const quick = () => maker.maker.quickly(shape);
    const isSmall = this.#workOf(USUAL_STEPS) < maker.provesAfter;
    let wrong: string | null = null;
    for (const make of isSmall ? [quick, best] : [best, quick]) {
      const made = make();
      if (made === null) continue;
      wrong = this.#whatIsWrong(states, made);
      if (wrong !== null) continue;
      this.#stage = this.#open(made, states, isSmall);
      return;
    }
    throw new InputError(`the bit engine cannot start from a state that is ${wrong}; take the direct engine`);
  }

  #workOf(steps: number): number {
    return this.#shape.rows * this.#shape.cols * this.#batch * steps;
  }

  #whatIsWrong(states: Beginnings, { assumed }: Made): string | null {
    for (const state of this.#lookedAt(states, assumed)) {
      const wrong = whatIsWrong(this.#maker.network, this.#shape, state, assumed);
      if (wrong !== null) return wrong;
    }
    return null;
  }

  /** States that are in order only where all of the run are: of those that are alike one, where bits are bits. */
  #lookedAt(states: Beginnings, assumed: Assumed): readonly Float32Array[] {
    if (!areAlike(states)) return states;
    const areInOrder = (assumed === "legal" || assumed === "any") && states.own.every(areBits);
    return areInOrder ? [states.common] : wholeStates(states, this.#maker.network.channels.length);
  }

  #open(made: Made, given: Beginnings, startsLate: boolean): Stage {
    const machine = this.#maker.machine(made, startsLate);
    const codec = codecOf(this.#maker.network, made.plan, machine, this.#shape);
    const [states, channels] = areAlike(given) ? [given.own, given.channels] : [given];
    // Lanes that are left over run the last grid, too: zeros there may be no code, and would be in doubt.
    const { grids } = machine.layout;
    const all = grids < states.length ? Math.ceil(states.length / grids) * grids : states.length;
    if (areAlike(given)) codec.writeCommon(all, given.common);
    for (let grid = 0; grid < all; grid++)
      codec.write(grid, states[grid] ?? states.at(-1)!, "present", channels);
    machine.settle();
    return { made, machine, codec };
  }

  /** Goes on with the best circuit, if the steps to come are worth it and it takes the states. */
  #prepare(steps: number): void {
    const { maker, provesAfter } = this.#maker;
    const before = this.#work;
    this.#work += this.#workOf(steps);
    if (before >= provesAfter || this.#work < provesAfter) return;
    const { made, machine, codec } = this.#stage;
    const best = maker.forShape(this.#shape);
    if (best === made) return;
    const states = this.#present();
    if (this.#whatIsWrong(states, best) !== null) return;
    this.#stage = this.#open(best, states, false);
    if (this.#keeps) this.#stage.codec.write(0, codec.read(0, "kept"), "kept");
    machine.close();
  }

  #present(channels?: readonly number[]): Float32Array[] {
    const { codec } = this.#stage;
    return Array.from({ length: this.#batch }, (_, grid) => codec.read(grid, "present", channels));
  }

  /** The numbers of some channels, cell by cell. */
  async readOnly(channels: readonly number[]): Promise<Float32Array[]> {
    if (this.#plain === null) return this.#present(channels);
    const width = this.#maker.network.channels.length;
    return (await this.read()).map((state) => onlyChannels(state, width, channels));
  }

  #leave(): readonly Run[] {
    const engine = directEngine(withoutTokens(this.#maker.network));
    this.#plain = this.#present().map((state) => engine.start(this.#shape, [state]));
    return this.#plain;
  }

  /** Gates that a cell takes now. */
  get gates(): number {
    return this.#stage.made.counts.shared;
  }

  async advance(steps: number): Promise<void> {
    if (this.#plain !== null) return void (await Promise.all(this.#plain.map((run) => run.advance(steps))));
    this.#prepare(steps);
    const { machine } = this.#stage;
    if (machine.advance(steps).ended !== "doubt") return;
    await Promise.all(this.#leave().map((run, grid) => run.advance(steps - machine.madeBy(grid))));
  }

  async read(): Promise<Float32Array[]> {
    if (this.#plain === null) return this.#present();
    return (await Promise.all(this.#plain.map((run) => run.read()))).flat();
  }

  /** The machine of a single grid. */
  get #single(): Machine {
    const { machine } = this.#stage;
    if (machine instanceof Machine) return machine;
    throw new Error("internal: a single grid has a machine of its own");
  }

  /** For single grids. */
  get watched(): WatchedRun {
    return {
      advance: async (steps: number, watch: readonly Watch[]): Promise<StepsMade> => {
        this.#prepare(steps);
        const progress = this.#single.advance(steps, watch);
        if (progress.ended === "doubt") this.#leave();
        return progress;
      },
      keep: (state) => {
        this.#keeps = true;
        if (state === undefined) this.#single.keep();
        else this.#stage.codec.write(0, state, "kept");
      },
      kept: () => this.#stage.codec.read(0, "kept"),
    };
  }

  close(): void {
    this.#stage.machine.close();
  }
}

/** Between bits and numbers. Planes that are not stored are 1. */
interface Codec {
  /** By default, states are of all channels. */
  write(grid: number, state: Float32Array, buffer: Buffer, channels?: readonly number[]): void;
  read(grid: number, buffer: Buffer, channels?: readonly number[]): Float32Array;
  /** Writes one state to the first `count` grids, before anything else is written. */
  writeCommon(count: number, state: Float32Array): void;
}

function codecOf(
  { channels }: Network,
  { stored, planes }: Plan,
  machine: Pick<Machine, "writeNumbers" | "readNumbers" | "writeCommon">,
  { rows, cols }: Shape,
): Codec {
  const everything = [...channels.keys()];
  const constant = planes.flatMap(({ channel }, plane) => (stored.includes(plane) ? [] : [channel]));
  const digits = new Map<number, number>();
  for (const { channel } of planes) digits.set(channel, (digits.get(channel) ?? 0) + 1);
  const places = groupBy(
    stored.map((plane, place) => ({ ...planes[plane]!, plane: place })),
    ({ channel }) => channel,
  );
  /** The planes of a state of some channels. */
  const numbers = (state: Float32Array, own: readonly number[]): PlaneNumbers[] =>
    own.flatMap((channel, at) =>
      (places.get(channel) ?? []).map(({ plane, digit }) => ({
        plane,
        numbers: {
          values: state.subarray(at),
          width: own.length,
          digit,
          isAlone: digits.get(channel) === 1,
        },
      })),
    );
  return {
    write: (grid, state, buffer, own = everything) => machine.writeNumbers(grid, numbers(state, own), buffer),
    read(grid, buffer, own = everything) {
      const state = new Float32Array(rows * cols * own.length);
      for (const [first, channel] of own.entries())
        if (constant.includes(channel))
          for (let at = first; at < state.length; at += own.length) state[at] = 1;
      machine.readNumbers(grid, numbers(state, own), buffer);
      return state;
    },
    writeCommon: (count, state) => machine.writeCommon(count, numbers(state, everything)),
  };
}

/** Returns what states are not that a circuit starts from. */
export function whatIsWrong(
  network: Network,
  shape: Shape,
  state: Float32Array,
  assumed: Assumed,
): string | null {
  if (assumed === "legal") {
    const illegal = illegalCodes(network, shape, state);
    if (illegal === null) return null;
    const { channel, value, row, col } = illegal;
    return `not of legal codes: ${channel} is ${value} in row ${row + 1}, column ${col + 1}`;
  }
  if (!areBits(state)) return "not of zeros and ones";
  return assumed === "any" || !isOutside(network, state, assumed) ? null : "not what runs come to";
}

/** Tells whether some cell holds none of the codes. */
function isOutside({ channels }: Network, state: Float32Array, codes: CodeSet): boolean {
  for (let at = 0; at < state.length; at += channels.length)
    if (!codes.has(state, at, channels.length)) return true;
  return false;
}
