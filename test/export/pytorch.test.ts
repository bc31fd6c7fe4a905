import { describe, expect, test } from "vitest";
import { compile } from "../../src/compile.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { runNetwork } from "../../src/engines/run.ts";
import { randomGrid as gridOfInputs } from "../../src/grid/generate.ts";
import type { Grid } from "../../src/grid/grid.ts";
import { prepareInput } from "../../src/grid/prepare.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { exportPytorch } from "../../src/network/export/pytorch.ts";
import type { Network } from "../../src/network/network.ts";
import { readSafetensors, writeSafetensors } from "../../src/network/safetensors.ts";
import { writeWeightFile } from "../../src/network/weightwriter.ts";
import { Workspace } from "../cli/harness.ts";
import { randomGrid, randomNetwork, SAMPLES, SNAPPED } from "../network/samples.ts";
import { networkOf, readProgram, rowsOf } from "../programs/programs.ts";
import { again, SEED } from "../seed.ts";
import { pythonWith, runPython } from "./python.ts";

const python = pythonWith("torch");
const numeric = pythonWith("torch", "numpy");
const work = new Workspace();

/** Enums, ranges, bits; all kinds of stop rules; one with a stop rule and a mixed residual. */
const networks = (): Network[] => [
  ...SAMPLES,
  ...["life", "wireworld", "gf2", "sort", "prefix_sum", "langton", "bb3"].map(networkOf),
  ...SNAPPED,
  ...WITHOUT_CHANNELS.map((text) => compile({ name: "single", text }).network),
  // One number for a cell, which may count nothing.
  ...[
    ...["life", "wireworld", "sort", "gf2", "bb3"].map((name) => readProgram(name).text),
    ...WITHOUT_CHANNELS,
  ].map((text) => compile({ name: "paper", text }, { arch: "paper", effort: 0 }).network),
  ...[
    [2, 0, 3],
    [2, 3, 0],
  ].map((widths) => randomNetwork(widths, 1, (from) => from.int(5) - 2)),
];

/** Fields of one value need no channel; one that halts at once, one that never does, one that nothing changes in. */
const WITHOUT_CHANNELS = [
  "program single { input a: 0..0 output b: 3..3 loop { each { b = a + 3 } halt when a == 0 } }",
  "program single { input a: enum { only } loop forever { each { a = only } } }",
  "program single { input a: 2..2 output b: 0..0 workspace left 1 each { b = a - 2 } }",
];

/** Runs every case in the module of its network, from fields to fields. */
const SCRIPT = `
import importlib.util, json, sys
import torch
torch.set_num_threads(1)
found = []
for case in json.load(sys.stdin):
    spec = importlib.util.spec_from_file_location("network", case["file"])
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    network = module.Network()
    state = network.encode({name: torch.tensor([rows]) for name, rows in case["fields"].items()})
    state, steps = network.run(state, case["most"])
    with torch.no_grad():
        again = network(network.encode({k: torch.tensor([v]) for k, v in case["fields"].items()}), steps)
    assert torch.equal(state, again)
    fields = {name: grid[0].tolist() for name, grid in network.decode(state).items()}
    found.append({"fields": fields, "steps": steps})
print(json.dumps(found))
`;

/** Opens modules by name. */
const OPENING = `
import importlib.util, json, sys
import numpy as np
import torch
torch.set_num_threads(1)
def opened(name):
    spec = importlib.util.spec_from_file_location(name, name + ".py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
`;

/** Runs inputs as they are given, alone and in batches. */
const ON_INPUTS = `${OPENING}
found = []
for case in json.load(sys.stdin):
    network = opened(case["name"]).Network()
    shape = case["shape"]
    alone, steps = network.run(network.encode({k: np.array(v) for k, v in case["fields"].items()}, shape), case["most"])
    both, _ = network.run(network.encode({k: [v, v] for k, v in case["fields"].items()}, shape), case["most"])
    assert torch.equal(torch.cat([alone, alone]) if case["fields"] else alone, both)
    again = network.encode(network.decode(alone), **({"prepared": True} if case["isOpen"] else {}))
    assert torch.equal(again, alone), "what decode gives is taken as it is"
    found.append({"fields": {name: grid[0].tolist() for name, grid in network.decode(alone).items()}, "steps": steps})
print(json.dumps(found))
`;

/** Programs with rules for their inputs, in the field's own cell or around it. */
const RULED: Readonly<Record<string, string>> = {
  wide: `program wide {
    input x: 1..3
    grid rows x cols where rows >= 1 and (cols - 1) * 2 >= 0
    workspace left min(rows, 2), right cols / 2 + 1, top 1
    loop forever { each { x = max(x, left.x) } }
  }`,
  placed: `program placed {
    input go: bit
    input seen: bit
    state depth: 0..5 = 2
    output far: bit
    workspace bottom rows
    place depth = 5 at row rows column max(cols - 1, 1)
    place depth = 4 at top left
    each { depth = if go then 0 else max(depth, 1) }
    sweep down right { far = up.far or left.far or go or seen }
  }`,
  blind: `program blind {
    state hot: bit
    workspace left 1, bottom 1
    place hot = 1 at top left
    loop forever { each { hot = hot or left.hot or up.hot } }
  }`,
};

