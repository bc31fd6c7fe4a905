// What a task is: a family of random learning problems. A problem is a hidden rule together with examples and
// queries that it labels; everything random comes out of the generator that is handed in.

import { InputError } from "../../../diagnostics/diagnostic.ts";
import type { Random } from "../../../grid/random.ts";
import type { Example, Sign } from "../memory-layer.ts";
import type { Decider } from "./decided.ts";
import type { Theory } from "./theory.ts";

/** How large a problem is to be. */
export interface ProblemSize {
  readonly features: number;
  readonly examples: number;
  readonly queries: number;
}

/** Examples to learn from, and queries with the labels that the hidden rule gives them. */
export interface LearningProblem {
  readonly examples: readonly Example[];
  readonly queries: readonly Example[];
}

export interface Task {
  readonly name: string;
  /** What is to be learned, in one line. */
  readonly about: string;
  /** The number of features, where the task leaves no choice. */
  readonly features?: number;
  /** Whether rules are linear modulo 2, so that examples of full rank determine them. */
  readonly isLinear?: true;
  /** A prime modulo which rules are linear, where it is not 2. */
  readonly modulus?: number;
  /** Whether labels of examples may be wrong; those of queries are right. */
  readonly isNoisy?: true;
  /** Which queries the examples decide; absent where no examples ever do, whatever their number. */
  readonly decides?: Decider;
  /** What is known of the learner that the task is for. */
  readonly theory?: Theory;
  /** A problem of that size. Throws InputError if there is none. */
  draw(random: Random, size: ProblemSize): LearningProblem;
}

/** A bit as a sign: 1 is +1. */
export const signOfBit = (bit: number | boolean): Sign => (bit ? 1 : -1);

export const randomSigns = (random: Random, count: number): Sign[] =>
  Array.from({ length: count }, () => signOfBit(random.int(2)));

/** Numbers from 0 to below, each once, in random order; the first `count` of them. */
export function sample(random: Random, below: number, count: number): number[] {
  const all = Array.from({ length: below }, (_, at) => at);
  for (let at = 0; at < count; at++) {
    const other = at + random.int(below - at);
    [all[at], all[other]] = [all[other]!, all[at]!];
  }
  return all.slice(0, count);
}

/** A problem whose examples and queries come out of one distribution, independently of each other. */
export function independent(
  { examples, queries }: ProblemSize,
  input: () => readonly Sign[],
  rule: (features: readonly Sign[]) => boolean,
): LearningProblem {
  const labelled = (count: number): Example[] =>
    Array.from({ length: count }, () => {
      const features = input();
      return { features, label: signOfBit(rule(features)) };
    });
  return { examples: labelled(examples), queries: labelled(queries) };
}

/** Refuses problems of fewer features than a task needs. */
export function requireFeatures(name: string, features: number, least: number): void {
  if (features >= least) return;
  throw new InputError(
    `the task ${name} needs ${least} features or more, found ${features}; give larger --dims`,
  );
}
