// From a network to generated modules: everything that is made once for a network and kept.

import { InputError } from "../../diagnostics/diagnostic.ts";
import type { Shape } from "../../grid/grid.ts";
import { DiagramTooLarge } from "../../logic/bdd.ts";
import type { Network } from "../../network/network.ts";
import { usesSides } from "./blocks.ts";
import { type Digital, proveDigital } from "./digital.ts";
import { reachable } from "./gates.ts";
import { gatesPerCell, type Plan } from "./kernels.ts";
import { layoutOf } from "./layout.ts";
import { type CellCircuit, lowerCell } from "./lower.ts";
import type { Program } from "./machine.ts";
import { NotDigital } from "./not-digital.ts";
import type { Extent } from "./patch.ts";
import { type Binaryen, platform } from "./platform.ts";
import { makeProgram, type ProgramOptions } from "./program.ts";
import { simplify } from "./simplify.ts";

/** Gates that a cell takes: as lowered, simplified, and with what it shares with the rows around it. */
export interface GateCounts {
  readonly lowered: number;
  readonly simplified: number;
  readonly shared: number;
}

/** A network's circuit for grids of an extent. */
interface Made {
  readonly digital: Digital;
  readonly plan: Plan;
  readonly band: number;
  readonly counts: GateCounts;
}

/** Rows of a band that may be chosen. */
const BANDS = [1, 2, 4, 8] as const;
/** Gates of a band: more would not stay in registers and caches. */
const MOST_BAND_GATES = 400;
/** Vectors of a chunk on grids of one row, and at most on others. */
const SHORT_CHUNK = 2;
const LONG_CHUNK = 64;

export class Maker {
  readonly #network: Network;
  readonly #binaryen: Binaryen;
  readonly #wide: Digital;
  readonly #made = new Map<string, Made>();
  readonly #modules = new Map<string, object>();

  /** @throws NotDigital */
  constructor(network: Network, binaryen: Binaryen) {
    this.#network = network;
    this.#binaryen = binaryen;
    this.#wide = proveDigital(network, { oneRow: false, oneCol: false });
  }

  /** The circuit for grids of a shape. */
  forShape({ rows, cols }: Shape): Made {
    const extent: Extent = { oneRow: rows === 1, oneCol: cols === 1 };
    const key = JSON.stringify(extent);
    const made = this.#made.get(key) ?? this.#make(extent);
    this.#made.set(key, made);
    return made;
  }

  /** @throws InputError where the gates are too many to be told apart, or a narrow grid leaves it open what they do */
  #make(extent: Extent): Made {
    const isWide = !extent.oneRow && !extent.oneCol;
    try {
      return make(isWide ? this.#wide : proveDigital(this.#network, extent));
    } catch (error) {
      if (!(error instanceof NotDigital || error instanceof DiagramTooLarge)) throw error;
      const reason =
        error instanceof NotDigital ? error.message : "its sums have too many values to make gates of";
      throw new InputError(`${this.#network.program} cannot run on bits: ${reason}; take another engine`);
    }
  }

  /** The module for a batch of grids of a shape. */
  program(shape: Shape, batch: number, isShared: boolean): Program {
    const { plan, band } = this.forShape(shape);
    const layout = layoutOf(shape, plan.stored.length, batch);
    const chunk = Math.min(shape.rows === 1 ? SHORT_CHUNK : LONG_CHUNK, layout.vectors);
    const key = [shape.rows === 1, shape.cols === 1, layout.vectors, isShared].join(" ");
    const module = this.#modules.get(key) ?? this.#module({ plan, layout, band, chunk, isShared });
    this.#modules.set(key, module);
    return { module, layout, band, chunk, usesSides: usesSides(plan), isShared };
  }

  #module(options: Omit<ProgramOptions, "stop" | "channels">): object {
    const { stop, channels } = this.#network;
    const { Module } = platform();
    return new Module(makeProgram(this.#binaryen, { ...options, stop, channels }));
  }
}

function make(digital: Digital): Made {
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
  const plan: Plan = { cell: cells[0]!, stored };
  const band = bandOf(plan, extent);
  const counts = {
    lowered: size(units),
    simplified: size(cells[0]!),
    shared: gatesPerCell(plan, band),
  };
  return { digital, plan, band, counts };
}

const size = ({ circuit, next }: CellCircuit): number => reachable(circuit, next).length;

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
