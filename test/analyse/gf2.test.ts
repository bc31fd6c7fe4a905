import { expect, test } from "vitest";
import { analyse } from "../../src/language/analyse/analyse.ts";
import { parse } from "../../src/language/parse/parse.ts";

const text = `
program gf2 {
  input x: bit
  state todo: bit = 1
  state busy, s, lead, go: bit
  predict x
  loop {
    sweep down right {
      if not todo {
        busy = 0
      } else if not up.busy {
        s = x
        lead = x and not left.go and not at right
        go = left.go or (x and not at right)
        busy = 1
        todo = 0
      } else {
        s = up.s
        lead = up.lead
        busy = 1
        go = if up.lead then x else left.go
        x = x xor (go and s)
      }
    }
    halt when not todo and not busy
  }
}`;

test("elimination over GF(2) is accepted without a word", () => {
  const source = { name: "gf2.alg", text };
  const { program, diagnostics } = parse(source);
  expect(diagnostics).toEqual([]);
  const analysed = analyse(program!, source);
  expect(analysed.diagnostics).toEqual([]);
  expect(analysed.program).toMatchObject({
    name: "gf2",
    predict: "x",
    fields: [
      { name: "x", role: "input", initial: 0 },
      { name: "todo", role: "state", initial: 1 },
      { name: "busy" },
      { name: "s" },
      { name: "lead" },
      { name: "go" },
    ],
    body: [{ tag: "loop", body: [{ tag: "pass", sources: ["up", "left"] }, { tag: "halt" }] }],
  });
});
