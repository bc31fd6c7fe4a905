import { describe, expect, test } from "vitest";
import { compile } from "../../src/compile.ts";
import type { ChannelCode, Layer, Network, NetworkField } from "../../src/network/network.ts";
import { networkFaults, validateNetwork } from "../../src/network/validate.ts";
import { withWeight } from "./dense.ts";
import { life, parity, randomNetwork, SAMPLES, water } from "./samples.ts";

const withLayer = (network: Network, index: number, change: Partial<Layer>): Network => ({
  ...network,
  layers: network.layers.map((layer, at) => (at === index ? { ...layer, ...change } : layer)),
});

const withNumber = (network: Network, layer: number, at: number, value: number): Network => {
  return withWeight(network, layer, at, value);
};

const withField = (change: Partial<NetworkField>): Network => ({
  ...life,
  fields: [{ ...life.fields[0]!, ...change }],
});

const withCode = (channel: number, code: ChannelCode): Network => ({
  ...water,
  channels: water.channels.map((each, at) => (at === channel ? { ...each, code } : each)),
});

const faulty: readonly [what: string, network: Network, message: RegExp][] = [
  ["no layers", { ...life, layers: [] }, /no layers/],
  ["3x3 layers later on", withLayer(life, 1, { kernel: 3 }), /layer 2 has kernel 3, expected 1/],
  ["a 1x1 layer first", withLayer(life, 0, { kernel: 1 }), /layer 1 has kernel 1, expected 3/],
  [
    "a broken chain",
    { ...life, layers: [life.layers[0]!, life.layers[2]!] },
    /layer 2 reads 4 inputs, but layer 1 has 1 outputs/,
  ],
  [
    "channels not read",
    { ...parity, layers: life.layers },
    /layer 1 reads 1 inputs, but 2 channels; the last layer has 1 outputs, but there are 2 channels/,
  ],
  [
    "missing weights",
    withLayer(life, 0, { weight: { ...life.layers[0]!.weight, values: new Float32Array(8) } }),
    /layer 1 \(3x3 1 -> 1\) has 8 weights in 9 columns, expected 9/,
  ],
  ["missing biases", withLayer(life, 1, { bias: new Float32Array(5) }), /has 5 biases, expected 4/],
  ["missing unit names", withLayer(life, 1, { units: [] }), /has 0 unit names, expected 4/],
  ["residual too long", { ...life, residual: new Float32Array(3) }, /3 residual flags, but 1 channels/],
  ["endless residual", { ...life, residual: Float32Array.of(1 / 0) }, /channel alive is Infinity/],
  ["NaN", withNumber(life, 0, 4, Number.NaN), /layer 1 weight \(output 1, input 1\) is NaN/],
  ["infinity", withNumber(life, 2, 3, -1 / 0), /layer 3 weight \(output 1, input 4\) is -Infinity/],
  ["fractions claimed exact", withNumber(life, 1, 2, 0.5), /layer 2 .* is 0\.5, but .* claims exact/],
  ["weights above the bound", withNumber(life, 1, 2, 9), /is 9, but .* up to 8/],
  [
    "an endless bound",
    { ...life, exact: { ...life.exact, largestActivation: Number.POSITIVE_INFINITY } },
    /bound of the exact arithmetic is Infinity/,
  ],
  [
    "a program named as none is",
    { ...life, program: 'x"""' },
    /program is called "x\\"\\"\\"", expected a name/,
  ],
  ["a nameless program", { ...life, program: "" }, /program is called "", expected a name of letters/],
  ["a field with two spaces", withField({ name: "seen  0" }), /field is called "seen {2}0"/],
  ["a field that ends a comment", withField({ name: "*/ int main" }), /field is called "\*\/ int main"/],
  [
    "a value that ends a line",
    withField({ type: { kind: "enum", names: ["a", "b\nc"] } }),
    /value of field alive is called "b\\nc"/,
  ],
  [
    "values with one name",
    withField({ type: { kind: "enum", names: ["a", "a"] } }),
    /two values of field alive have one name/,
  ],
  [
    "more symbols than values",
    withField({ type: { kind: "enum", names: ["a", "b"], symbols: ["a", "b", "b"] } }),
    /field alive has 3 symbols, expected 2/,
  ],
  [
    "a symbol that a terminal obeys",
    withField({ type: { kind: "enum", names: ["a", "b"], symbols: ["a", "\x1b"] } }),
    /symbol of field alive is "\\u001b", expected no control/,
  ],
  [
    "a channel of two lines",
    { ...life, channels: [{ ...life.channels[0]!, name: "a\nb" }] },
    /channel is "a\\nb"/,
  ],
  ["a unit that a terminal obeys", withLayer(life, 0, { units: ["\u202e"] }), /a unit is "\u202e", expected/],
  [
    "a schedule for a reason of two lines",
    { ...life, schedule: { ...life.schedule, reason: "a\rb" } },
    /reason of the schedule is "a\\rb"/,
  ],
  ["field named twice", { ...life, fields: [...life.fields, ...life.fields] }, /two fields are called alive/],
  [
    "channel named twice",
    { ...water, channels: water.channels.map((channel) => ({ ...channel, name: "same" })) },
    /two channels are called same/,
  ],
  ["unknown prediction", { ...life, predict: "q" }, /predicted field q does not exist/],
  [
    "clock that is no hidden field",
    { ...life, schedule: { ...life.schedule, clock: { field: "alive", event: "changes" } } },
    /clock field alive is not a hidden field/,
  ],
  [
    "initial value of another type",
    { ...life, fields: [{ ...life.fields[0]!, initial: 2 }] },
    /alive starts as 2, which is not a value of bit/,
  ],
  [
    "a range of nothing",
    { ...life, fields: [{ ...life.fields[0]!, type: { kind: "range", lo: 2, hi: 1 } }] },
    /field alive has no values: 2\.\.1/,
  ],
  [
    "a range with nearly no channels",
    { ...life, fields: [{ ...life.fields[0]!, type: { kind: "range", lo: 0, hi: 2 ** 50 } }] },
    /alive is a bit code/,
  ],
  ["a value left out", withCode(5, { kind: "inside" }), /level \(-1\.\.2\) has 2 channels, expected 3/],
  ["two inside channels", withCode(5, { kind: "inside" }), /2 channels mark the inside/],
  [
    "a value coded twice",
    withCode(5, { kind: "thermometer", field: "level", atLeast: 1 }),
    /two channels stand for 1 of level/,
  ],
  [
    "the first value coded",
    withCode(5, { kind: "thermometer", field: "level", atLeast: -1 }),
    /level>=2 stands for -1, outside 0\.\.2 of level/,
  ],
  [
    "a code of another kind",
    withCode(5, { kind: "bit", field: "level" }),
    /level>=2 of -1\.\.2 level is a bit/,
  ],
  ["a code of no field", withCode(5, { kind: "bit", field: "q" }), /level>=2 is of field q, which does not/],
  [
    "cubes of unknown channels",
    { ...life, stop: { kind: "halted", cubes: [{ on: ["alive"], off: ["q"] }] } },
    /stop rule names channel q/,
  ],
  [
    "contradictory cubes",
    { ...life, stop: { kind: "halted", cubes: [{ on: ["alive"], off: ["alive"] }] } },
    /wants alive both on and off/,
  ],
];

