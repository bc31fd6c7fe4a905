// Radii of a robust network: as large as can be proved, for the best gain.
//
// A pair of radii is right if a state within delta of a digital one is, after one step of a network whose numbers are
// off by up to epsilon, within `after` <= delta of the next digital state. By induction that is so for ever, even if
// something adds errors of up to delta - after to the state in every step. The more of that, the less of epsilon: what is
// maximised is their product.

import type { Rule } from "../../compiler/schedule/rule.ts";
import type { Moving } from "../../diagnostics/known-words.ts";
import type { CheckedProgram } from "../../language/analyse/checked.ts";
import { isWhole } from "../../network/arithmetic.ts";
import type { Network } from "../../network/network.ts";
import type { Proved, Robustness } from "../../network/notes.ts";
import { requireBits } from "../../network/validate.ts";
import type { Invariant } from "../prove/invariant.ts";
import { lemmasOf } from "../prove/lemma.ts";
import { proveReachable } from "../prove/prove.ts";
import { ErrorBounds, type Radii } from "./error-bounds.ts";
import { type Limits, Patterns } from "./patterns.ts";
import { restoring } from "./restore.ts";

type Found<T> = ({ readonly found: true } & T) | { readonly found: false; readonly reason: string };

/** Gains that are tried: odd, so that all numbers are whole. */
const GAINS = [3, 5, 7, 9, 13, 17] as const;

/** The program, as far as it says which neighbourhoods come up. */
export interface ScheduledProgram {
  readonly checked: CheckedProgram;
  readonly rule: Rule;
}

/** The restoring form of a network with the best gain, and its radii. */
export function makeRobust(
  subject: ScheduledProgram,
  plain: Network,
): Found<{ network: Network; robustness: Robustness }> {
  requireBits(plain, "the robust form");
  if (!isWhole(plain)) return { found: false, reason: "not all of its numbers are whole" };
  let best: { gain: number; network: Network; bounds: ErrorBounds; all: Proved } | null = null;
  const first = restoring(plain, GAINS[0]);
  const proof = digital(subject, first);
  if (!proof.found) return proof;
  const firstBounds = boundsOf(subject, first, proof.invariant);
  if (firstBounds === null) return { found: false, reason: TOO_MANY };
  for (const gain of GAINS) {
    const network = restoring(plain, gain);
    const bounds = firstBounds.withGain(network, GAINS[0], gain);
    const all = largestRadii(bounds, "all");
    // Radii grow with the gain up to a point, and shrink from there.
    if (best !== null && !(product(all) > product(best.all))) break;
    best = { gain, network, bounds, all };
  }
  if (best === null || product(best.all) === 0) return { found: false, reason: NONE };
  const { gain, network, bounds, all } = best;
  const robustness = { gain, all, nonzero: largestRadii(bounds, "nonzero") };
  return { found: true, network, robustness };
}

/** Tells whether radii that somebody claims are right for a network. */
export function verifyRadii(
  subject: ScheduledProgram,
  network: Network,
  claims: readonly { readonly radii: Proved; readonly moving: Moving }[],
): Found<{ readonly errors: readonly number[] }> {
  requireBits(network, "a proof of radii");
  const proof = digital(subject, network);
  if (!proof.found) return proof;
  const bounds = boundsOf(subject, network, proof.invariant);
  if (bounds === null) return { found: false, reason: TOO_MANY };
  return { found: true, errors: claims.map(({ radii, moving }) => bounds.afterStep(radii, moving, true)) };
}

/** Finds which of both claims that a file makes could not be proved, and how far the state may be off after a step. */
export function openClaims(
  subject: ScheduledProgram,
  network: Network,
  { all, nonzero }: Robustness,
): Found<{
  readonly open: readonly { readonly radii: Proved; readonly moving: Moving }[];
  readonly errors: readonly number[];
}> {
  const claims = [
    { radii: all, moving: "all" as const },
    { radii: nonzero, moving: "nonzero" as const },
  ];
  const verified = verifyRadii(subject, network, claims);
  if (!verified.found) return verified;
  const { errors } = verified;
  return { found: true, errors, open: claims.filter(({ radii }, at) => !(errors[at]! <= radii.after)) };
}

const TOO_MANY = "its sums depend on more cases than diagrams can hold";
const NONE = "no radii above zero could be proved for any gain";

/** Proves that a network is right without errors, and says for which neighbourhoods. */
function digital(
  { checked, rule }: ScheduledProgram,
  network: Network,
): Found<{ invariant: Invariant | null }> {
  const { step, invariant } = proveReachable(rule, network, {}, lemmasOf(checked, rule));
  if (step.outcome === "proved") return { found: true, invariant };
  return { found: false, reason: `without any errors its step is ${step.outcome}` };
}

export function boundsOf(
  { rule }: ScheduledProgram,
  network: Network,
  invariant: Invariant | null,
  limits?: Limits,
): ErrorBounds | null {
  return ErrorBounds.of(network, new Patterns(network, rule.fields, invariant, limits));
}

/** Returns the number that is maximised: how far numbers may be off, times how much may be added to the state in every step. */
const product = (radii: Proved): number => radii.epsilon * noiseOf(radii);

