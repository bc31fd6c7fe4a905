// What is used of the platform's WebAssembly, which all platforms have but not all type definitions.

export interface Memory {
  readonly buffer: ArrayBuffer;
  /** Makes it larger by so many pages; its buffer is another one then. */
  grow(pages: number): number;
}

interface Platform {
  readonly Memory: new (size: { initial: number; maximum: number; shared: boolean }) => Memory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: { readonly env: { readonly memory: Memory } },
  ) => { readonly exports: object };
}

export const platform = (): Platform => (globalThis as unknown as { WebAssembly: Platform }).WebAssembly;

export const PAGE = 65536;
export const MOST_PAGES = 65536;