describe("networkFaults", () => {
  test("finds none in the samples and in random networks", () => {
    for (const network of SAMPLES) expect(networkFaults(network), network.program).toEqual([]);
    const draw = () => 0.25;
    for (const widths of [[1], [3, 5], [2, 1, 4], [0], [2, 0, 3]])
      expect(networkFaults(randomNetwork(widths, 1, draw)), widths.join()).toEqual([]);
  });

  test.each(faulty)("%s", (_, network, message) => {
    expect(networkFaults(network).join("; ")).toMatch(message);
  });
});

describe("validateNetwork", () => {
  test("hands a sound network through", () => {
    expect(validateNetwork(water)).toBe(water);
  });

  test("throws on any other, as our own bug", () => {
    expect(() => validateNetwork({ ...life, layers: [] })).toThrow(/^internal: malformed network life/);
  });
});

test.each([
  ["questions", "if any(x) { each { x = 0 } }"],
  ["tests and rounds", "repeat 3 times { if any(x) { each { x = left.x } } }"],
  ["rounds of a firing squad", "repeat rows times { each { x = left.x } }"],
  ["rounds of sweeps", "repeat cols times { sweep down right { x = left.x } }"],
  ["branches", "if all(x) { each { x = up.x } } else { sweep down { x = not up.x } }"],
])("fields that the compiler makes for %s are spelt as fields may be", (_, body) => {
  const text = `program p { input x: bit  ${body} }`;
  const { network } = compile({ name: "p.alg", text }, { effort: 0, prune: false, prove: false });
  expect(network.fields.length).toBeGreaterThan(1);
  expect(networkFaults(network)).toEqual([]);
});
