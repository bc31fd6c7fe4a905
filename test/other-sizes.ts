// Loads sources with other numbers in the place of their constants, so that small cases are on the other side of a border
// that is far too large for a test. The files stay as they are.

import { createViteServer } from "vitest/node";
import { Random } from "./judge/random.ts";

/** Sizes that a constant of a file in src may have besides its own. */
export type Border = readonly [file: string, constant: string, ...sizes: number[]];

/** A source with other sizes; every border has to be found in it. Without a seed, each is the first of its sizes. */
function withSizes(code: string, borders: readonly Border[], random: Random | null): string {
  return borders.reduce((text, [file, constant, ...sizes]) => {
    const declared = new RegExp(`(?<=const ${constant}(?:: number)? = )[^;]+(?=;)`);
    if (!declared.test(text)) throw new Error(`no border ${constant} in ${file}`);
    if (random === null) return text.replace(declared, `${sizes[0]}`);
    return random.chance(0.5) ? text.replace(declared, `${random.pick(sizes)}`) : text;
  }, code);
}

/** Loads modules by their paths from the root, with sizes that a seed draws. Adds the files that had any to `found`. */
export async function loaderWith(
  borders: readonly Border[],
  { seed, found = new Set() }: { readonly seed?: number; readonly found?: Set<string> } = {},
) {
  const server = await createViteServer({
    configFile: false,
    logLevel: "error",
    server: { middlewareMode: true, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true },
    plugins: [
      {
        name: "borders",
        enforce: "pre",
        transform(code, id) {
          const own = borders.filter(([file]) => id.endsWith(`/src/${file}`));
          for (const [file] of own) found.add(file);
          if (own.length === 0) return null;
          const random = seed === undefined ? null : new Random(seed, borders.indexOf(own[0]!));
          return withSizes(code, own, random);
        },
      },
    ],
  });
  const load = async <T>(path: string): Promise<T> => (await server.ssrLoadModule(path)) as T;
  return { load, close: () => server.close() };
}
