// From a network to generated modules: everything that is made once for a network and kept.

import { showCount } from "../../diagnostics/count.ts";
import { InputError } from "../../diagnostics/diagnostic.ts";
import { cached, memo } from "../../diagnostics/memo.ts";
import type { Shape } from "../../grid/grid.ts";
import { isTooLarge } from "../../logic/nodes.ts";
import { type Network, sizeOf } from "../../network/network.ts";
import { MOST_CHANNELS } from "../engine.ts";
import { Assembler, MOST_PAGES, platform } from "../webassembly/assembler.ts";
import { reachable } from "./bit-gates.ts";
import { type Plan, stackCells } from "./bit-kernels.ts";
import { stateLayout } from "./bit-layout.ts";
import { type Assumed, type Extent, NotDigital } from "./bit-patch.ts";
import { planesOf, sliceCell } from "./bit-sliced.ts";
import { defineBlocks, type ProgramOptions, usesSides } from "./blocks.ts";
import { type Digital, proveDigital } from "./digital.ts";
import type { Program } from "./grid-memory.ts";
import { type CellCircuit, lowerCell } from "./lower.ts";
import { defineNarrow, hasNarrow } from "./narrow.ts";
import { defineQuiet } from "./quiet.ts";
import { defineSearches } from "./searches.ts";
import { simplify } from "./simplify.ts";
import { defineWork } from "./thread-work.ts";

/** Gates that a cell takes: as lowered, simplified, and with what it shares with the rows around it. */
export interface GateCounts {
  readonly lowered: number;
  readonly simplified: number;
  readonly shared: number;
}

/** A network's circuit for grids of an extent. */
export interface Made {
  /** What cells must hold before the first step. */
  readonly assumed: Assumed;
  readonly plan: Plan;
  readonly band: number;
  readonly counts: GateCounts;
  /** By what else a module depends on. */
  readonly modules: Map<string, object>;
}

const WIDE: Extent = { oneRow: false, oneCol: false };
/** All extents, each one object, by which things are kept. */
const EXTENTS: readonly Extent[] = [
  WIDE,
  { oneRow: false, oneCol: true },
  { oneRow: true, oneCol: false },
  { oneRow: true, oneCol: true },
];

/** Numbers of a network that are not 0: of more, the diagrams of a proof are mostly too large, which takes seconds. */
const MOST_PROVED = 1000;

/** Rows of a band that may be chosen. */
const BANDS = [1, 2, 4, 8] as const;
/** Gates of a band: more would not stay in registers and caches. */
const MOST_BAND_GATES = 400;
/** Gates of a cell for each plane, beside which the two that notice a change do not count; code without them takes time to make. */
export const MANY_GATES = 48;
/** Vectors of a chunk on grids of one row, and at most on others. */
const SHORT_CHUNK = 2;
const LONG_CHUNK = 64;

export class Maker {
  readonly #network: Network;
  /** By extent: the proof, or why there is none; circuits without a proof, or why not; and the best circuits. */
  readonly #proofs: (extent: Extent) => Digital | NotDigital;
  readonly #sliced: (extent: Extent) => Made | NotDigital;
  readonly #best: (extent: Extent) => Made;

  /**
   * `first`: the shape for which it is seen whether there is a circuit; by default a wide one.
   * @throws NotDigital where there is none at all
   */
  constructor(network: Network, first?: Shape) {
    this.#network = network;
    if (network.channels.length > MOST_CHANNELS)
      throw new NotDigital(`it has more than ${showCount(MOST_CHANNELS)} channels`);
    if (network.parts !== undefined)
      throw new NotDigital("its one channel holds all fields of a cell as one number");
    this.#proofs = memo((extent: Extent) => proofOf(network, extent));
    this.#sliced = memo((extent: Extent) => bySlices(network, extent));
    this.#best = memo((extent: Extent) => this.#makeBest(extent));
    const sliced = this.#sliced(first === undefined ? WIDE : extentOf(first));
    if (!(sliced instanceof NotDigital)) return;
    const proof = this.#proofs(WIDE);
    if (proof instanceof NotDigital) throw network.snap ? proof : sliced;
  }

  /** A circuit for grids of a shape that is made in moments, without a proof, and has more gates; null if there is none. */
  quickly(shape: Shape): Made | null {
    const sliced = this.#sliced(extentOf(shape));
    return sliced instanceof NotDigital ? null : sliced;
  }

  /**
   * The circuit of as few gates as are found for grids of a shape, which can take seconds.
   * @throws InputError where there are too many gates, or a narrow grid leaves it open what they do
   */
  forShape(shape: Shape): Made {
    return this.#best(extentOf(shape));
  }

  #makeBest(extent: Extent): Made {
    // Without a proof for wide grids, another one for narrow ones would be a surprise.
    const wide = this.#proofs(WIDE);
    const proof = wide instanceof NotDigital ? wide : this.#proofs(extent);
    const made = proof instanceof NotDigital ? null : byProof(proof);
    if (made !== null) return made;
    const sliced = this.#sliced(extent);
    if (!(sliced instanceof NotDigital)) return sliced;
    const why = this.#network.snap && proof instanceof NotDigital ? proof : sliced;
    throw new InputError(`${this.#network.program} cannot run on bits: ${why.message}; take another engine`);
  }

  /** The module for a batch of grids of a shape. */
  program({ plan, band, counts, modules }: Made, shape: Shape, batch: number, isShared: boolean): Program {
    const layout = stateLayout(shape, plan.stored.length, batch);
    const chunk = Math.min(shape.rows === 1 ? SHORT_CHUNK : LONG_CHUNK, layout.vectors);
    const key = `${layout.vectors} ${isShared}`;
    const tracksAlways = counts.shared > MANY_GATES * plan.stored.length;
    const module = cached(modules, key, () =>
      this.#module({ plan, layout, band, chunk, isShared, tracksAlways }),
    );
    return { module, layout, band, chunk, usesSides: usesSides(plan), isShared };
  }

  #module(options: Omit<ProgramOptions, "stop" | "channels">): object {
    const { stop, channels } = this.#network;
    const { Module } = platform();
    return new Module(makeProgram({ ...options, stop, channels }));
  }
}

