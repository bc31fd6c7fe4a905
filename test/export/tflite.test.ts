// The page of formats makes a TensorFlow Lite model of a NumPy archive: it takes the same steps as the direct engine.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { directEngine } from "../../src/engines/direct.ts";
import { seededRandom } from "../../src/grid/random.ts";
import { exportNpz } from "../../src/network/export/npz.ts";
import { encode } from "../../src/network/state.ts";
import { Workspace } from "../cli/harness.ts";
import { randomGrid, SNAPPED } from "../network/samples.ts";
import { again, SEED } from "../seed.ts";
import { pythonWith, runPython } from "./python.ts";

const work = new Workspace();
const page = readFileSync(fileURLToPath(new URL("../../docs/formats.md", import.meta.url)), "utf8");
const CONVERT = /```python\n([\s\S]*?)```/.exec(page)![1]!;
const python = pythonWith("tensorflow", "numpy");

const RUN = `
import sys
interpreter = tf.lite.Interpreter(model_path="life.tflite")
[given], [made] = interpreter.get_input_details(), interpreter.get_output_details()
results = []
for case in json.load(sys.stdin):
    state = numpy.array(case["state"], numpy.float32).reshape((1, case["rows"], case["cols"], -1))
    interpreter.resize_tensor_input(given["index"], state.shape)
    interpreter.allocate_tensors()
    for _ in range(case["steps"]):
        interpreter.set_tensor(given["index"], state)
        interpreter.invoke()
        state = interpreter.get_tensor(made["index"])
    results.append(state.flatten().tolist())
print(json.dumps(results))
`;

import { networkOf } from "../programs/programs.ts";

test.skipIf(python === null)(
  "TensorFlow Lite",
  async () => {
    const networks = [networkOf("gf2"), SNAPPED[0]!];
    for (const [at, network] of networks.entries()) {
      const random = seededRandom(SEED + at);
      work.write("life.npz", await exportNpz(network));
      const cases = [0, 1, 4].map((steps) => {
        const shape = { rows: 1 + random.int(8), cols: 1 + random.int(8) };
        return { ...shape, steps, state: [...encode(network, randomGrid(network, shape, random))] };
      });
      const found = runPython(python!, work.folder, CONVERT + RUN, cases);
      const expected: number[][] = [];
      for (const { rows, cols, steps, state } of cases) {
        const run = directEngine(network).start({ rows, cols }, [Float32Array.from(state)]);
        await run.advance(steps);
        expected.push([...(await run.read())[0]!]);
      }
      expect(found, again(SEED)).toEqual(expected);
    }
  },
  240_000,
);
