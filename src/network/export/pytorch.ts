// A network as a short module for PyTorch, which reads the weight file that lies beside it. It needs no other package.

import { showType } from "../../grid/grid.ts";
import { inputRulesOf, showInputRules } from "../../grid/prepare.ts";
import { showTokens } from "../../grid/single-tokens.ts";
import type { Network } from "../network.ts";
import { requireSound } from "../validate.ts";
import { CHANNELS, MODULE, PARTS, PLAIN, RULED } from "./pytorch-module.ts";

/** The text of the module; `weights` is the name of the network's weight file. */
export function exportPytorch(network: Network, weights: string): string {
  requireSound(network);
  const { operator, evaluate, encode, rules, prepare } = hasRules(network) ? RULED : PLAIN;
  const { list, state, codes, packed, held } = network.parts === undefined ? CHANNELS : PARTS;
  return MODULE.replace("$NUMBERS", () => (network.snap ? LEARNED : WHOLE))
    .replace("$OPERATOR\n", () => operator)
    .replace("$EVALUATE\n", () => evaluate)
    .replace("$ENCODE", () => encode)
    .replace("$RULES\n", () => rules)
    .replaceAll("$LIST", () => list)
    .replaceAll("$STATE", () => state)
    .replace("$CODES\n", () => codes)
    .replace("$PACKED\n", () => packed)
    .replace("$HELD\n", () => held)
    .replace("$PREPARE\n", () => prepare)
    .replace("$ABOUT", () => about(network))
    .replace("reads $WEIGHTS", () => `reads ${ascii(weights)}`)
    .replace('"$WEIGHTS"', () => JSON.stringify(weights));
}

const hasRules = (network: Network): boolean => Object.keys(inputRulesOf(network)).length > 0;

/** Returns what the module's users need to know of this network. */
function about(network: Network): string {
  const fields = network.fields.filter(({ role }) => role !== "hidden");
  const lines = fields.map(({ name, role, type }) => `    ${role} ${name}: ${ascii(showType(type))}`);
  const rules = showInputRules(network);
  const room = [
    "",
    "What encode does with an input before the first step, rows and cols being those of the input:",
    "",
    ...rules.map((rule) => `    ${rule}`),
    ...showTokens(network).map((rule) => ascii(`    ${rule}`)),
  ];
  return [
    `${network.program}: a recurrent convolutional network, compiled by tapeloom.`,
    "",
    "Fields of a cell, enum values being counted from 0:",
    "",
    ...lines,
    ...(hasRules(network) ? room : []),
  ].join("\n");
}

const WHOLE = `All numbers are small integers, which float32 holds exactly. On a GPU, keep PyTorch from
rounding them: torch.backends.cudnn.allow_tf32 = False.`;

const LEARNED = `Every channel is rounded to 0 or 1, at 1/2, after each step. On a GPU, keep PyTorch from rounding
numbers before: torch.backends.cudnn.allow_tf32 = False.`;

/** Nothing that could end a Python string, or is not ASCII. */
const ascii = (text: string): string => text.replace(/[^\x20-\x7e]|["\\]/g, "?");
