// What a machine's run says: that it accepts or rejects, or its tape; of programs, weight files and the interpreter alike.

import { expect, test } from "vitest";
import { Workspace } from "./harness.ts";

const workspace = new Workspace();

const EQUAL = `program equal {
  input tape: enum { blank "_", a "a", b "b", x "x" }
  grid 1 x cols
  workspace auto
  machine on tape {
    start S at left
    accept Yes
    reject No
    S a -> x right A
    S b -> x right B
    S blank -> * stay Yes
    A b -> x left L
    B a -> x left L
    L blank -> * right S
    L * -> * left L
    * blank -> * stay No
    * * -> * right *
  }
}
`;

test("accepts and rejects, as counting says", async () => {
  workspace.write("equal.alg", EQUAL);
  expect((await workspace.run(["compile", "equal.alg", "-o", "equal.safetensors"])).code).toBe(0);
  for (const word of ["a", "ab", "ba", "aab", "abba", "babab", "bbaaabab", "aaaaaaabbbbbbbb"]) {
    const [a, b] = ["a", "b"].map((letter) => word.split(letter).length - 1);
    const kind = a === b ? "accept" : "reject";
    workspace.write("word.txt", `${word}\n`);
    for (const [file, engine] of [
      ["equal.alg", "reference"],
      ["equal.alg", "rule"],
      ["equal.alg", "auto"],
      ["equal.safetensors", "direct"],
    ] as const) {
      const { document, stderr } = await workspace.json(["run", file, "-i", "word.txt", "--engine", engine]);
      expect(document.result, word).toMatchObject({ kind, state: kind === "accept" ? "Yes" : "No" });
      expect(stderr).toContain(`equal: ${kind}s`);
    }
  }
  const { stderr } = await workspace.run(["run", "equal.alg", "-i", "word.txt", "-o", "run.svg"]);
  expect(stderr).toContain("rejects");
  expect(workspace.read("run.svg")).toContain("rejected after");
});

test("the tape, from the first symbol that is not blank to the last", async () => {
  const text = `program mark {
  output tape: 0..10
  workspace left 3, right 3, bottom 1
  machine on tape {
    start A at left
    halt H
    A 0 -> 10 right B
    B 0 -> 0 down B2
    B2 0 -> 7 left H
    * * -> * stay *
  }
}
`;
  workspace.write("mark.alg", text);
  workspace.write("one.txt", "0\n");
  workspace.write("blank.alg", text.replace("-> 10", "-> 0").replace("-> 7", "-> *"));
  const run = (file: string, ...more: string[]) => workspace.json(["run", file, "--random", "1x1", ...more]);
  const { document, stderr } = await run("mark.alg");
  expect(document.result).toEqual({ kind: "tape", state: "H", tape: "10 0\n0 7" });
  expect(stderr).toContain("mark: the tape holds 10 0\n0 7");
  expect((await run("blank.alg")).document.result).toEqual({ kind: "tape", state: "H", tape: "" });
  expect((await run("mark.alg", "--steps", "2")).document.result).toBeNull();
});
