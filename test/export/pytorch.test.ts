import { describe, expect, test } from "vitest";
import { directEngine } from "../../src/engines/direct.ts";
import { runNetwork } from "../../src/engines/run.ts";
import { exportPytorch } from "../../src/export/pytorch.ts";
import type { Grid } from "../../src/grid/grid.ts";
import { seededRandom } from "../../src/grid/random.ts";
import type { Network } from "../../src/network/network.ts";
import { writeWeightFile } from "../../src/network/weightfile.ts";
import { Workspace } from "../cli/harness.ts";
import { randomGrid, SAMPLES, SNAPPED } from "../network/samples.ts";
import { rowsOf } from "../programs/programs.ts";
import { again, SEED } from "../seed.ts";
import { networkOf } from "./compiled.ts";
import { pythonWith, runPython } from "./python.ts";

const python = pythonWith("torch");
const work = new Workspace();

/** Enums, ranges, bits; all kinds of stop rules; one with a stop rule and a mixed residual. */
const networks = (): Network[] => [
  ...SAMPLES,
  ...["life", "wireworld", "gf2", "sort", "prefix_sum", "langton", "bb3"].map(networkOf),
  ...SNAPPED,
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

const fieldsOf = (grid: Grid) =>
  Object.fromEntries(Object.keys(grid.planes).map((name) => [name, rowsOf(grid, name)]));

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
      const grid = randomGrid(network, { rows: 1 + random.int(8), cols: 1 + random.int(11) }, random);
      const most = 1 + random.int(24);
      const end = await runNetwork(network, directEngine(network), grid, { maxSteps: most });
      cases.push({ file, fields: fieldsOf(grid), most });
      expected.push({ fields: fieldsOf(end.grid), steps: end.steps });
    }
    expect(runPython(python!, work.folder, SCRIPT, cases), again(SEED)).toEqual(expected);
  });
});

test("the module is short, and says what it holds", () => {
  const text = exportPytorch(networkOf("bb3"), "bb3.safetensors");
  expect(text.split("\n").length).toBeLessThan(150);
  expect(text).toContain("input tape: bit");
  expect(text).toMatch(/lay grids out as they say\.\n\n {4}grid .*\n {4}workspace /);
});

test("of a network that snaps, the module says so", () => {
  expect(exportPytorch(networkOf("life"), "n.safetensors")).toContain("All numbers are small integers");
  const text = exportPytorch(SNAPPED[0]!, "n.safetensors");
  expect(text).toContain("Every channel is rounded to 0 or 1, at 1/2, after each step.");
  expect(text).not.toContain("small integers");
});

test("file names and names of values cannot break out of their strings", () => {
  const [field] = networkOf("life").fields;
  const type = { kind: "enum", names: ['a"""', "\\", "é"] } as const;
  const text = exportPytorch({ ...networkOf("life"), fields: [{ ...field!, type }] }, 'a"\\\n.safetensors');
  // As many docstrings as in any other module, and nothing but ASCII.
  expect(text.split('"""').length).toBe(exportPytorch(networkOf("life"), "l").split('"""').length);
  expect(text).toMatch(/^[\n\x20-\x7e]*$/);
  expect(text).toContain(String.raw`with_name("a\"\\\n.safetensors")`);
});
