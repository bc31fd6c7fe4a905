// Rule IR to network: fields become channels, updates become Boolean functions of the patch, functions
// become units. All weights are integers, and the number of layers is whatever is smallest.

import { InputError } from "../diagnostics/diagnostic.ts";
import { type Bool, DiagramTooLarge } from "../logic/bdd.ts";
import { channelsOf, INSIDE } from "../logic/channels.ts";
import { type Expression, leaves } from "../logic/expression.ts";
import { Translator } from "../logic/translate.ts";
import { Variables } from "../logic/variables.ts";
import type { Channel, Cube, Network, StopRule } from "../network/network.ts";
import type { Rule } from "../schedule/rule.ts";
import { assemble } from "./assemble.ts";
import { Functions } from "./functions.ts";
import { type Cover, findCover, type Target } from "./search.ts";

export interface Synthesis {
  readonly network: Network;
  /** Non-zero numbers after each step of the optimisation. */
  readonly history: Cover["history"];
  /** What it took, in units that are the same on every machine: forms looked for, nodes of diagrams made. */
  readonly work: { readonly forms: number; readonly nodes: number };
}

/** How hard to search; the result never depends on anything but these and the rule. */
export interface SynthesisOptions {
  /** 1 by default; more searches longer, in proportion, for a smaller network. */
  readonly effort?: number;
  readonly seed?: number;
}

/** Throws InputError where a program is too complex for a network of reasonable size. */
export function synthesise(rule: Rule, sourceHash: string, options: SynthesisOptions = {}): Synthesis {
  try {
    return findNetwork(rule, sourceHash, options);
  } catch (error) {
    if (!(error instanceof DiagramTooLarge)) throw error;
    throw new InputError(
      `program ${rule.name} is too complex for a network: its step compares too many channels at once; ` +
        "compute it in several instructions, through fields of few values",
    );
  }
}

function findNetwork(rule: Rule, sourceHash: string, options: SynthesisOptions): Synthesis {
  // The only signals are those of the handshake: each lets one instruction run.
  const variables = new Variables(
    ruleChannels(rule),
    rule.signals.map(({ name }) => name),
  );
  const translate = new Translator(variables);
  const targets = targetsOf(rule, variables, translate);
  const definitions = new Map(
    rule.signals.map(({ name, value }) => [
      variables.signal(name),
      disjointTerms(value, variables, translate),
    ]),
  );
  const functions = new Functions(variables, definitions);
  const { effort = 1, seed = 1 } = options;
  if (targets.some(({ next }) => variables.bdd.pathCount(next) > MOST_CASES)) {
    throw new InputError(tooComplex(rule, variables, targets));
  }
  const search = { maxDepth: 9, patience: 240 * effort, work: 12_000 * effort, seed };
  const cover = findCover(functions, targets, search);
  if (cover === null) throw new InputError(tooComplex(rule, variables, targets));
  const { layers, residual, exact } = assemble(cover, functions);
  const { kind, reason, clock } = rule.schedule;
  const network: Network = {
    program: rule.name,
    sourceHash,
    fields: rule.fields,
    predict: rule.predict,
    channels: variables.channels,
    layers,
    residual,
    snap: false,
    schedule: { kind, reason, clock },
    stop: stopRule(rule, translate, variables),
    exact,
  };
  return { network, history: cover.history, work: { forms: cover.work, nodes: variables.bdd.size } };
}

/** Functions of more cases than this are not worth waiting for. */
const MOST_CASES = 20_000;

/** Names the worst channel: the program is right, but no network of reasonable size computes it. */
function tooComplex(rule: Rule, { bdd, channels }: Variables, targets: readonly Target[]): string {
  const cases = targets.map(({ next }) => bdd.pathCount(next));
  const worst = cases.indexOf(Math.max(...cases));
  return (
    `program ${rule.name} is too complex for a network: the next value of ${channels[worst]!.name} depends on ` +
    `${bdd.support(targets[worst]!.next).length} channels and signals in ${cases[worst]} cases; ` +
    "compute it in several instructions, through fields of few values"
  );
}

/** The channels of all fields, and the constant one only where some cell asks where the edge is. */
function ruleChannels(rule: Rule): Channel[] {
  const read = leaves([...rule.updates, ...rule.signals].map(({ value }) => value));
  const channels = rule.fields.flatMap(channelsOf);
  return read.some(({ tag }) => tag === "inside") ? [...channels, INSIDE] : channels;
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

function stopRule(rule: Rule, translate: Translator, variables: Variables): StopRule {
  if (rule.stop.kind !== "halted") return rule.stop;
  const cubes = variables.bdd.paths(translate.bit(rule.stop.when)).map((path): Cube => {
    const named = (wanted: 0 | 1): string[] =>
      path.filter(({ value }) => value === wanted).map(({ variable }) => variables.name(variable));
    return { on: named(1), off: named(0) };
  });
  return { kind: "halted", cubes };
}
