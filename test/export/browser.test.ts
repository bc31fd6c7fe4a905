// The exported model in a real browser, where one is installed: a page as its users would write it.

import { execFile, execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { exportTfjs } from "../../src/network/export/tfjs.ts";
import { networkOf } from "../programs/programs.ts";

const BROWSERS = ["chromium", "chromium-browser", "google-chrome"];
const LIBRARIES = ["tfjs-core/tf-core", "tfjs-backend-cpu/tf-backend-cpu", "tfjs-converter/tf-converter"];

const browser = BROWSERS.find((name) => {
  try {
    execFileSync(name, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});
if (browser === undefined) console.warn("skipped: no Chromium (on Debian: apt install chromium)");

/** Three steps of a blinker on 5x5 cells; the page's text is the state. */
const PAGE = `${LIBRARIES.map((library) => `<script src="${library}.min.js"></script>`).join("")}
<p id="state"></p>
<script>
  const cells = "0000000100001000010000000";
  (async () => {
    const model = await tf.loadGraphModel("life.tfjs/model.json");
    const state = tf.tensor4d([...cells].map(Number), [1, 5, 5, 1]);
    const result = await model.executeAsync({ state, steps: tf.scalar(3, "int32") });
    document.getElementById("state").textContent = [...(await result.data())].join("");
  })();
</script>`;

/** The files of the page by their addresses. */
function files(): ReadonlyMap<string, string | Uint8Array> {
  const require = createRequire(import.meta.url);
  const libraries = LIBRARIES.map((library): [string, Uint8Array] => {
    const [name, file] = library.split("/");
    const folder = dirname(require.resolve(`@tensorflow/${name}/package.json`));
    return [`/${library}.min.js`, readFileSync(`${folder}/dist/${file}.min.js`)];
  });
  const model = Object.entries(exportTfjs(networkOf("life")));
  return new Map<string, string | Uint8Array>([
    ["/page.html", PAGE],
    ...libraries,
    ...model.map(([name, data]): [string, string | Uint8Array] => [`/life.tfjs/${name}`, data]),
  ]);
}

test.skipIf(browser === undefined)(
  "a browser loads the model and runs it",
  async () => {
    const served = files();
    const server = createServer(({ url = "" }, response) => {
      const file = served.get(url);
      if (url.endsWith(".html")) response.setHeader("content-type", "text/html");
      response.writeHead(file === undefined ? 404 : 200).end(file);
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    try {
      const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/page.html`;
      const words = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--virtual-time-budget=20000",
        "--dump-dom",
      ];
      const { stdout } = await promisify(execFile)(browser!, [...words, address], { timeout: 60_000 });
      expect(/<p id="state">(.*)<\/p>/.exec(stdout)?.[1]).toBe("0000000000011100000000000");
    } finally {
      server.close();
    }
  },
  90_000,
);
