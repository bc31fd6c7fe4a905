import * as core from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, test, vi } from "vitest";
import { InputError } from "../../src/diagnostics/diagnostic.ts";
import { loadBackend } from "../../src/engines/backend.ts";
import { tensorEngine } from "../../src/engines/tensor.ts";
import type { Tf } from "../../src/engines/tensorflow.ts";
import { parity } from "../network/samples.ts";

const missing = () => Promise.reject(new Error("Cannot find package\nRequire stack: ..."));
const absent = { node: missing };

/** Stands in for the native package: the library itself, with the cpu backend under the native name. */
async function nativeStandIn() {
  await import("@tensorflow/tfjs-backend-cpu");
  core.registerBackend("tensorflow", () => core.findBackendFactory("cpu")());
  for (const kernel of core.getKernelsForBackend("cpu"))
    core.registerKernel({ ...kernel, backendName: "tensorflow" });
  return { default: core };
}

afterEach(() => {
  vi.unstubAllEnvs();
  if (core.findBackendFactory("tensorflow") === null) return;
  for (const { kernelName } of core.getKernelsForBackend("tensorflow"))
    core.unregisterKernel(kernelName, "tensorflow");
  core.removeBackend("tensorflow");
});

describe("loadBackend", () => {
  test("takes the native library if it is there, and engines run on it", async () => {
    const backend = await loadBackend({ modules: { node: nativeStandIn } });
    expect(backend.name).toBe("tensorflow");
    expect(backend.tf.getBackend()).toBe("tensorflow");
    const engine = tensorEngine(parity, backend);
    expect(engine.name).toBe("tensor (tensorflow)");
    const run = engine.start({ rows: 1, cols: 3 }, [Float32Array.of(1, 0, 1, 0, 1, 0)]);
    await run.advance(3);
    expect([...(await run.read())[0]!]).toEqual([1, 1, 1, 0, 1, 1]);
    run.close();
    engine.close();
  });

  test("takes a native library whose exports are not under default", async () => {
    const node = async () => ({ ...(await nativeStandIn()).default });
    expect((await loadBackend({ force: "node", modules: { node } })).name).toBe("tensorflow");
  });

  test("gives the native library the functions that newer Nodes lack, before it is imported", async () => {
    const util = (await import("node:util")).default as unknown as Record<string, unknown>;
    const kept = { isArray: util.isArray, isNullOrUndefined: util.isNullOrUndefined };
    util.isArray = undefined;
    util.isNullOrUndefined = undefined;
    try {
      const node = () => {
        const found = util as Record<string, (value: unknown) => boolean>;
        expect([[], {}].map((value) => found.isArray!(value))).toEqual([true, false]);
        expect([null, undefined, 0].map((value) => found.isNullOrUndefined!(value))).toEqual([
          true,
          true,
          false,
        ]);
        return nativeStandIn();
      };
      expect((await loadBackend({ modules: { node } })).name).toBe("tensorflow");
    } finally {
      Object.assign(util, kept);
    }
  });

  test("falls back to WebAssembly, with SIMD", async () => {
    const { tf, name } = await loadBackend({ modules: absent });
    expect(name).toBe("wasm");
    expect(await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT")).toBe(true);
  });

  test("falls back to plain JavaScript", async () => {
    expect((await loadBackend({ modules: { node: missing, wasm: missing } })).name).toBe("cpu");
  });

  test("may be called again, for the same or another backend", async () => {
    for (const force of ["wasm", "cpu", "wasm"]) expect((await loadBackend({ force })).name).toBe(force);
  });

  test("obeys TAPELOOM_BACKEND, and the option before it", async () => {
    vi.stubEnv("TAPELOOM_BACKEND", "cpu");
    expect((await loadBackend()).name).toBe("cpu");
    expect((await loadBackend({ force: "wasm" })).name).toBe("wasm");
    vi.stubEnv("TAPELOOM_BACKEND", "");
    expect((await loadBackend({ modules: absent })).name).toBe("wasm");
  });

  test("an unknown name is the user's error", async () => {
    for (const name of ["gpu", "toString"]) {
      vi.stubEnv("TAPELOOM_BACKEND", name);
      await expect(loadBackend()).rejects.toThrow(InputError);
      await expect(loadBackend()).rejects.toThrow(`found "${name}", expected node, wasm or cpu`);
    }
  });

  test("a forced one that does not load is an error that says why", async () => {
    const failed = loadBackend({ force: "node", modules: absent });
    await expect(failed).rejects.toThrow(InputError);
    await expect(failed).rejects.toThrow(/\(node: Cannot find package\); install .* TAPELOOM_BACKEND/);
    const refusing = { ...core, setBackend: async () => false, enableProdMode: () => {} } as unknown as Tf;
    await expect(loadBackend({ force: "cpu", modules: { core: async () => refusing } })).rejects.toThrow(
      /the backend cpu did not start/,
    );
  });

  test("prints nothing, and leaves no handlers for uncaught errors behind", async () => {
    const spies = (["log", "info", "warn", "error"] as const).map((method) => vi.spyOn(console, method));
    const handlers = () => [
      ...process.listeners("uncaughtException"),
      ...process.listeners("unhandledRejection"),
    ];
    const before = handlers();
    for (const force of ["wasm", "cpu"]) {
      const engine = tensorEngine(parity, await loadBackend({ force }));
      engine.close();
    }
    await loadBackend({ modules: { node: nativeStandIn } });
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
    expect(handlers()).toEqual(before);
    vi.restoreAllMocks();
  });
});
