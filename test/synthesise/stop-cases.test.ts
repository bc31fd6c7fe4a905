// Machines of hundreds of states end as small ones do: the run of their networks is that of the program.

import { expect, test } from "vitest";
import { compile } from "../../src/compile.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { interpret } from "../../src/engines/reference.ts";
import { runNetwork } from "../../src/engines/run.ts";
import { prepareInput } from "../../src/grid/prepare.ts";

test.each([60, 70, 300])("a machine that counts through %i states halts where it should", async (states) => {
  const rows = Array.from({ length: states }, (_, at) => {
    const next = at === states - 1 ? "H" : `q${at + 1}`;
    return `q${at}: 1 ${at % 2 === 0 ? "right" : "left"} ${next}  0 stay ${next}`;
  });
  const text = `program count {
    output tape: bit
    workspace right 2
    machine on tape { start q0 at left  halt H  symbols 0 1  ${rows.join("\n")} }
  }`;
  const { network, checked } = compile({ name: "count.alg", text }, { effort: 0, prune: false });
  const input = prepareInput(checked, { rows: 1, cols: 1, planes: {} });
  const wanted = interpret(checked, input);
  const result = await runNetwork(network, directEngine(network), input);
  expect(wanted.halted).toBe(true);
  expect([result.steps, result.grid.planes]).toEqual([wanted.instructions, wanted.grid.planes]);
});
