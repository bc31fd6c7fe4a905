// What a synthesiser hands on: the layers of one possible network.

import { type SparseLayer, sizeOfLayers } from "./sparse.ts";

export interface Candidate {
  /** How it was made, for people. */
  readonly step: string;
  readonly layers: readonly SparseLayer[];
  readonly residual: readonly (0 | 1)[];
  /** Fields of which at most one cell may have another value than the first; left out where there is none. */
  readonly tokens?: readonly string[];
}

/** Non-zero numbers. */
export function sizeOfCandidate({ layers, residual }: Candidate): number {
  return residual.reduce<number>((sum, flag) => sum + flag, sizeOfLayers(layers));
}

/** Fewer numbers first; of as many, fewer layers, and then fewer units. */
export function compareCandidates(a: Candidate, b: Candidate): number {
  const unitsOf = ({ layers }: Candidate) => layers.reduce((sum, { rows }) => sum + rows.length, 0);
  return (
    sizeOfCandidate(a) - sizeOfCandidate(b) || a.layers.length - b.layers.length || unitsOf(a) - unitsOf(b)
  );
}
