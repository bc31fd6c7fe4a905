// TensorFlow.js, loaded when it is first asked for.

import type { Backend } from "../engines/tensorflow.ts";

export function tensorLoader(): () => Promise<Backend> {
  let backend: Promise<Backend> | null = null;
  return () => {
    backend ??= import("../engines/backend.ts").then(({ loadBackend }) => loadBackend());
    return backend;
  };
}
