// The pixels of single marks, against what geometry says; letters.

import { describe, expect, it } from "vitest";
import { renderPng } from "../../src/report/picture.ts";
import { glyphOf } from "../../src/report/pixels.ts";
import {
  dot,
  fitText,
  type Mark,
  outline,
  rectangle,
  type Scene,
  textMark,
  textWidth,
} from "../../src/report/scene.ts";
import { decodePng } from "./decode.ts";

const INK = "#262626";

/** The middles, in units, of the pixels that a mark paints on a picture of 20x10 units. */
function painted(mark: Mark): string[] {
  const scene: Scene = { width: 20, height: 10, title: "", marks: [mark] };
  const picture = decodePng(renderPng(scene));
  return pixels((x, y) => picture.at(Math.floor(x * 2), Math.floor(y * 2)) === INK);
}

function pixels(holds: (x: number, y: number) => boolean): string[] {
  const found: string[] = [];
  for (let y = 0.25; y < 10; y += 0.5)
    for (let x = 0.25; x < 20; x += 0.5) if (holds(x, y)) found.push(`${x},${y}`);
  return found;
}

const within = (x: number, y: number, left: number, top: number, right: number, bottom: number): boolean =>
  x > left && x < right && y > top && y < bottom;

describe("marks", () => {
  it("rectangles are filled, and cut off at the edges of the picture", () => {
    expect(painted(rectangle({ x: 3, y: 2.5, width: 6.5, height: 4 }, INK))).toEqual(
      pixels((x, y) => within(x, y, 3, 2.5, 9.5, 6.5)),
    );
    expect(painted(rectangle({ x: -5, y: 8, width: 50, height: 9 }, INK))).toEqual(pixels((_, y) => y > 8));
  });

  it.each([0.5, 1, 1.5, 2])("outlines of %d are inside their boxes", (stroke) => {
    expect(painted(outline({ x: 4, y: 1, width: 12, height: 7.5 }, INK, stroke))).toEqual(
      pixels(
        (x, y) =>
          within(x, y, 4, 1, 16, 8.5) && !within(x, y, 4 + stroke, 1 + stroke, 16 - stroke, 8.5 - stroke),
      ),
    );
  });

  it("dots are round", () => {
    const got = new Set(painted(dot(10, 5, 3, INK)));
    for (const point of pixels(() => true)) {
      const [x, y] = point.split(",").map(Number);
      const distance = Math.hypot(x! - 10, y! - 5);
      // Half the diagonal of a pixel is not sure.
      if (Math.abs(distance - 3) > 0.36) expect(got.has(point), point).toBe(distance < 3);
    }
  });

  it("text stands where its anchor says", () => {
    const extent = (anchor: "start" | "middle" | "end"): number[] => {
      const points = painted(textMark(10, 9, "H", INK, { anchor })).map((point) =>
        point.split(",").map(Number),
      );
      const [xs, ys] = [points.map(([x]) => x!), points.map(([, y]) => y!)];
      return [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    };
    // Five units wide in six, capitals seven high above the baseline.
    expect(extent("start")).toEqual([10.75, 15.25, 2.25, 8.75]);
    expect(extent("middle")).toEqual([7.75, 12.25, 2.25, 8.75]);
    expect(extent("end")).toEqual([4.75, 9.25, 2.25, 8.75]);
  });
});

describe("letters", () => {
  const ascii = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at));

  it("differ, have eight rows of five, and a box for all that is not ASCII", () => {
    const shapes = new Set([...ascii, "é"].map((character) => glyphOf(character).join("\n")));
    expect(shapes.size).toBe(96);
    for (const character of ascii)
      expect(glyphOf(character).map((row) => row.length)).toEqual(Array(8).fill(5));
    expect(glyphOf(" ").join("")).toBe(".".repeat(40));
    for (const other of ["\n", "\u007f", "é", "😀"]) expect(glyphOf(other)).toEqual(glyphOf("ü"));
  });

  it("are the ones of the font", () => {
    expect(["T", "l", "0", "g"].map((character) => glyphOf(character))).toEqual([
      ["#####", "..#..", "..#..", "..#..", "..#..", "..#..", "..#..", "....."],
      [".##..", "..#..", "..#..", "..#..", "..#..", "..#..", ".###.", "....."],
      [".###.", "#...#", "#..##", "#.#.#", "##..#", "#...#", ".###.", "....."],
      [".....", ".....", ".####", "#...#", "#...#", ".####", "....#", ".###."],
    ]);
  });

  it("are cut short where there is no room", () => {
    expect(fitText("abcdef", 36)).toBe("abcdef");
    expect(fitText("abcdef", 35)).toBe("ab...");
    for (const width of [18, 25, 60, 100]) {
      expect(textWidth(fitText("one two three four five six", width))).toBeLessThanOrEqual(width);
    }
  });
});
