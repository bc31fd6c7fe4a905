// What a rule and a network compute in one step, each as a diagram of the neighbourhood.
// Both are evaluated by their plain definitions; nothing here knows how the synthesiser came from one to the other.

import type { Rule } from "../../compiler/schedule/rule.ts";
import { unreachable } from "../../diagnostics/diagnostic.ts";
import type { StepNetwork } from "../../engines/engine.ts";
import { type Place, TAPS } from "../../grid/direction.ts";
import {
  ABOVE,
  DIFFERS,
  type Diagram,
  type Diagrams,
  MAX,
  MIN,
  type Operation,
} from "../../logic/diagrams.ts";
import { type Expression, leaves } from "../../logic/expression.ts";
import { withParts } from "../../network/cell-number.ts";
import { type ChannelCode, type Cube, heldBy, type Network } from "../../network/network.ts";
import { type StepValues, stepOf } from "../../network/step.ts";
import { Patch, type TokenPlace } from "./neighbourhood.ts";

/** What a read of a field means; by default, what that place holds now. */
type Reading = (read: Expression & { readonly tag: "read" }) => Diagram;

/** What a cell sees, as diagrams of any kind. */
export type CellSight = Pick<Patch, "inside" | "value"> & {
  /** 1 where the value of a field is at least a bound, where there is a shorter way to it than through all values. */
  readonly isAtLeast?: (field: string, place: Place, bound: number) => Diagram;
  /** A signal of the cell itself, where it does not stand for its expression. */
  readonly signal?: (name: string) => Diagram;
  readonly diagrams: Pick<Diagrams, "constant" | "constantOf" | "apply" | "map" | "choose" | "sum">;
};

/** The value of an expression over the neighbourhood, signals spelled out. Parts that cannot matter are not looked at. */
export function expressionValues(
  rule: Pick<Rule, "signals">,
  patch: CellSight,
  reading: Reading = ({ field, place }) => patch.value(field, place),
): (expression: Expression) => Diagram {
  const { diagrams } = patch;
  const done = new Map<Expression, Diagram>();
  const value = (node: Expression): Diagram => {
    const known = done.get(node);
    if (known !== undefined) return known;
    const made = evaluate(node);
    done.set(node, made);
    return made;
  };
  const junction = (parts: readonly Expression[], operation: Operation, absorbing: number): Diagram => {
    let made = diagrams.constant(1 - absorbing);
    for (const part of parts) {
      made = diagrams.apply(operation, made, value(part));
      if (diagrams.constantOf(made) === absorbing) break;
    }
    return made;
  };
  /** The function of what is read, made of what it is at least, where the sight tells that; else null. */
  const read = (node: Expression, of: (atLeast: (bound: number) => Diagram) => Diagram): Diagram | null =>
    node.tag === "read" && patch.isAtLeast !== undefined
      ? of((bound) => patch.isAtLeast!(node.field, node.place, bound))
      : null;
  const evaluate = (node: Expression): Diagram => {
    switch (node.tag) {
      case "constant":
        return diagrams.constant(node.value);
      case "read":
        return reading(node);
      case "inside":
        return patch.inside(node.place);
      case "signal":
        return patch.signal?.(node.name) ?? value(rule.signals.find(({ name }) => name === node.name)!.value);
      case "not":
        return diagrams.map(value(node.of), (bit) => 1 - bit);
      case "and":
        return junction(node.of, MIN, 0);
      case "or":
        return junction(node.of, MAX, 1);
      case "xor":
        return diagrams.apply(DIFFERS, value(node.left), value(node.right));
      case "is":
        return (
          read(node.of, (least) => diagrams.apply(ABOVE, least(node.value), least(node.value + 1))) ??
          diagrams.map(value(node.of), (found) => (found === node.value ? 1 : 0))
        );
      case "atLeast":
        return (
          read(node.of, (least) => least(node.bound)) ??
          diagrams.map(value(node.of), (found) => (found >= node.bound ? 1 : 0))
        );
      case "sum":
        return diagrams.sum(
          node.terms.map(({ weight, of }) => ({ weight, of: value(of) })),
          node.offset,
        );
      case "min":
      case "max":
        return diagrams.apply(node.tag === "min" ? MIN : MAX, value(node.left), value(node.right));
      case "choose": {
        const when = value(node.when);
        const decided = diagrams.constantOf(when);
        if (decided !== null) return value(decided === 0 ? node.otherwise : node.then);
        return diagrams.choose(when, value(node.then), value(node.otherwise));
      }
      default:
        return unreachable(node);
    }
  };
  return value;
}

