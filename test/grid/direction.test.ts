// Places, taps and sides name the same neighbourhood.

import { expect, test } from "vitest";
import {
  AXES,
  isAxis,
  OFFSETS,
  PLACES,
  placeAt,
  SIDE_OF,
  SIDES,
  TAP_OFFSETS,
  TAPS,
  tapOf,
} from "../../src/grid/direction.ts";

test("taps are in reading order, and a tap, its place and its offset are one", () => {
  const offsets = [-1, 0, 1].flatMap((row) => [-1, 0, 1].map((col) => [row, col]));
  expect(TAP_OFFSETS).toEqual(offsets);
  expect(TAPS.map(tapOf)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(PLACES.map((place) => placeAt(OFFSETS[place]))).toEqual(PLACES);
  expect(PLACES.map((place) => TAP_OFFSETS[tapOf(place)])).toEqual(PLACES.map((place) => OFFSETS[place]));
});

test("each axis ends at a side of its own", () => {
  expect(AXES.map((axis) => [axis, SIDE_OF[axis]])).toEqual([
    ["up", "top"],
    ["down", "bottom"],
    ["left", "left"],
    ["right", "right"],
  ]);
  expect(SIDES).toEqual(["top", "bottom", "left", "right"]);
  expect(["up", "upleft", "top", "here"].map(isAxis)).toEqual([true, false, false, false]);
});
