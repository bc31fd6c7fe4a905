// Programs with mistakes beside the messages they get: samples/NAME.alg and samples/NAME.txt. Review by eye.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { renderDiagnostic } from "../../src/diagnostics/render.ts";
import { analyse } from "../../src/language/analyse/analyse.ts";
import { parse } from "../../src/language/parse/parse.ts";

const folder = fileURLToPath(new URL("samples/", import.meta.url));
const samples = readdirSync(folder).filter((file) => file.endsWith(".alg"));

test.each(samples)("%s", async (file) => {
  const source = { name: file, text: readFileSync(folder + file, "utf8") };
  const parsed = parse(source);
  expect(parsed.diagnostics).toEqual([]);
  const { program, diagnostics } = analyse(parsed.program!, source);
  const errors = diagnostics.filter((each) => each.severity === "error");
  expect(program === null).toBe(errors.length > 0);
  const shown = diagnostics.map((each) => `${renderDiagnostic(source, each)}\n`).join("\n");
  await expect(shown).toMatchFileSnapshot(`samples/${file.replace(".alg", ".txt")}`);
});