/** Tells whether the rule asks where the edge of the grid is. */
export function readsEdges(rule: Rule): boolean {
  const roots = [...rule.updates, ...rule.signals].map(({ value }) => value);
  return leaves(roots).some(({ tag }) => tag === "inside");
}

/**
 * Neighbourhoods of a rule and a network for it. Where neither asks for the edge, a cell off the grid is one whose
 * fields have their first values.
 */
export function patchFor(
  rule: Rule,
  network: Pick<Network, "channels" | "parts">,
  diagrams?: Diagrams,
  token?: TokenPlace | null,
): Patch {
  const { channels } = withParts(network);
  const hasEdges = readsEdges(rule) || channels.some(({ code }) => code.kind === "inside");
  return new Patch(rule.fields, hasEdges, diagrams, token);
}

/** Returns what a field holds after a step of the rule. */
export function ruleFields(rule: Rule, patch: Patch): (field: string) => Diagram {
  const value = expressionValues(rule, patch);
  return (name) => {
    const update = rule.updates.find(({ field }) => field === name);
    return update === undefined ? patch.value(name, "here") : value(update.value);
  };
}

/** Returns what a channel of that code holds after a step of the rule. */
export function ruleChannels(
  rule: Rule,
  patch: Patch,
  parts?: Network["parts"],
): (code: ChannelCode) => Diagram {
  const next = ruleFields(rule, patch);
  const held = (code: ChannelCode): Diagram => {
    if (code.kind === "inside") return patch.inside("here");
    return patch.diagrams.map(next(code.field), (found) => heldBy(code, found));
  };
  return (code) => channelValue(patch, parts, code, held);
}

/** Returns what a channel holds, given what each of its parts does where it has any. */
const channelValue = (
  { diagrams }: Patch,
  parts: Network["parts"],
  code: ChannelCode,
  held: (code: ChannelCode) => Diagram,
): Diagram =>
  parts === undefined
    ? held(code)
    : diagrams.sum(
        parts.map((part) => ({ weight: part.worth, of: held(part.code) })),
        0,
      );

/** 1 where a cell satisfies one of the cubes; channels that the network lacks are 0. */
export function cubeValues(
  cubes: readonly Cube[],
  network: Pick<Network, "channels" | "parts">,
  patch: Patch,
): Diagram {
  const { diagrams } = patch;
  const codes = new Map(withParts(network).channels.map(({ name, code }) => [name, code]));
  return cubes
    .map(({ on, off }) => {
      const wanted = [...on.map((name) => [name, 1] as const), ...off.map((name) => [name, 0] as const)];
      // What a cube says of one field is one function of its value: enums have a channel for each.
      const tests = new Map<string, ((value: number) => boolean)[]>();
      let made = diagrams.constant(1);
      for (const [name, bit] of wanted) {
        const code = codes.get(name);
        if (code === undefined || code.kind === "inside") {
          if (bit === (code === undefined ? 1 : 0)) made = diagrams.constant(0);
        } else {
          const test = (value: number) => heldBy(code, value) === bit;
          tests.set(code.field, [...(tests.get(code.field) ?? []), test]);
        }
      }
      for (const [field, all] of tests) {
        const holds = (value: number) => (all.every((test) => test(value)) ? 1 : 0);
        made = diagrams.apply(MIN, made, diagrams.map(patch.value(field, "here"), holds));
      }
      return made;
    })
    .reduce((a, b) => diagrams.apply(MAX, a, b), diagrams.constant(0));
}

type CodedNetwork = StepNetwork &
  Pick<Network, "parts"> & { readonly channels: readonly { readonly code: ChannelCode }[] };

/** The step of a network on all neighbourhoods. */
export const networkStep = (network: CodedNetwork, patch: Patch): StepValues<Diagram> => {
  const { diagrams } = patch;
  return stepOf(network, {
    input: (channel, tap) =>
      channelValue(patch, network.parts, network.channels[channel]!.code, (code) =>
        patch.channel(code, TAPS[tap]!),
      ),
    sum: (terms, bias) => diagrams.sum(terms, bias),
    rectify: (sum) => diagrams.map(sum, (value) => Math.max(value, 0)),
  });
};
