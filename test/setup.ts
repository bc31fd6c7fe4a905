// What all tests begin with.

import { expect } from "vitest";

// Built commands compile what they are asked to, whatever earlier ones have kept.
process.env.TAPELOOM_CACHE = "off";

// Arrays of numbers are compared at once: one number after another takes most of the time of tests that compare grids.
expect.addEqualityTesters([
  (a: unknown, b: unknown) => {
    if (!ArrayBuffer.isView(a) || !ArrayBuffer.isView(b) || a.constructor !== b.constructor) return undefined;
    const same = (view: ArrayBufferView) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    return Buffer.compare(same(a), same(b)) === 0 ? true : undefined;
  },
]);
