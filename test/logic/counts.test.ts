// Counts stay filters: whatever is asked of one value of each neighbour is linear in the channels of its code.

import { expect, test } from "vitest";
import { compile } from "../../src/compile.ts";
import { directEngine } from "../../src/engines/direct.ts";
import { sizeOf } from "../../src/network/network.ts";
import { checkNetwork } from "../../src/proof/verify/check.ts";

test.each([
  ["count(around.s == b or around.s == d)", "0..8"],
  ["count(beside.s == a or beside.s == c)", "0..4"],
  ["count(around.n >= 2)", "0..8"],
  ["count(around.n >= 2 and around.n != 4)", "0..8"],
  ["min(left.n, 3) + max(right.n, 2) + abs(up.n - 3)", "2..12"],
  ["(if left.n > 3 then 5 - left.n else 2) + right.n", "0..8"],
])("%s", async (sum, range) => {
  const text = `program p {
    input s: enum { a, b, c, d }
    input n: 0..5
    output m: ${range}
    output few, odd: bit
    each { m = ${sum} few = s != a and m < 3 odd = n == 1 or s == b }
  }`;
  const compilation = compile({ name: "p.alg", text });
  const { network } = compilation;
  expect(sizeOf(network).nonzero).toBeLessThan(160);
  const options = { seed: 5, grids: 24, maxRows: 6, maxCols: 6 };
  expect(await checkNetwork(compilation, network, directEngine(network), options)).toMatchObject({
    agree: true,
  });
});
