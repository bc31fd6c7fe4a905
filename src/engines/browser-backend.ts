// Loads TensorFlow.js in browsers, in the place of backend.ts. WebAssembly and WebGL are files and packages of their own,
// so that pages that want them hand in a `Backend` of their copy of the library.

import type { Backend } from "./tensorflow.ts";

/** TensorFlow.js in plain JavaScript. */
async function loadPlain(): Promise<Backend> {
  const [tf] = await Promise.all([import("@tensorflow/tfjs-core"), import("@tensorflow/tfjs-backend-cpu")]);
  tf.enableProdMode();
  await tf.setBackend("cpu");
  return { tf, name: "cpu" };
}

export { loadPlain as loadBackend };
