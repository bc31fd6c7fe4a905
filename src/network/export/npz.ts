// A network as an .npz archive, which numpy.load opens: an array for each tensor of the weight file, and its metadata
// as one JSON text, `json.loads(str(file["metadata"]))`. Where its `snap` is true, every step ends with `state > 0.5`.

import type { Network } from "../network.ts";
import { requireDense, SPARSE_INSTEAD } from "../operators.ts";
import { requireSound } from "../validate.ts";
import { metadataOf, networkTensors } from "../weightwriter.ts";

/** Zip archives count from here; without a fixed date, equal networks would give unequal files. */
const EPOCH = new Date(1980, 0, 1);

/** The bytes of the archive; equal networks give equal bytes. */
export async function exportNpz(network: Network): Promise<Uint8Array> {
  requireDense(requireSound(network), "an npz file", SPARSE_INSTEAD);
  const { zipSync } = await import("fflate");
  const arrays = networkTensors(network).map(({ name, shape, data }) => [
    `${name}.npy`,
    npy("<f4", shape, data.length * 4, (view) => {
      for (let at = 0; at < data.length; at++) view.setFloat32(at * 4, data[at]!, true);
    }),
  ]);
  const metadata = textArray(JSON.stringify(metadataOf(network)));
  return zipSync(Object.fromEntries([...arrays, ["metadata.npy", metadata]]), { mtime: EPOCH });
}

/** An array of no axes that holds one text, four bytes a code point. */
function textArray(text: string): Uint8Array {
  const points = [...text].map((character) => character.codePointAt(0)!);
  return npy(`<U${points.length}`, [], points.length * 4, (view) => {
    for (const [at, point] of points.entries()) view.setUint32(at * 4, point, true);
  });
}

/** A file of numpy's own format, version 1.0: magic, a header that is a Python literal, the data in C order. */
function npy(
  descr: string,
  shape: readonly number[],
  bytes: number,
  fill: (data: DataView) => void,
): Uint8Array {
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${axes}), }`;
  // Spaces and a line break up to a multiple of 64, so that the data are aligned.
  const start = Math.ceil((10 + header.length + 1) / 64) * 64;
  const file = new Uint8Array(start + bytes).fill(0x20, 0, start);
  file.set([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0]);
  const view = new DataView(file.buffer);
  view.setUint16(8, start - 10, true);
  file.set(new TextEncoder().encode(header), 10);
  file[start - 1] = 0x0a;
  fill(new DataView(file.buffer, start));
  return file;
}