/** Errors that may be added to every activation of the state in every step, for ever. */
export const noiseOf = ({ delta, after }: Proved): number => delta - after;

/** The pair of radii with the largest product, rounded down to three digits; zeros where there is none. */
function largestRadii(bounds: ErrorBounds, moving: Moving): Proved {
  const search = new Search(bounds, moving);
  const most = search.largestDelta();
  // Cases that turn out to be hard for the best radii are looked at for all others, too, until no more turn up.
  for (;;) {
    const best = search.best(most);
    if (best === NOTHING || search.isRight(best, true)) return proved(bounds, moving, best);
  }
}

const NOTHING: Proved = { epsilon: 0, delta: 0, after: 0 };

/** Rounds down and looks at all cases once more, in exactly these numbers. */
function proved(bounds: ErrorBounds, moving: Moving, { epsilon, delta }: Radii): Proved {
  // Nothing that is smaller is right either, and it takes long to look at all cases.
  if (epsilon === 0) return NOTHING;
  for (let shrink = 1; shrink > 0.5; shrink *= 0.99) {
    const radii = { epsilon: roundDown(epsilon * shrink), delta: roundDown(delta) };
    const after = roundUp(bounds.afterStep(radii, moving, true));
    if (radii.epsilon > 0 && after < radii.delta) return { ...radii, after };
  }
  return NOTHING;
}

const DIGITS = 3;
const scale = (value: number): number => 10 ** (DIGITS - 1 - Math.floor(Math.log10(value)));
const roundDown = (value: number): number =>
  value > 0 ? Number((Math.floor(value * scale(value)) / scale(value)).toPrecision(DIGITS)) : 0;
const roundUp = (value: number): number =>
  value > 0 ? Number((Math.ceil(value * scale(value)) / scale(value)).toPrecision(DIGITS)) : 0;

/** Looks for radii on the cases that were hard before: what is found still has to be looked at in all cases. */
class Search {
  readonly #bounds: ErrorBounds;
  readonly #moving: Moving;
  /** The largest epsilon found last, which others are like. */
  #epsilon = 1e-3;

  constructor(bounds: ErrorBounds, moving: Moving) {
    this.#bounds = bounds;
    this.#moving = moving;
  }

  /** Tells how much further a state is off after a step than before it. */
  #excess(radii: Radii, all: boolean): number {
    return this.#bounds.afterStep(radii, this.#moving, all) - radii.delta;
  }

  isRight(radii: Radii, all: boolean): boolean {
    return this.#excess(radii, all) <= 0;
  }

  largestDelta(): number {
    for (let guess = MOST_OFF; ; ) {
      const delta = this.#largest(guess, (each) => ({ epsilon: 0, delta: each }));
      if (delta === 0 || this.isRight({ epsilon: 0, delta }, true)) return delta;
      guess = delta;
    }
  }

  /** The pair with the largest product; `most`: the largest delta. */
  best(most: number): Proved {
    let best = NOTHING;
    const consider = (delta: number): void => {
      const largest = this.#largest(this.#epsilon, (epsilon) => ({ epsilon, delta }));
      if (largest > 0) this.#epsilon = largest;
      // The product grows up to a part, and shrinks from there.
      for (let [part, before] = [4, 0]; part <= 10; part++) {
        const radii = { epsilon: (largest * part) / 10, delta };
        const found = { ...radii, after: this.#bounds.afterStep(radii, this.#moving, false) };
        if (!(product(found) > before)) break;
        before = product(found);
        if (before > product(best)) best = found;
      }
    };
    for (let part = 1; part < 10; part++) consider((most * part) / 10);
    const centre = best.delta;
    for (const shift of [-0.075, -0.05, -0.025, 0.025, 0.05, 0.075]) consider(centre + shift * most);
    return best;
  }

  /**
   * The largest number whose radii are right, to one part in a thousand: between two that are found by growing steps from a
   * guess, by false position, which takes the end that stays for half as far off (the Illinois algorithm).
   */
  #largest(guess: number, radii: (value: number) => Radii): number {
    let [low, high] = [0, MOST_OFF];
    let [below, above] = [Number.NaN, Number.NaN];
    let isAbove = false;
    const look = (value: number): void => {
      const excess = this.#excess(radii(value), false);
      if (excess <= 0) [low, below] = [value, excess];
      else [high, above, isAbove] = [value, excess, true];
    };
    let factor = 1.2;
    for (let value = guess; value > LEAST_OFF && (low === 0 || !isAbove); factor *= factor) {
      look(value);
      if (low === MOST_OFF) return low;
      value = low === value ? Math.min(value * factor, MOST_OFF) : value / factor;
    }
    while (low > 0 && high - low > 1e-3 * high) {
      const before = low;
      look(low + (high - low) * falsePosition(below, above));
      if (low > before) above /= 2;
      else below /= 2;
    }
    return low;
  }
}

/** Numbers and states are off by less than this. */
const MOST_OFF = 0.5;
/** Radii of less are none. */
const LEAST_OFF = 1e-7;

/** Tells where a line goes through 0, as a share of the way from where it is `below` to where it is `above`. */
function falsePosition(below: number, above: number): number {
  const share = below / (below - above);
  return Number.isFinite(share) ? Math.min(Math.max(share, 0.05), 0.95) : 0.5;
}
