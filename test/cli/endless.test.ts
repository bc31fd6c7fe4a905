// Files and folders of the system that behave as no others do.

import { existsSync } from "node:fs";
import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { kept } from "../../src/cli/cache.ts";
import { makeFolder } from "../../src/cli/files.ts";
import { gathered, processIo } from "../../src/cli/io.ts";

test("what comes piece by piece is read to its end, if that is near enough", async () => {
  const pieces = () => Readable.from([Buffer.from("ab"), Buffer.from(""), Buffer.from("cde")]);
  expect(Buffer.from(await gathered(pieces(), "it", 5)).toString()).toBe("abcde");
  await expect(gathered(pieces(), "it", 4)).rejects.toThrow(
    "it goes on after 4 bytes, expected at most as many",
  );
});

test("what has no end is refused", async () => {
  const zeros = async function* () {
    for (;;) yield new Uint8Array(2 ** 16);
  };
  await expect(gathered(zeros(), "it", 2 ** 20)).rejects.toThrow(/goes on after 1048576 bytes/);
});

describe.skipIf(!existsSync("/proc/self"))("where no folder can be made", () => {
  test("results are made, and not kept", () => {
    const io = { cwd: "/", env: { TAPELOOM_CACHE: "/proc/no/such/folder" } };
    expect(kept(io, { key: { of: "a" }, make: () => 7 }, "build")).toBe(7);
  });

  test("that is said", async () => {
    await expect(makeFolder(processIo(), "/proc/no/such/folder")).rejects.toThrow(/cannot be written/);
  });
});
