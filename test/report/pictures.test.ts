// The two back ends: SVG as golden files and read back as XML, PNG and GIF through independent decoders.

import { describe, expect, it } from "vitest";
import { seededRandom } from "../../src/grid/random.ts";
import { animationScenes, renderGif, renderPng, stripScene } from "../../src/report/picture.ts";
import { renderSvg } from "../../src/report/svg.ts";
import { decodeGif, decodePng, readPanel } from "./decode.ts";
import { field, frame, gridOf, randomFrames, sample, samples } from "./samples.ts";
import { colourAt, parseXml } from "./svg.ts";

const PAPER = "#eeece4";
const INK = "#262626";
const BITS = [PAPER, INK];

describe.each(Object.entries(samples))("%s", (name, { view, frames }) => {
  const svg = renderSvg(stripScene(view, frames));

  it("is the SVG that was looked at", async () => {
    await expect(svg).toMatchFileSnapshot(`golden/${name}.svg`);
  });

  it("is well-formed XML with its title in it", () => {
    const elements = parseXml(svg);
    expect(elements[0]!.name).toBe("svg");
    // What XML cannot hold is replaced.
    expect(elements[1]!.text).toBe(view.title.replace("\u0007", "\ufffd").replace("\ud800", "\ufffd"));
  });

  it("has the same colours in SVG and PNG", () => {
    const elements = parseXml(svg);
    const picture = decodePng(renderPng(stripScene(view, frames)));
    const [, , width, height] = elements[0]!.attributes.viewBox!.split(" ").map(Number);
    expect([picture.width, picture.height]).toEqual([Math.ceil(width! * 2), Math.ceil(height! * 2)]);
    const random = seededRandom(7);
    let compared = 0;
    for (let trial = 0; trial < 2000; trial++) {
      // Not at the rounded corners of the card.
      const [x, y] = [3 + random.next() * (width! - 6), 3 + random.next() * (height! - 6)];
      const expected = colourAt(elements, x, y, 0.75);
      if (expected === null) continue;
      compared++;
      const got = picture.at(Math.floor(x * 2), Math.floor(y * 2));
      expect(got, `at (${x}, ${y}) of ${name}, seed 7`).toBe(expected);
    }
    expect(compared).toBeGreaterThan(100);
  });

  it("has the same pixels in GIF and PNG", () => {
    const scenes = [...animationScenes(view, frames)];
    const { frames: shown, delays, repeats } = decodeGif(renderGif(scenes, { fps: 5, hold: 1500 }));
    expect(shown).toHaveLength(frames.length);
    expect(delays).toEqual(frames.map((_, at) => (at === frames.length - 1 ? 1500 : 200)));
    expect(repeats).toBe(true);
    for (const [at, scene] of scenes.entries()) {
      const still = decodePng(renderPng(scene));
      expect([shown[at]!.width, shown[at]!.height]).toEqual([still.width, still.height]);
      expect(Buffer.compare(shown[at]!.rgba, still.rgba), `frame ${at}`).toBe(0);
    }
  });
});

describe("cells", () => {
  const x = field("x", "input");

  it.each([
    [1, 1],
    [7, 6],
    [3, 64],
    [64, 64],
    [200, 9],
  ])("have the colours of their values in PNG and GIF, %d x %d", (rows, cols) => {
    const { view, frames } = sample("cells", [x], randomFrames({ rows, cols }, [x], 3, rows * cols));
    const values = frames.map(({ grid }) => [...grid.planes.x!]);
    const toBits = (colours: readonly string[]): number[] => colours.map((colour) => BITS.indexOf(colour));
    for (const [at, each] of frames.entries())
      expect(toBits(readPanel(decodePng(renderPng(stripScene(view, [each]))), rows, cols))).toEqual(
        values[at],
      );
    const { frames: shown } = decodeGif(renderGif(animationScenes(view, frames), { fps: 10 }));
    expect(shown.map((picture) => toBits(readPanel(picture, rows, cols)))).toEqual(values);
  });

  it("of one pixel each are still all there", () => {
    const { view, frames } = sample("cells", [x], randomFrames({ rows: 300, cols: 1000 }, [x], 1, 3));
    const colours = readPanel(decodePng(renderPng(stripScene(view, frames))), 300, 1000);
    expect(colours.map((colour) => BITS.indexOf(colour))).toEqual([...frames[0]!.grid.planes.x!]);
  });

  it("that have halted are paler while others are at work", () => {
    const grid = gridOf({ x: ["11", "00"] });
    const colours = (halted: readonly number[]): string[] => {
      const frames = [frame(3, grid, { halted: Uint8Array.from(halted) })];
      return readPanel(decodePng(renderPng(stripScene(sample("t", [x], frames).view, frames))), 2, 2);
    };
    expect(colours([0, 0, 0, 0])).toEqual([INK, INK, PAPER, PAPER]);
    expect(colours([1, 1, 1, 1])).toEqual([INK, INK, PAPER, PAPER]);
    const [dimInk, ink, dimPaper, paper] = colours([1, 0, 1, 0]);
    expect([ink, paper]).toEqual([INK, PAPER]);
    const brightness = (colour: string): number => Number.parseInt(colour.slice(1, 3), 16);
    expect(brightness(dimInk!)).toBeGreaterThan(brightness(INK) + 60);
    expect(brightness(dimPaper!)).toBeGreaterThan(brightness(PAPER));
  });

  it("have a colour each for up to eight names, and shades in order for ranges", () => {
    const names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    const draw = (type: Parameters<typeof field>[2]): string[] => {
      const only = field("n", "input", type);
      const frames = [frame(0, gridOf({ n: ["01234567"] }))];
      return readPanel(decodePng(renderPng(stripScene(sample("t", [only], frames).view, frames))), 1, 8);
    };
    expect(new Set(draw({ kind: "enum", names })).size).toBe(8);
    const shades = draw({ kind: "range", lo: 0, hi: 7 });
    const green = shades.map((colour) => Number.parseInt(colour.slice(3, 5), 16));
    expect(green).toEqual([...green].sort((one, other) => other - one));
    expect(new Set(green).size).toBe(8);
  });
});

it("draws 300 steps of 64x64 cells in seconds", () => {
  const x = field("x", "input");
  const { view, frames } = sample("time", [x], randomFrames({ rows: 64, cols: 64 }, [x], 300, 1));
  const begin = performance.now();
  const bytes = renderGif(animationScenes(view, frames), { fps: 10 });
  // About 2.5 s on one quiet core, even where every cell changes at random.
  expect(performance.now() - begin).toBeLessThan(30_000);
  expect(bytes.length).toBeLessThan(12_000_000);
});
