// Every legal neighbourhood, one after another: what a proof must agree with. Steps are made by the engines, on grids
// of up to 3x3 cells, and share nothing with diagrams or bounds.

import type { Rule } from "../../src/compiler/schedule/rule.ts";
import { groupBy } from "../../src/diagnostics/group.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { ruleEngine } from "../../src/engines/rule.ts";
import { OFFSETS, PLACES } from "../../src/grid/direction.ts";
import { bounds, type Grid } from "../../src/grid/grid.ts";
import type { Network } from "../../src/network/network.ts";
import { encode } from "../../src/network/state.ts";

interface Case {
  readonly grid: Grid;
  readonly row: number;
  readonly col: number;
}

/** All neighbourhoods of a rule: every shape of the patch, every value of every field in it. */
export function* neighbourhoods(rule: Rule): Generator<Case> {
  for (let bits = 0; bits < 16; bits++) {
    const [up, down, left, right] = [0, 1, 2, 3].map((bit) => (bits >> bit) & 1) as [
      number,
      number,
      number,
      number,
    ];
    const [rows, cols] = [up + 1 + down, left + 1 + right];
    const cells = PLACES.flatMap((place) => {
      const [row, col] = [up + OFFSETS[place][0], left + OFFSETS[place][1]];
      return row < 0 || row >= rows || col < 0 || col >= cols ? [] : [row * cols + col];
    });
    const digits = rule.fields.flatMap(({ name, type }) => {
      const { lo, hi } = bounds(type);
      return cells.map((cell) => ({ name, cell, lo, size: hi - lo + 1 }));
    });
    const total = digits.reduce((product, { size }) => product * size, 1);
    for (let number = 0; number < total; number++) {
      const planes = Object.fromEntries(rule.fields.map(({ name }) => [name, new Int32Array(rows * cols)]));
      let rest = number;
      for (const { name, cell, lo, size } of digits) {
        planes[name]![cell] = lo + (rest % size);
        rest = Math.floor(rest / size);
      }
      yield { grid: { rows, cols, planes }, row: up, col: left };
    }
  }
}

/** What the rule makes of every neighbourhood's cell, as channels. */
export function expectedChannels(
  rule: Rule,
  network: Network,
): { readonly given: Case; readonly bits: number[] }[] {
  const engine = ruleEngine(rule);
  return [...neighbourhoods(rule)].map((given) => {
    const after = encode(network, engine.step(given.grid));
    return { given, bits: cellOf(after, network, given) };
  });
}

type Expected = ReturnType<typeof expectedChannels>;

interface Batch {
  readonly batch: readonly Expected[number][];
  readonly states: readonly Float32Array[];
}

/** Batches of cases that were made, for which channels: mutants have those of their network, and there are many. */
const made = new WeakMap<Expected, { readonly channels: Network["channels"]; readonly batches: Batch[] }>();

function batchesOf(network: Network, cases: Expected): Batch[] {
  const known = made.get(cases);
  if (known?.channels === network.channels) return known.batches;
  const shapes = groupBy(cases, ({ given: { grid, row, col } }) => `${grid.rows} ${grid.cols} ${row} ${col}`);
  const batches = [...shapes.values()].map((batch) => ({
    batch,
    states: batch.map(({ given }) => encode(network, given.grid)),
  }));
  made.set(cases, { channels: network.channels, batches });
  return batches;
}

/** Neighbourhoods whose cell the network takes elsewhere, with its channels; all of them, in batches of one shape. */
export async function wrongCases(network: Network, cases: Expected, snap: boolean): Promise<number> {
  let wrong = 0;
  const engine = directEngine(network);
  for (const { batch, states } of batchesOf(network, cases)) {
    const run = engine.start(batch[0]!.given.grid, states);
    await run.advance(1);
    for (const [at, state] of (await run.read()).entries()) {
      const got = cellOf(state, network, batch[at]!.given);
      const digital = snap ? got.map((value) => (value > 0.5 ? 1 : 0)) : got;
      if (digital.some((value, channel) => value !== batch[at]!.bits[channel])) wrong++;
    }
  }
  return wrong;
}

function cellOf(state: Float32Array, { channels }: Network, { grid, row, col }: Case): number[] {
  const at = (row * grid.cols + col) * channels.length;
  return [...state.subarray(at, at + channels.length)];
}
