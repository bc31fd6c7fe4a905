// The exact search: every channel's next value as a decision diagram, and a search for the fewest numbers that compute
// all of them. It finds what no structure shows, and takes long; so it is for small programs, within bounds.

import { atom, type Written } from "../../../grid/infix.ts";
import type { Bool } from "../../../logic/bdd.ts";
import { channelsOf, USUAL_CODES } from "../../../logic/channels.ts";
import type { Expression } from "../../../logic/expression.ts";
import { isTooLarge } from "../../../logic/nodes.ts";
import { Translator } from "../../../logic/translate.ts";
import { Variables } from "../../../logic/variables.ts";
import type { SparseLayer, SparseRow } from "../../../network/rows.ts";
import type { Rule } from "../../schedule/rule.ts";
import { columnOf, type NetworkCandidate } from "../candidate.ts";
import { countsIn, distanceFrom, type Named, phrase, writeWords } from "../phrases.ts";
import { channelsOfRule } from "../reads.ts";
import { Functions } from "./boolean-functions.ts";
import type { ExactGates, GateForm } from "./exact-gates.ts";
import { type Cover, findCover, type SearchOptions, type Target } from "./form-choices.ts";

interface ExactSearch {
  /** Null where nothing smaller than the bound was found, or diagrams are too large. */
  readonly candidate: NetworkCandidate | null;
  readonly history: Cover["history"];
  /** What it took, in units that are the same on every machine: forms looked for, nodes of diagrams made. */
  readonly work: { readonly forms: number; readonly nodes: number };
}

/** Functions of more cases than this are not worth waiting for. */
const MOST_CASES = 20_000;

/** Nodes of diagrams: twice as many as any search of the library made that found something. Others make many times as many. */
const MOST_NODES = 100_000;

/** The smallest network found of fewer numbers than `bound`, which is right where there are no more tokens than one of a kind. */
export function searchExactly(rule: Rule, options: SearchOptions, tokens: readonly string[]): ExactSearch {
  // The only signals are those of the handshake: each lets one instruction run.
  const variables = new Variables(
    channelsOfRule(rule, USUAL_CODES),
    rule.signals.map(({ name }) => name),
    tokens,
    MOST_NODES,
  );
  const nothing = (): ExactSearch => ({
    candidate: null,
    history: [],
    work: { forms: 0, nodes: variables.bdd.size },
  });
  try {
    const translate = new Translator(variables);
    const targets = targetsOf(rule, variables, translate);
    if (targets.some(({ next }) => variables.bdd.pathCount(next) > MOST_CASES)) return nothing();
    const definitions = new Map(
      rule.signals.map(({ name, value }) => [
        variables.signal(name),
        disjointTerms(value, variables, translate),
      ]),
    );
    const functions = new Functions(variables, definitions);
    const { cover, work } = findCover(functions, targets, options);
    const needs = tokens.length > 0 && { tokens };
    const candidate = cover && { step: "searched", ...assemble(cover, functions), ...needs };
    return { candidate, history: cover?.history ?? [], work: { forms: work, nodes: variables.bdd.size } };
  } catch (error) {
    if (!isTooLarge(error)) throw error;
    return nothing();
  }
}

function targetsOf(rule: Rule, variables: Variables, translate: Translator): Target[] {
  const next = new Map<string, Bool>();
  for (const { field, value } of rule.updates) {
    const coded = rule.fields.find(({ name }) => name === field)!;
    const functions = translate.channels(coded, value);
    for (const [at, { name }] of channelsOf(coded).entries()) next.set(name, functions[at]!);
  }
  return variables.channels.map(({ name }) => {
    const now = variables.bdd.variable(variables.literal(name, "here"));
    return { now, next: next.get(name) ?? now };
  });
}

/** The terms of a disjunction, where no two of them can be true together. */
function disjointTerms(value: Expression, variables: Variables, translate: Translator): Bool[] {
  const terms = value.tag === "or" ? value.of.map((term) => translate.bit(term)) : [translate.bit(value)];
  const { bdd } = variables;
  const together = (a: Bool, b: Bool): boolean => {
    const both = bdd.and(a, b);
    return bdd.and(both, variables.care(bdd.support(both))) !== 0;
  };
  const overlap = terms.some((a, at) => terms.slice(at + 1).some((b) => together(a, b)));
  return overlap ? [translate.bit(value)] : terms;
}

// From a cover to layers: gates become units, level by level; forms become rows of weights.

