// What is used of the platform's WebAssembly, which all platforms have but not all type definitions; and binaryen,
// which is large, so that it is loaded when a network is first made into code.

export type Binaryen = typeof import("binaryen")["default"];

export interface Memory {
  readonly buffer: ArrayBuffer;
}

/** The functions of a generated module; the files that define them say what they do. */
export interface Exports {
  readonly work: (thread: number) => number;
  readonly serve: (thread: number) => number;
  readonly sides: (at: number, rows: number) => number;
  readonly wake: (address: number) => number;
}

interface Platform {
  readonly Memory: new (size: { initial: number; maximum: number; shared: boolean }) => Memory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: { readonly env: { readonly memory: Memory } },
  ) => { readonly exports: Exports };
}

export const platform = (): Platform => (globalThis as unknown as { WebAssembly: Platform }).WebAssembly;

export const PAGE = 65536;
export const MOST_PAGES = 65536;

export async function loadBinaryen(): Promise<Binaryen> {
  return (await import("binaryen")).default;
}
