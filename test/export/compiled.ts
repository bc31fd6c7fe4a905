// Networks of the gallery for tests of engines and exports: made quickly, without the search for smaller ones.

import { compile } from "../../src/compile.ts";
import type { Network } from "../../src/network/network.ts";
import { readProgram } from "../programs/programs.ts";

const made = new Map<string, Network>();

/** The network of a program of the gallery. */
export function networkOf(name: string): Network {
  const network = made.get(name) ?? compile(readProgram(name), { effort: 0 }).network;
  made.set(name, network);
  return network;
}
