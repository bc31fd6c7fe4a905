// Proves of a network that no step makes a second token: of a field that at most one cell has with another value than
// the first, so that it stays so. Networks for one token need that, since they may do anything where there are two.
//
// A cell in whose patch no cell holds a token must get none; and no two of the nine cells that see the one which holds it
// may both get one. That is looked at over all codes of the cells in reach, which are up to two cells away from the
// holder: the next values, as functions of a patch, are taken of the cells around each of the nine.

import type { Bool } from "../../logic/bdd.ts";
import { channelsFor, type Network } from "../../network/network.ts";
import { type BitPatch, EDGES, type Edge, type Extent, isCodeOf } from "./patch.ts";

/** Row and column, counted from the holder. */
type Offset = readonly [row: number, col: number];

const STEPS = [-1, 0, 1] as const;
/** How far from the holder cells are seen. */
const REACH = 2;

/** Whether at most one cell holds a token of each of the patch's fields after a step, if that was so before. */
export function keepsTokens(
  network: Network,
  patch: BitPatch,
  extent: Extent,
  next: readonly Bool[],
): boolean {
  return patch.tokens.every((token) => {
    const own = channelsFor(network.channels, token);
    const { bdd } = patch;
    const gets = bdd.or(...own.map((channel) => next[channel]!));
    const nobody = new Surroundings(network, patch, own, false);
    if (nobody.holderAfter(gets, [0, 0]) !== 0) return false;
    const around = new Surroundings(network, patch, own, true);
    const places = STEPS.flatMap((row) => STEPS.map((col): Offset => [row, col])).filter(
      ([row, col]) => !(extent.oneRow && row !== 0) && !(extent.oneCol && col !== 0),
    );
    const holders: Bool[] = [];
    return places.every((place) => {
      const holder = around.holderAfter(gets, place);
      if (holders.some((other) => bdd.meets(holder, other))) return false;
      holders.push(holder);
      return true;
    });
  });
}

/** The cells around one, which holds the token, or, if nobody does, none. */
class Surroundings {
  readonly #network: Network;
  readonly #patch: BitPatch;
  readonly #own: ReadonlySet<number>;
  readonly #isHeld: boolean;
  readonly #hasMarks: boolean;

  constructor(network: Network, patch: BitPatch, own: readonly number[], isHeld: boolean) {
    this.#network = network;
    this.#patch = patch;
    this.#own = new Set(own);
    this.#isHeld = isHeld;
    this.#hasMarks = patch.inputs.some(({ kind }) => kind === "edge");
  }

  /** Where there is a cell at the offset, which holds the token after the step. */
  holderAfter(gets: Bool, at: Offset): Bool {
    const { bdd, inputs } = this.#patch;
    const made = bdd.compose(gets, (variable) => {
      const input = inputs[variable]!;
      if (input.kind === "edge") return this.#isThere(beside(at, input.edge));
      return this.#bit(input.channel, [at[0] + input.row, at[1] + input.col]);
    });
    const cells = STEPS.flatMap((row) => STEPS.map((col): Offset => [at[0] + row, at[1] + col]));
    const holder = this.#isHeld ? bdd.or(...[...this.#own].map((channel) => this.#bit(channel, [0, 0]))) : 1;
    return bdd.and(made, holder, this.#isThere(at), ...cells.map((cell) => this.#canBe(cell)));
  }

  /** What a cell of the grid can hold, or one beyond its edge. */
  #canBe(cell: Offset): Bool {
    const { bdd } = this.#patch;
    const bits = this.#network.channels.map((_, channel) => this.#bit(channel, cell));
    const isCode = isCodeOf(this.#network, this.#patch, bits);
    return bdd.or(isCode, bdd.not(bdd.or(...bits)));
  }

  #bit(channel: number, cell: Offset): Bool {
    const { bdd } = this.#patch;
    const { code } = this.#network.channels[channel]!;
    if (code.kind === "inside") return this.#isThere(cell);
    const isHolder = cell[0] === 0 && cell[1] === 0;
    if (this.#own.has(channel) && !(isHolder && this.#isHeld)) return 0;
    const number = (cell[0] + REACH) * (2 * REACH + 1) + cell[1] + REACH;
    const variable = bdd.variable(this.#first + number * this.#network.channels.length + channel);
    return bdd.and(variable, this.#isThere(cell));
  }

  /** Variables behind those of the patch; first whether there are one, and two cells on each side. */
  get #first(): number {
    return this.#patch.inputs.length + EDGES.length * REACH;
  }

  #isThere([row, col]: Offset): Bool {
    const { bdd, inputs } = this.#patch;
    if (!this.#hasMarks) return 1;
    const reaches = (edge: Edge, distance: number): Bool => {
      if (distance <= 0) return 1;
      if (!inputs.some((input) => input.kind === "edge" && input.edge === edge)) return 0;
      const variables = Array.from({ length: distance }, (_, at) =>
        bdd.variable(inputs.length + EDGES.indexOf(edge) * REACH + at),
      );
      return bdd.and(...variables);
    };
    return bdd.and(reaches("up", -row), reaches("down", row), reaches("left", -col), reaches("right", col));
  }
}

function beside([row, col]: Offset, edge: Edge): Offset {
  if (edge === "up" || edge === "down") return [row + (edge === "up" ? -1 : 1), col];
  return [row, col + (edge === "left" ? -1 : 1)];
}