const extentOf = ({ rows, cols }: Shape): Extent =>
  EXTENTS.find(({ oneRow, oneCol }) => oneRow === (rows === 1) && oneCol === (cols === 1))!;

/** The proof that a network is digital, or why there is none. */
function proofOf(network: Network, extent: Extent): Digital | NotDigital {
  if (!network.snap && sizeOf(network).nonzero > MOST_PROVED)
    return new NotDigital("it is too large to prove");
  try {
    return proveDigital(network, extent);
  } catch (error) {
    if (error instanceof NotDigital) return error;
    throw error;
  }
}

/** Gates of a network that is known to be digital; null where its sums have too many values to make gates of. */
function byProof(digital: Digital): Made | null {
  try {
    return smallest(digital);
  } catch (error) {
    if (isTooLarge(error)) return null;
    throw error;
  }
}

/** Gates that notice where next values are none that channels can hold, or why there are none. */
function bySlices(network: Network, extent: Extent): Made | NotDigital {
  try {
    const cell = sliceCell(network, extent);
    const planes = planesOf(network);
    const plan: Plan = { cell, planes, stored: [...planes.keys()] };
    return { assumed: "legal", plan, modules: new Map(), ...countsOf(plan, size(cell), extent) };
  } catch (error) {
    if (isTooLarge(error)) return new NotDigital("its sums have too many values to make gates of");
    if (error instanceof NotDigital) return error;
    throw error;
  }
}

/** Gates of a network that is known to be digital, as few as there are found. */
function smallest(digital: Digital): Made {
  const { network, extent } = digital;
  const stored = network.channels.flatMap(({ code }, channel) =>
    digital.patch.marked && code.kind === "inside" ? [] : [channel],
  );
  // What is made unit by unit is what simplification likes best; another one must be smaller to be tried too.
  const [units, ...others] = lowerCell(digital);
  const other = others.sort((a, b) => size(a) - size(b)).find((cell) => size(cell) < size(units));
  const cells = (other === undefined ? [units] : [units, other])
    .map((cell) => simplify(cell, digital))
    .sort((a, b) => size(a) - size(b));
  const planes = network.channels.map((_, channel) => ({ channel, digit: 0 }));
  const plan: Plan = { cell: cells[0]!, planes, stored };
  return { assumed: digital.patch.assumed, plan, modules: new Map(), ...countsOf(plan, size(units), extent) };
}

function countsOf(plan: Plan, lowered: number, extent: Extent): Pick<Made, "band" | "counts"> {
  const simplified = size(plan.cell);
  const band = simplified > MOST_BAND_GATES ? 1 : bandOf(plan, extent);
  return { band, counts: { lowered, simplified, shared: gatesPerCell(plan, band) } };
}

const size = ({ circuit, next, doubt }: CellCircuit): number =>
  reachable(circuit, [...next, ...(doubt === undefined ? [] : [doubt])]).length;

/** Rows of a band: as many as sharing pays for. */
function bandOf(plan: Plan, { oneRow }: Extent): number {
  if (oneRow) return 1;
  let best = 1;
  for (const band of BANDS) {
    const gates = gatesPerCell(plan, band);
    if (gates * band <= MOST_BAND_GATES && gates < 0.97 * gatesPerCell(plan, best)) best = band;
  }
  return best;
}

/** Gates a cell, of a stack. */
function gatesPerCell(plan: Plan, rows: number): number {
  const { circuit, next, doubt } = stackCells(plan, { rows, atSides: false, atEnds: false, tracks: false });
  return reachable(circuit, [...next.flat(), doubt]).length / rows;
}

/**
 * The bytes of a module that makes steps until something happens, by one thread or several. It imports `env.memory`.
 *
 * Rows are taken in bands, and bands in chunks of vectors; a band's chunk is a block. Where skipping pays, a block is
 * left out if neither it nor a block around it changed in the step before: quiet.ts says why that is right. A thread
 * that finds most blocks changing looks again only after some steps. Where all that changes on a row is close together, many
 * steps are made on these vectors alone: see narrow.ts.
 *
 * After every step threads meet once. What they watch for needs no look at all cells: whether some cell goes on is
 * seen at the vector where one was last found, or near it, and only if it stops there is another one searched for.
 */
export function makeProgram(options: ProgramOptions): Uint8Array {
  const assembler = new Assembler();
  defineBlocks(assembler, options);
  defineQuiet(assembler, options);
  defineSearches(assembler, options);
  if (hasNarrow(options)) defineNarrow(assembler, options);
  defineWork(assembler, options);
  const memory = { isShared: options.isShared, mostPages: MOST_PAGES };
  return assembler.bytes(memory, ["work", "serve", "sides", "wake"]);
}
