// Why a network cannot run on bits: what goes wrong, and in which patch.

import type { Bool } from "../../logic/bdd.ts";
import type { Network } from "../../network/network.ts";
import type { Patch, PatchInput } from "./patch.ts";

/** A network that is not digital, or not provably so; the message says why. */
export class NotDigital extends Error {}

/** A patch, said by what is 1 in it. */
export function showCase({ channels }: Network, { bdd, inputs }: Patch, when: Bool): string {
  // As few ones as a greedy choice of zeros leaves.
  let rest = when;
  const on: string[] = [];
  for (const variable of bdd.support(when)) {
    const off = bdd.cofactor(rest, variable, 0);
    if (off === 0) on.push(showInput(inputs[variable]!));
    rest = off === 0 ? bdd.cofactor(rest, variable, 1) : off;
  }
  return on.length === 0 ? "everything read is 0" : `${on.join(" and ")} ${on.length === 1 ? "is" : "are"} 1`;

  function showInput(input: PatchInput): string {
    if (input.kind === "edge") return `the inside ${input.edge}`;
    const place = placeName(input.row, input.col);
    return `${place}${channels[input.channel]!.name}`;
  }
}

function placeName(row: number, col: number): string {
  const name = `${["up", "", "down"][row + 1]}${["left", "", "right"][col + 1]}`;
  return name === "" ? "" : `${name}.`;
}
