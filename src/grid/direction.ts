// The 3x3 patch that a cell sees, and its names.

export type Axis = "up" | "down" | "left" | "right";
export type Direction = Axis | "upleft" | "upright" | "downleft" | "downright";
/** A place in the 3x3 patch: a neighbour, or the cell itself. */
export type Place = Direction | "here";

/** Row and column offset of every place; rows grow downwards. */
export const OFFSETS: Readonly<Record<Place, readonly [row: number, col: number]>> = {
  here: [0, 0],
  up: [-1, 0],
  down: [1, 0],
  left: [0, -1],
  right: [0, 1],
  upleft: [-1, -1],
  upright: [-1, 1],
  downleft: [1, -1],
  downright: [1, 1],
};

export const AXES: readonly Axis[] = ["up", "down", "left", "right"];
export const DIRECTIONS: readonly Direction[] = [...AXES, "upleft", "upright", "downleft", "downright"];
export const PLACES: readonly Place[] = ["here", ...DIRECTIONS];

/** Places in the order of a kernel's taps. */
export const TAPS: readonly Place[] = PLACES.toSorted(
  (a, b) => OFFSETS[a][0] - OFFSETS[b][0] || OFFSETS[a][1] - OFFSETS[b][1],
);

/** The place reached by going the other way: `opposite("upleft")` is `"downright"`. */
export function opposite<P extends Place>(place: P): P {
  const [row, col] = OFFSETS[place];
  return PLACES.find((other) => OFFSETS[other][0] === -row && OFFSETS[other][1] === -col) as P;
}