/** Misuse, each with what is said. */
const MISUSE = `${OPENING}
def said(call):
    try:
        call()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "nothing"

life, wide = opened("life"), opened("wide")
network, roomy = life.Network(), wide.Network()
grid = np.zeros((3, 4), np.int64)
grid[1, 2] = 1
state = network.encode({"alive": grid})
good = [grid, grid.astype(bool), grid.astype(np.uint16), grid.astype(float), grid[None], grid.tolist(),
        torch.tensor(grid), torch.tensor(grid, dtype=torch.float16), torch.tensor(grid, dtype=torch.int8)]
bad = [grid * 2, grid - 1, torch.tensor(grid - 1, dtype=torch.int8), torch.tensor(grid, dtype=torch.uint8) * 255,
       grid / 2, grid * float("nan"), grid * float("inf"), grid * 1j, grid.astype(str), "grid", None, [[0, 1], [0]],
       grid[0], grid[None, None], np.zeros((0, 3))]
halves = life.Network().double(), life.Network().half(), life.Network().bfloat16()
scripted = torch.jit.script(network)
keys = {name: list(tensor.shape) for name, tensor in network.state_dict().items()}
tensors, _ = life.read_safetensors("life.safetensors")
other = life.Network()
with torch.no_grad():
    for parameter in other.parameters():
        parameter.zero_()
other.load_state_dict(tensors, strict=True)
print(json.dumps({
    "good": [bool(torch.equal(network.encode({"alive": each}), state)) for each in good],
    "bad": [said(lambda: network.encode({"alive": each})) for each in bad],
    "fields": [said(lambda: network.encode(each)) for each in [{}, {"alife": grid}, {"alive": grid, "x": grid}, grid]],
    "shapes": [said(lambda: network.encode({"alive": grid}, shape)) for shape in [(3, 5), (3,), (0, 4), (3, 4)]],
    "states": [said(call) for call in [lambda: network.run(state[0]), lambda: network.decode(state[:, :0]),
               lambda: network(state, -1), lambda: network.run(state, -1), lambda: network.run(state, 1.5)]],
    "coarse": said(lambda: opened("coarse").Network().half().encode({"x": grid})),
    "numbers": [[str(each.encode({"alive": grid}).dtype), each.decode(each.encode({"alive": grid}))["alive"][0].tolist() == grid.tolist()] for each in halves],
    "double": bool(torch.equal(halves[0](halves[0].encode({"alive": grid}), 3).float(), network(state, 3))),
    "scripted": bool(torch.equal(scripted(state, 3), network(state, 3)) and torch.equal(scripted(state), network(state))),
    "keys": keys,
    "loaded": bool(torch.equal(other(state, 2), network(state, 2))),
    "rules": [said(lambda: roomy.encode(*each)) for each in [({"x": grid + 1},), ({"x": grid + 1}, None, False), ({"x": grid + 1}, None, True)]],
    "sizes": [list(roomy.encode({"x": grid + 1}, prepared=each).shape) for each in (False, True)],
    "files": [said(lambda: life.Network(path)) for path in ["bare.safetensors", "model.safetensors"]],
}))
`;

const fieldsOf = (grid: Grid) =>
  Object.fromEntries(Object.keys(grid.planes).map((name) => [name, rowsOf(grid, name)]));

/** Writes a module and its weights. */
function write(name: string, network: Network): void {
  work.write(`${name}.py`, exportPytorch(network, `${name}.safetensors`));
  work.write(`${name}.safetensors`, writeWeightFile(network));
}

describe.skipIf(python === null)("PyTorch", () => {
  test("runs the module, to the same end and the same values in as many steps", {
    timeout: 120_000,
  }, async () => {
    const cases: unknown[] = [];
    const expected: unknown[] = [];
    const all = networks();
    for (const [at, network] of [...all, ...all].entries()) {
      const file = `n${at}.py`;
      work.write(file, exportPytorch(network, `n${at}.safetensors`));
      work.write(`n${at}.safetensors`, writeWeightFile(network));
      const random = seededRandom(SEED + at);
      // In any state, as if it had its workspace already.
      const drawn = randomGrid(network, { rows: 1 + random.int(8), cols: 1 + random.int(11) }, random);
      const grid = { ...drawn, prepared: true };
      const most = 1 + random.int(24);
      const end = await runNetwork(network, directEngine(network), grid, { maxSteps: most });
      cases.push({ file, fields: fieldsOf(grid), most });
      expected.push({ fields: fieldsOf(end.grid), steps: end.steps });
    }
    expect(runPython(python!, work.folder, SCRIPT, cases), again(SEED)).toEqual(expected);
  });
});

