// Tokens in states: what grid/single-tokens.ts refuses of grids, refused of the channels that stand for them.

import type { Shape } from "../grid/grid.ts";
import { requireAlone } from "../grid/single-tokens.ts";
import { type ChannelCode, channelsFor, type Network } from "./network.ts";

/** A network, or what makes its step; without tokens, it takes all states. */
interface TokenNetwork extends Partial<Pick<Network, "fields" | "tokens">> {
  readonly channels: readonly { readonly code?: ChannelCode }[];
}

/** @throws InputError if more cells hold a token than the network is right with */
export function requireTokens(network: TokenNetwork, shape: Shape, state: ArrayLike<number>): void {
  const { channels, fields = [], tokens = [] } = network;
  for (const token of tokens) {
    const field = fields.find(({ name }) => name === token)!;
    const own = channelsFor(channels, token);
    requireAlone(field, shape, (cell) =>
      own.some((channel) => state[cell * channels.length + channel]! > 0.5),
    );
  }
}

/** The network for states of any number of tokens, in which it may do anything. */
export const withoutTokens = <N extends Partial<Pick<Network, "tokens">>>({
  tokens,
  ...network
}: N): Omit<N, "tokens"> => network;
