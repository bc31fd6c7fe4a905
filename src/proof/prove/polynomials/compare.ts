// Network and rule as polynomials, channel by channel. Two polynomials in normal form that are equal are one function
// of all legal neighbourhoods; two that differ need not be two functions, so that nothing is refuted here.

import type { Rule } from "../../../compiler/schedule/rule.ts";
import { bounds } from "../../../grid/grid.ts";
import type { Expression } from "../../../logic/expression.ts";
import { isWhole } from "../../../network/arithmetic.ts";
import { type Channel, type Network, sizeOf } from "../../../network/network.ts";
import { Algebra, add, constant, isSame, ZERO } from "./algebra.ts";
import { asksForEdges, Expressed } from "./expressions.ts";
import { Lists } from "./lists.ts";
import { Numbers } from "./numbers.ts";
import { Ranges } from "./ranges.ts";
import { Reads } from "./reads.ts";
import { Rectifier } from "./rectifier.ts";
import { type Polynomial, Space } from "./space.ts";
import { PolynomialsTooLarge } from "./too-large.ts";
import { channelPolynomials } from "./units.ts";

/** Products of monomials that a proof may make, and more for each number of the network: seconds, or ten of large ones. */
const ROOM = 500_000;
const ROOM_PER_NUMBER = 500;

/** How a channel was shown to be the rule's. */
export interface ChannelIdentity {
  /** Channels of the neighbourhood that it depends on. */
  readonly inputs: number;
  /** Cases that these stand for. */
  readonly cases: number;
  /** Terms of the polynomial. */
  readonly terms: number;
}

/**
 * For each channel how it was shown to be the rule's, or null. Of fields that are tokens at most one cell is taken to
 * have another value than the first. Never throws: what takes too much work is not shown.
 */
export function identicalChannels(
  rule: Rule,
  network: Network,
  tokens: Iterable<string>,
  work = ROOM + ROOM_PER_NUMBER * sizeOf(network).nonzero,
): readonly (ChannelIdentity | null)[] {
  const none = network.channels.map(() => null);
  if (!isWhole(network)) return none;
  return unlessLarge(() => {
    const comparison = new Comparison(rule, network, new Set(tokens), work);
    return network.channels.map((channel, at) => unlessLarge(() => comparison.identity(channel, at), null));
  }, none);
}

function unlessLarge<T>(make: () => T, otherwise: T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof PolynomialsTooLarge || error instanceof RangeError) return otherwise;
    throw error;
  }
}

class Comparison {
  readonly #rule: Rule;
  readonly #algebra: Algebra;
  readonly #reads: Reads;
  readonly #expressed: Expressed;
  readonly #got: readonly Polynomial[];
  readonly #distributions = new Map<string, ReadonlyMap<number, Polynomial>>();

  constructor(rule: Rule, network: Network, tokens: ReadonlySet<string>, work: number) {
    const algebra = new Algebra(new Space(tokens, work));
    const ranges = new Ranges(algebra);
    const numbers = new Numbers(algebra, ranges);
    const rectifier = new Rectifier(algebra, numbers);
    const hasEdges = asksForEdges(rule) || network.channels.some(({ code }) => code.kind === "inside");
    this.#rule = rule;
    this.#algebra = algebra;
    this.#reads = new Reads(algebra, rule.fields, hasEdges);
    this.#expressed = new Expressed(
      rule,
      algebra,
      this.#reads,
      rectifier,
      new Lists(algebra, numbers, rectifier),
    );
    this.#got = channelPolynomials(network, this.#reads, rectifier);
  }

  identity(channel: Channel, at: number): ChannelIdentity | null {
    const got = this.#got[at]!;
    const isShown = this.#ways(channel).some((way) => unlessLarge(() => this.#isSame(way(), got), false));
    if (!isShown) return null;
    return { ...this.#algebra.dependenceOf(got), terms: got.size };
  }

  #isSame(wanted: Polynomial, got: Polynomial): boolean {
    return (
      isSame(wanted, got) || isSame(this.#algebra.spelled(wanted, true), this.#algebra.spelled(got, true))
    );
  }

  /** The rule's next value of a channel, made in several ways: what is equal need not look the same. */
  #ways({ code }: Channel): readonly (() => Polynomial)[] {
    if (code.kind === "inside") return [() => this.#reads.inside("here")];
    const value = this.#rule.updates.find(({ field }) => field === code.field)?.value;
    if (value === undefined) return [() => this.#reads.channel(code, "here")];
    switch (code.kind) {
      case "bit":
        return [() => this.#expressed.number(value)];
      case "integer":
        return [() => add(this.#expressed.number(value), constant(-code.from))];
      case "binary":
        return [() => this.#expressed.bit(value, code)];
      case "one-hot":
        return [() => this.#distribution(code.field, value).get(code.equals) ?? ZERO];
      case "thermometer": {
        const { lo, hi } = bounds(this.#reads.typeOf(code.field));
        return [
          () => this.#expressed.reaching(unclamped(value, lo, hi), code.atLeast),
          () => this.#expressed.atLeast(value, code.atLeast),
        ];
      }
    }
  }

  #distribution(field: string, value: Expression): ReadonlyMap<number, Polynomial> {
    const known = this.#distributions.get(field);
    if (known !== undefined) return known;
    const made = this.#expressed.distribution(value);
    this.#distributions.set(field, made);
    return made;
  }
}

/** A value without a least or largest value that its field has anyway. */
function unclamped(value: Expression, lo: number, hi: number): Expression {
  if (value.tag !== "min" && value.tag !== "max") return value;
  const isIdle = (limit: Expression): boolean =>
    limit.tag === "constant" && (value.tag === "min" ? limit.value >= hi : limit.value <= lo);
  if (isIdle(value.left)) return unclamped(value.right, lo, hi);
  return isIdle(value.right) ? unclamped(value.left, lo, hi) : value;
}
