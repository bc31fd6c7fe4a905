// TensorFlow.js as it is handed to whatever computes with tensors.

// biome-ignore lint/suspicious/noTsIgnore: an error is expected only where the library is not installed
/** @ts-ignore The library. It need not be installed, so that its types may be missing where ours are read. */
export type Tf = typeof import("@tensorflow/tfjs-core");

export interface Backend {
  readonly tf: Tf;
  /** The library's own name of the backend: `wasm`, `cpu` or `tensorflow`. */
  readonly name: string;
}
