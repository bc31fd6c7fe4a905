// What a proof of the step leaves open: that the network starts where the rule starts, stops where it stops, and
// takes its input the same way. Differences are sentences.

import { showType } from "../grid/grid.ts";
import { type InputRules, showInputRules } from "../grid/prepare.ts";
import { showSymbol } from "../grid/symbols.ts";
import type { Network } from "../network/network.ts";
import type { Rule } from "../schedule/rule.ts";
import { DIFFERS } from "./diagrams.ts";
import { cubeValues, expressionValues } from "./functions.ts";
import { Patch } from "./patch.ts";

/** How a network's fields, start, stop and input differ from those of a rule and its program; empty if they do not. */
export function frameDifferences(rule: Rule, program: InputRules, network: Network): string[] {
  const fields = fieldDifferences(rule, network);
  // Without the same fields, nothing else can be compared.
  if (fields.length > 0) return fields;
  const [theirs, ours] = [showInputRules(network), showInputRules(program)].map((rules) => rules.join("; "));
  return [
    ...(network.predict === rule.predict
      ? []
      : [`the network predicts ${network.predict ?? "nothing"}, the program ${rule.predict ?? "nothing"}`]),
    ...(theirs === ours
      ? []
      : [`the network takes its input by the rules "${theirs}", the program by "${ours}"`]),
    ...stopDifference(rule, network),
  ];
}

function fieldDifferences(rule: Rule, network: Network): string[] {
  const known = new Set(rule.fields.map(({ name }) => name));
  const extra = network.fields.filter(({ name }) => !known.has(name));
  return [
    ...extra.map(({ name }) => `the network has a field ${name} that the program has not`),
    ...rule.fields.flatMap(({ name, role, type, initial }) => {
      const found = network.fields.find((field) => field.name === name);
      if (found === undefined) return [`the network lacks the field ${name}`];
      if (showType(found.type) !== showType(type))
        return [`the network's field ${name} is ${showType(found.type)}, the program's ${showType(type)}`];
      if (found.role !== role) return [`the network's field ${name} is ${found.role}, the program's ${role}`];
      if (found.initial === initial) return [];
      const [theirs, ours] = [found.initial, initial].map((value) => showSymbol(type, value));
      return [`the network's field ${name} starts as ${theirs}, the program's as ${ours}`];
    }),
  ];
}

function stopDifference(rule: Rule, network: Network): string[] {
  if (network.stop.kind !== rule.stop.kind)
    return [
      `the network's run ends by the rule "${network.stop.kind}", the program's by "${rule.stop.kind}"`,
    ];
  if (network.stop.kind !== "halted" || rule.stop.kind !== "halted") return [];
  const patch = new Patch(rule.fields, false);
  const { diagrams } = patch;
  const theirs = cubeValues(network.stop.cubes, network, patch);
  const ours = expressionValues(rule, patch)(rule.stop.when);
  const differing = patch.witness(diagrams.apply(DIFFERS, theirs, ours));
  if (differing === null) return [];
  const { grid, row, col } = differing;
  const cell = rule.fields.map(({ name, type }) => {
    return `${name} ${showSymbol(type, grid.planes[name]![row * grid.cols + col]!)}`;
  });
  return [`network and program differ in whether a cell is finished that has ${cell.join(", ")}`];
}
