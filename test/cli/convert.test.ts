// `tapeloom convert`: the same network in fewer bytes, which runs and is proved as before, or a reason why not.

import { expect, test } from "vitest";
import { program, Workspace } from "./harness.ts";

const work = new Workspace();

test("a network with numbers of one byte runs and is proved as it was", async () => {
  await work.run(["compile", program("life.alg"), "-o", "life.safetensors"]);
  const { code, stdout } = await work.run(["convert", "life.safetensors", "--numbers", "i8"]);
  expect([code, stdout]).toEqual([0, "life.i8.safetensors\n"]);
  expect(work.bytes("life.i8.safetensors").length).toBeLessThan(work.bytes("life.safetensors").length);
  const input = ["--random", "9x9", "--seed", "5", "--steps", "7"];
  const [one, other] = await Promise.all(
    ["life.safetensors", "life.i8.safetensors"].map((file) => work.run(["run", file, ...input])),
  );
  expect(one!.code).toBe(0);
  expect(other!.stdout).toBe(one!.stdout);
  const proof = await work.run(["prove", program("life.alg"), "life.i8.safetensors"]);
  expect([proof.code, proof.stdout]).toEqual([0, expect.stringContaining("proved")]);
  // And back.
  await work.run(["convert", "life.i8.safetensors", "-o", "again.safetensors"]);
  expect(work.bytes("again.safetensors")).toEqual(work.bytes("life.safetensors"));
});

test("what would be rounded, and what is no network, is refused and nothing is written", async () => {
  work.write("far.alg", "program far { input x: 0..300 output y: 0..900 each { y = x + left.x + right.x } }");
  await work.run(["compile", "far.alg", "--codes", "integer"]);
  const refused = await work.run(["convert", "far.safetensors", "--numbers", "i8"]);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(
    /far is not exact in int8: it is exact in float32.*take another type of numbers/,
  );
  expect(() => work.bytes("far.i8.safetensors")).toThrow();
  const text = await work.run(["convert", "far.alg"]);
  expect([text.code, text.stderr]).toEqual([2, expect.stringContaining("expected a weight file")]);
  const name = await work.run(["convert", "far.safetensors", "-o", "far.txt"]);
  expect([name.code, name.stderr]).toEqual([2, expect.stringContaining(".safetensors")]);
});
