// What a pass of the structural synthesis sees of the others. Bits need numbers, numbers need cases, and these need bits:
// passes that come later know those before them, and are known to them by what is called alone.

import type { Codes } from "../../logic/channels.ts";
import type { Expression } from "../../logic/expression.ts";
import type { Rule } from "../schedule/rule.ts";
import type { Form } from "./forms.ts";
import type { Gates } from "./gates.ts";
import type { Keys } from "./keys.ts";
import type { Product, Products } from "./products.ts";
import type { Reads } from "./reads.ts";
import type { Decisions } from "./strategy.ts";

/** A case of a decision list: under products that exclude each other, what the value is. */
export interface Case {
  /** Exclusive products, whose sum is 1 where this is the case. */
  readonly when: readonly Product[];
  /** A `choose` only where that is part of several lists. */
  readonly then: Expression;
}

/** A bit and its negation, each as products. */
export interface Both {
  readonly yes: readonly Product[];
  readonly no: readonly Product[];
}

export interface Passes {
  readonly rule: Rule;
  readonly codes: Codes;
  readonly decisions: Decisions;
  readonly gates: Gates;
  readonly reads: Reads;
  readonly keys: Keys;
  readonly products: Products;
  /** The largest number that a field is read as. */
  readonly widest: number;
  /** Returns how many expressions of the rule have this one as an operand; 1 for those made on the way. */
  uses(of: Expression): number;
  /** Bits of more products than this that are parts of several others are not multiplied out in these. */
  readonly mostShared: number;
  /** Tells whether several expressions have this one as an operand, be they of the rule or made on the way. */
  isShared(of: Expression): boolean;
  readonly disjunctions: { of(bit: Expression): readonly Product[]; both(bit: Expression): Both };
  readonly numbers: { form(of: Expression): Form };
  readonly cases: { of(value: Expression): readonly Case[] };
}
