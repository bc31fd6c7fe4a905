// A network with its fields under other names: the same numbers, so that it can be compared with a program that was
// written out of it.

import type { ChannelCode, Network } from "../network/network.ts";

/** The network with every field, and its channels, renamed by the table. */
export function renameFields(network: Network, names: ReadonlyMap<string, string>): Network {
  const nameOf = (field: string): string => {
    const found = names.get(field);
    if (found === undefined) throw new Error(`internal: no name for the field ${field}`);
    return found;
  };
  const codeOf = (code: ChannelCode): ChannelCode =>
    code.kind === "inside" ? code : { ...code, field: nameOf(code.field) };
  return {
    ...network,
    fields: network.fields.map((field) => ({ ...field, name: nameOf(field.name) })),
    channels: network.channels.map(({ name, code }) => ({ name, code: codeOf(code) })),
    ...(network.tokens && { tokens: network.tokens.map(nameOf) }),
  };
}
