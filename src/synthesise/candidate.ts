// What a synthesiser hands on: the layers of one possible network.

import { type SparseLayer, sizeOfLayers } from "./sparse.ts";

export interface Candidate {
  /** How it was made, for people. */
  readonly step: string;
  readonly layers: readonly SparseLayer[];
  readonly residual: readonly (0 | 1)[];
}

/** Non-zero numbers. */
export function sizeOfCandidate({ layers, residual }: Candidate): number {
  return residual.reduce<number>((sum, flag) => sum + flag, sizeOfLayers(layers));
}

/** Fewer numbers first; of as many, fewer layers. */
export function compareCandidates(a: Candidate, b: Candidate): number {
  return sizeOfCandidate(a) - sizeOfCandidate(b) || a.layers.length - b.layers.length;
}