describe.skipIf(numeric === null)("what the module is given", () => {
  test("inputs are prepared as the program says, in any number, and states of runs are not", {
    timeout: 120_000,
  }, async () => {
    const cases: unknown[] = [];
    const expected: unknown[] = [];
    const gallery = ["bb3", "binary_increment_tm", "rule110_tm", "gf2"].map(
      (name) => [name, networkOf(name)] as const,
    );
    const own = Object.entries(RULED).map(([name, text]) => [name, compile({ name, text }).network] as const);
    for (const [at, [name, network]] of [...gallery, ...own].entries()) {
      write(name, network);
      const random = seededRandom(SEED + at);
      const shape = { rows: network.grid ? 1 : 1 + random.int(4), cols: 1 + random.int(6) };
      const inputs = network.fields.filter((field) => field.role === "input");
      const grid = gridOfInputs(shape, inputs, random);
      const most = 1 + random.int(9);
      const end = await runNetwork(network, directEngine(network), prepareInput(network, grid), {
        maxSteps: most,
      });
      const isOpen = network.fields.every((field) => field.role === "input");
      const fields = fieldsOf(grid);
      cases.push({ name, fields, most, isOpen, shape: inputs.length > 0 ? null : [shape.rows, shape.cols] });
      expected.push({ fields: fieldsOf(end.grid), steps: end.steps });
    }
    // Where all fields are inputs and there is workspace, it has to be said whether they are prepared.
    const script = ON_INPUTS.replaceAll(
      "shape)",
      'shape, **({"prepared": False} if case["isOpen"] else {}))',
    );
    expect(runPython(numeric!, work.folder, script, cases), again(SEED)).toEqual(expected);
  });

  test("misuse is refused in words, and whatever means the same is taken", { timeout: 120_000 }, () => {
    const life = networkOf("life");
    write("life", life);
    write("wide", compile({ name: "wide", text: RULED.wide! }).network);
    write("coarse", { ...SAMPLES[0]!, exact: { ...life.exact, formats: ["float32"] } });
    const { tensors, metadata } = readSafetensors(writeWeightFile(life), "life");
    work.write("bare.safetensors", writeSafetensors(tensors, {}));
    work.write("model.safetensors", writeSafetensors(tensors, { ...metadata, format: "tapeloom-learner" }));
    const found = runPython(numeric!, work.folder, MISUSE) as Record<string, unknown>;
    expect(found).toMatchSnapshot();
    expect(found.keys).toEqual(Object.fromEntries(tensors.map(({ name, shape }) => [name, shape])));
  });
});

test("the module is short, and says what it holds", () => {
  const text = exportPytorch(networkOf("bb3"), "bb3.safetensors");
  expect(text.split("\n").length).toBeLessThan(340);
  expect(text).toContain("input tape: bit");
  expect(text).toMatch(/What encode does with an input .*\n\n {4}grid .*\n {4}workspace /);
  expect(text).not.toContain("$");
  const plain = exportPytorch(networkOf("life"), "life.safetensors");
  expect(plain.split("\n").length).toBeLessThan(245);
  expect(plain).not.toContain("workspace");
});

test("of a network that snaps, the module says so", () => {
  expect(exportPytorch(networkOf("life"), "n.safetensors")).toContain("All numbers are small integers");
  const text = exportPytorch(SNAPPED[0]!, "n.safetensors");
  expect(text).toContain("Every channel is rounded to 0 or 1, at 1/2, after each step.");
  expect(text).not.toContain("small integers");
});

test("file names and symbols of values cannot break out of their strings", () => {
  const [field] = networkOf("life").fields;
  const type = { kind: "enum", names: ["a", "b"], symbols: ['a"""', "\\é"] } as const;
  const channels = [{ name: "alive", code: { kind: "one-hot", field: "alive", equals: 1 } }] as const;
  const network = { ...networkOf("life"), fields: [{ ...field!, type }], channels };
  const text = exportPytorch(network, 'a"\\\n.safetensors');
  // As many docstrings as in any other module, and nothing but ASCII.
  expect(text.split('"""').length).toBe(exportPytorch(networkOf("life"), "l").split('"""').length);
  expect(text).toMatch(/^[\n\x20-\x7e]*$/);
  expect(text).toContain(String.raw`with_name("a\"\\\n.safetensors")`);
  const named = { ...field!, type: { kind: "enum", names: ['a"""', "b"] } } as const;
  expect(() => exportPytorch({ ...network, fields: [named] }, "l")).toThrow(/expected a name of letters/);
});