function assemble(cover: Cover, functions: Functions): Omit<NetworkCandidate, "step"> {
  const { variables } = functions;
  const levels = levelsOf(cover);
  const { channels } = variables;
  const layers: SparseLayer[] = [];
  for (let level = 1; level <= cover.depth + 1; level++) {
    const below = new Map((levels[level - 2] ?? []).map((id, at) => [id, at]));
    const isLast = level === cover.depth + 1;
    const forms = isLast
      ? cover.outputs.map(({ form }) => form)
      : levels[level - 1]!.map((id) => cover.gates.gate(id).input);
    const names = isLast
      ? channels.map(({ name }) => name)
      : levels[level - 1]!.map((id) => describeGate(cover.gates, id, functions).text);
    const rows = forms.map((form, at) =>
      rowOf(names[at]!, form, (term) => (level === 1 ? literalColumn(variables, term) : below.get(term)!)),
    );
    layers.push({ kernel: level === 1 ? 3 : 1, inputs: level === 1 ? channels.length : below.size, rows });
  }
  return { channels, layers, residual: cover.outputs.map(({ residual }) => residual) };
}

/** The gates in use, level by level, each level in order of making. */
function levelsOf({ depth, gates, outputs }: Cover): number[][] {
  const used = new Set(depth === 0 ? [] : gates.below(outputs.map(({ form }) => form)));
  return Array.from({ length: depth }, (_, at) =>
    [...used].filter((id) => gates.gate(id).level === at + 1).sort((a, b) => a - b),
  );
}

function rowOf(name: string, form: GateForm, column: (term: number) => number): SparseRow {
  const entries = form.terms.map((term, at) => [column(term), form.weights[at]!] as const);
  return { name, bias: form.constant, entries };
}

function literalColumn(variables: Variables, term: number): number {
  const variable = variables.variable(term);
  if (variable.tag !== "literal") throw new Error("internal: a first layer reads channels");
  return columnOf(variable.channel, variable.place);
}

// What a unit detects, in the program's names.

/** Longer lists of cases help nobody. */
const MOST_DESCRIBED = 4;

/** Says what a gate detects: the function it was made for, or the sum it measures. */
function describeGate(gates: ExactGates, id: number, functions: Functions): Written {
  const { meaning, level, input } = gates.gate(id);
  if (meaning !== null) return describeFunction(meaning, functions);
  const named: Named[] =
    level === 1
      ? counted(input, functions.variables)
      : input.terms.map((term, at) => ({
          name: describeGate(gates, term, functions),
          weight: input.weights[at]!,
        }));
  return distanceFrom(named, input.constant);
}

/** The terms of a first-layer unit, equal weights on all neighbours taken together as a count. */
function counted({ terms, weights }: GateForm, variables: Variables): Named[] {
  const all = terms.map((id, at) => {
    const variable = variables.variable(id);
    const isNeighbour = variable.tag === "literal" && variable.place !== "here";
    return { id, weight: weights[at]!, neighbour: isNeighbour ? variable.channel : null };
  });
  const { counts, others } = countsIn(all, (id) => variables.name(id));
  return [...counts, ...others.map(({ id, weight }) => ({ name: atom(variables.name(id)), weight }))];
}

/** A Boolean function in words: `todo and not up.busy`, `(a and b) or (not a and c)`. */
function describeFunction(f: Bool, functions: Functions): Written {
  if (f < 2) return atom(f === 1 ? "always" : "never");
  const { bdd } = functions.variables;
  const factors = functions.factors(f);
  const describe = (part: Bool): Written => describeFunction(part, functions);
  if (factors.length > 1) return writeWords("and", factors.map(describe));
  const alternatives = functions.factors(bdd.not(f)).map((factor) => bdd.not(factor));
  if (alternatives.length > 1) return writeWords("or", alternatives.map(describe));
  return describeCases(f, functions.variables);
}

/** The paths of the diagram, or at least the names where there are too many. */
function describeCases(f: Bool, variables: Variables): Written {
  const { bdd } = variables;
  const name = (variable: number): Written => atom(variables.name(variable));
  if (bdd.pathCount(f) > MOST_DESCRIBED)
    return phrase(
      `a function of ${bdd
        .support(f)
        .map((variable) => name(variable).text)
        .join(", ")}`,
    );
  const cubes = bdd.paths(f).map((path) =>
    writeWords(
      "and",
      path.map(({ variable, value }) => (value === 1 ? name(variable) : writeWords("not", [name(variable)]))),
    ),
  );
  return writeWords("or", cubes);
}
