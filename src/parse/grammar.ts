// The grammar, whose rules ask on the way whether reading may go on: a match does not pause by itself.

import type { Grammar } from "ohm-js";
import bundle from "../../grammars/alg.ohm-bundle.js";
import { spend } from "../diagnostics/budget.ts";

/** Ohm evaluates a rule by this method of its body; it does not declare it. */
interface Body {
  eval(state: unknown): boolean;
}

/** Rules of statements, expressions and items take longer than others. */
const PRICE = 4;

function asking<G extends Grammar>(grammar: G): G {
  for (const { body } of Object.values(grammar.rules)) {
    const rule = body as unknown as Body;
    const evaluate = rule.eval;
    rule.eval = (state) => {
      spend(PRICE);
      return evaluate.call(rule, state);
    };
  }
  return grammar;
}

export const grammar = asking(bundle);
