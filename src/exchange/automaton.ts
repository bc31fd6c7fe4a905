// A cellular automaton: what a cell becomes, as a diagram of its own state and those of its neighbours.

import type { Direction } from "../grid/direction.ts";
import type { CaseDiagrams, CaseNode } from "../logic/case-diagrams.ts";

export interface Automaton {
  readonly name: string;
  /** What people say of it, a line each. */
  readonly about: readonly string[];
  readonly states: number;
  /** Names of the states in a program; null where they are numbers. */
  readonly names: readonly string[] | null;
  /** The neighbours that are read, in the order in which the diagram asks them, after the cell itself. */
  readonly places: readonly Direction[];
  readonly cases: CaseDiagrams;
  readonly next: CaseNode;
}

/** Golly's own limit, also for the rules of other programs. */
export const MOST_STATES = 256;

/** The neighbours clockwise from the upper left. */
export const RING = ["upleft", "up", "upright", "right", "downright", "down", "downleft", "left"] as const;

/** Neighbourhoods under the names that rules use, in the order of Golly's trees. */
export const NEIGHBOURHOODS = {
  Moore: ["upleft", "upright", "downleft", "downright", "up", "left", "right", "down"],
  vonNeumann: ["up", "left", "right", "down"],
  hexagonal: ["upleft", "downright", "up", "left", "right", "down"],
  oneDimensional: ["left", "right"],
} as const satisfies Readonly<Record<string, readonly Direction[]>>;

export type NeighbourhoodName = keyof typeof NEIGHBOURHOODS;

/** `electron head` is `electron_head`: what is no letter, digit or _ becomes _. */
export const wordOf = (text: string): string => text.replace(/\W+/g, "_").replace(/^_+|_+$/g, "");
