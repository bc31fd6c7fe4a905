// What all tests begin with.

import { expect } from "vitest";

// Built commands compile what they are asked to, whatever earlier ones have kept.
process.env.TAPELOOM_CACHE = "off";

function sameBytes(a: unknown, b: unknown): boolean | undefined {
  if (!ArrayBuffer.isView(a) || !ArrayBuffer.isView(b) || a.constructor !== b.constructor) return undefined;
  const bytes = (view: ArrayBufferView) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  return Buffer.compare(bytes(a), bytes(b)) === 0 ? true : undefined;
}

// Arrays of numbers are compared at once: one number after another takes most of the time of tests that compare grids.
// Once for all files that share a process: each tester is asked about each part of what is compared.
const once = Symbol.for("tapeloom's testers");
const known = globalThis as { [once]?: boolean };
if (!known[once]) expect.addEqualityTesters([sameBytes]);
known[once] = true;
