// The 3x3 patch that a cell sees, and its names: places, taps of a kernel, and sides of the grid.

export type Axis = "up" | "down" | "left" | "right";
export type Direction = Axis | "upleft" | "upright" | "downleft" | "downright";
/** A place in the 3x3 patch: a neighbour, or the cell itself. */
export type Place = Direction | "here";

/** From one cell to another; rows grow downwards. */
export type Offset = readonly [row: number, col: number];

/** The offset of every place. */
export const OFFSETS: Readonly<Record<Place, Offset>> = {
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

/** Offsets in the order of a kernel's taps. */
export const TAP_OFFSETS: readonly Offset[] = TAPS.map((place) => OFFSETS[place]);

/** Returns the number of a place's tap. */
export const tapOf = (place: Place): number => TAPS.indexOf(place);

/** Returns the place at an offset of at most one row and one column. */
export const placeAt = ([row, col]: Offset): Place =>
  PLACES.find((place) => OFFSETS[place][0] === row && OFFSETS[place][1] === col)!;

/** The place reached by going the other way: `opposite("upleft")` is `"downright"`. */
export function opposite<P extends Place>(place: P): P {
  const [row, col] = OFFSETS[place];
  return placeAt([-row, -col]) as P;
}

/** A side of the grid, as programs call it: `at top` holds where there is no cell above. */
export type Side = "top" | "bottom" | "left" | "right";

/** The side that is reached by going along an axis. */
export const SIDE_OF: Readonly<Record<Axis, Side>> = {
  up: "top",
  down: "bottom",
  left: "left",
  right: "right",
};
export const SIDES: readonly Side[] = AXES.map((axis) => SIDE_OF[axis]);

export const isVertical = (axis: Axis): boolean => OFFSETS[axis][0] !== 0;
export const isAxis = (word: string): word is Axis => (AXES as readonly string[]).includes(word);
