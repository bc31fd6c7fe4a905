// What is drawn if nobody says, and what cannot be drawn.

import { describe, expect, it } from "vitest";
import { InputError } from "../../src/diagnostics/diagnostic.ts";
import { mostFrames, renderPicture } from "../../src/report/picture.ts";
import { pictureFormatOf } from "../../src/report/picture-format.ts";
import { chooseView, fieldsToKeep, type PictureField } from "../../src/report/view.ts";
import { field, frame, gridOf, randomFrames, sample } from "./samples.ts";

const head = field("head", "state", { kind: "enum", names: ["none", "A", "B"] });

/** The field drawn by colour, and the one drawn by dots. */
function choice(fields: readonly PictureField[], predict: string | null, changing = "") {
  const values = (now: string): Record<string, string[]> =>
    Object.fromEntries(fields.map(({ name }) => [name, name === changing ? [now] : ["0"]]));
  const frames = [frame(0, gridOf(values("0"))), frame(1, gridOf(values("1")))];
  const view = chooseView("t", { fields, predict }, undefined, frames);
  return [view.fields.map(({ name }) => name).join(), view.dots?.name ?? null];
}

describe("by default", () => {
  const [x, y, p, s] = [field("x", "input"), field("y", "input"), field("p", "output"), field("s", "state")];

  it("the output is drawn, with the first input as dots", () => {
    expect(choice([x, y, s, p], null)).toEqual(["p", "x"]);
    expect(choice([field("x", "input", { kind: "range", lo: 0, hi: 3 }), p], null)).toEqual(["p", null]);
  });

  it("else what is predicted, else the input that changes", () => {
    expect(choice([x, y, s], "y")).toEqual(["y", null]);
    expect(choice([x, y, s], null, "y")).toEqual(["y", null]);
    expect(choice([x, y, s], null, "s")).toEqual(["x", null]);
    expect(choice([s], null)).toEqual(["s", null]);
  });

  it("the head of a machine is a dot on its tape, and so is all that is in one cell at a time", () => {
    const tape = field("tape", "input");
    const draw = (token: PictureField, heads: readonly string[]) => {
      const frames = heads.map((head, step) => frame(step, gridOf({ tape: ["010"], [token.name]: [head] })));
      const view = chooseView("t", { fields: [tape, token], predict: null }, undefined, frames);
      return [view.fields.map(({ name }) => name).join(), view.dots?.name ?? null];
    };
    expect(draw(head, ["100", "020", "000"])).toEqual(["tape", "head"]);
    const ant = field("ant", "input", head.type);
    expect(draw(ant, ["100", "020"])).toEqual(["tape", "ant"]);
    // Two of them, or never one, say no place.
    expect(draw(ant, ["100", "120"])).toEqual(["ant", null]);
    expect(draw(ant, ["000", "000"])).toEqual(["tape", null]);
    expect(draw({ ...head, role: "output" }, ["100", "010"])).toEqual(["tape", "head"]);
    expect(choice([head], null)).toEqual(["head", null]);
  });

  it("fields that were asked for are drawn in their order, without dots", () => {
    const frames = [frame(0, gridOf({ s: ["0"], x: ["0"] }))];
    const view = chooseView("t", { fields: [x, p, s], predict: null }, ["s", "x", "s"], frames);
    expect(view.fields.map(({ name }) => name)).toEqual(["s", "x"]);
    expect(view.dots).toBeNull();
  });
});

describe("what cannot be drawn", () => {
  const x = field("x", "input");

  it("is a field that does not exist", () => {
    const fields = [field("total", "output"), field("clock", "hidden")];
    expect(() => fieldsToKeep({ fields, predict: null }, ["totl"])).toThrow(
      "there is no field totl to show; did you mean total?",
    );
    expect(() => fieldsToKeep({ fields, predict: null }, ["q"])).toThrow(
      "there is no field q to show; the program's fields are total",
    );
  });

  const draw = (rows: number, cols: number, count: number, format: "png" | "gif" = "png") => {
    const plane = new Int32Array(rows * cols);
    const frames = Array.from({ length: count }, (_, step) =>
      frame(step, { rows, cols, planes: { x: plane } }),
    );
    return renderPicture(format, sample("t", [x], frames).view, frames, { frames: count, fps: 10 });
  };

  it("is a grid with too long a side", () => {
    expect(() => draw(1, 4001, 1)).toThrow(InputError);
    expect(() => draw(1, 4001, 1)).toThrow("1x4001 cells cannot be drawn: the largest side is 4000 cells");
    expect(draw(1, 4000, 1).length).toBeGreaterThan(0);
    expect(draw(4000, 1, 1).length).toBeGreaterThan(0);
  });

  it("are too many cells, or too many grids for a picture", () => {
    expect(() => draw(1500, 1500, 1)).toThrow(
      "1 grid of 1500x1500 cells cannot be drawn: found 2250000 cells in all",
    );
    expect(() => draw(3000, 2, 600)).toThrow(InputError);
    expect(() => draw(40, 40, 1300)).not.toThrow();
    expect(() => draw(20, 2, 40000)).toThrow("cannot be drawn in a picture of at most 4096 pixels a side");
  });

  it("are no frames at all", () => {
    const { view } = sample("t", [x], randomFrames({ rows: 1, cols: 1 }, [x], 1, 1));
    expect(() => renderPicture("svg", view, [], { fps: 10 })).toThrow("there is no step to draw");
  });
});

it("knows pictures by their extension", () => {
  expect(["a.svg", "a.PNG", "b.c.gif", "gif", "a.txt", "a.svgz"].map(pictureFormatOf)).toEqual([
    "svg",
    "png",
    "gif",
    null,
    null,
    null,
  ]);
});

it("holds fewer frames of larger grids", () => {
  expect(mostFrames({ rows: 7, cols: 6 }, 1)).toBe(600);
  expect(mostFrames({ rows: 1024, cols: 1024 }, 1)).toBe(16);
  expect(mostFrames({ rows: 4000, cols: 4000 }, 3)).toBe(2);
});
