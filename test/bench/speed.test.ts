// `npm run bench -- speed` on a small grid: that its parts are all there, and that its answers are checked.

import { expect, test } from "vitest";
import { runBench } from "../../bench/bench.ts";
import { Workspace } from "../cli/harness.ts";

const work = new Workspace(runBench);

test("measures all parts, with answers that agree", async () => {
  const { code, stdout } = await work.run(["speed", "--size", "66", "--threads", "1", "--json"]);
  const { agrees, ready, one, files, learning } = JSON.parse(stdout);
  expect({ code, agrees }).toEqual({ code: 0, agrees: true });
  expect(Object.keys(ready)).toContain("gf2");
  expect(Object.keys(one)).toEqual(["prepare", "whole", "start", "steps", "end"]);
  expect(Object.keys(files)).toEqual(["write text", "read text", "write rle", "read rle"]);
  expect(Object.keys(learning)).toEqual(["compile", "answer 100", "differentiate"]);
  for (const seconds of [ready, one, files, learning].flatMap((parts) => Object.values(parts)))
    expect(seconds).toBeGreaterThan(0);
}, 120_000);
