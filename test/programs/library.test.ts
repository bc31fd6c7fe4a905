// programs/LIBRARY.md says what is true. Making all networks takes minutes, so only small ones are made again here;
// with LIBRARY=write in the environment (`npm run table`) all are made, and the file is written.

import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { describeProgram, makeLibrary, measureNetwork, readLibrary, showLibrary } from "./library.ts";
import { programNames } from "./programs.ts";

const FILE = new URL("../../programs/LIBRARY.md", import.meta.url);
const STALE = "programs/LIBRARY.md is out of date; run `npm run table`";
/** Networks with at most so many non-zero weights are made in moments. */
const SMALL = 40;

if (process.env.LIBRARY === "write") {
  test("writes programs/LIBRARY.md", () => {
    const text = showLibrary(makeLibrary());
    writeFileSync(FILE, text);
    expect(readFileSync(FILE, "utf8")).toBe(text);
  }, 1_800_000);
} else {
  const text = readFileSync(FILE, "utf8");
  const rows = readLibrary(text);
  const rowOf = new Map(programNames.map((name, at) => [name, rows[at]]));
  const small = programNames.filter((name) => Number(rowOf.get(name)?.nonzero) <= SMALL);

  test("the table of programs has a row for each, and nothing else", () => {
    expect(
      rows.map(({ program }) => program),
      STALE,
    ).toEqual(programNames.map((name) => `[${name}](${name}.alg)`));
    expect(showLibrary(rows), STALE).toBe(text);
  });

  test.each(programNames)("the table is right about %s", (name) => {
    expect(rowOf.get(name), STALE).toMatchObject(describeProgram(name));
  });

  test.each(small)("the table has the sizes of %s", (name) => {
    expect(rowOf.get(name), STALE).toMatchObject(measureNetwork(name));
  });
}
