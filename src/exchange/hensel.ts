// Hensel's notation of two-state rules that look the same from all sides: a number of neighbours, and letters for how
// these stand around the cell.
//
// Source: the notation of isotropic non-totalistic rules (Alan Hensel 1990s; LifeWiki, "Isotropic non-totalistic rule").

const RING = 8;

/** For one to four neighbours, how they stand for each letter: clockwise from the upper left corner. */
const SHAPES: readonly Readonly<Record<string, string>>[] = [
  { c: "10000000", e: "01000000" },
  { c: "10100000", e: "01000001", a: "11000000", i: "00010001", k: "10010000", n: "00100010" },
  {
    c: "10100010",
    e: "01010001",
    a: "11000001",
    i: "11100000",
    k: "01010010",
    n: "10100001",
    j: "01100001",
    q: "01100010",
    r: "10010001",
    y: "10010010",
  },
  {
    c: "10101010",
    e: "01010101",
    a: "11100001",
    i: "10110001",
    k: "11010010",
    n: "11100010",
    j: "01010011",
    q: "01110010",
    r: "11010001",
    y: "10110010",
    t: "10010011",
    w: "01100011",
    z: "00110011",
  },
];

/** The letters of a number of neighbours: those of five are the gaps of three, and so on. */
export const lettersOf = (count: number): string =>
  Object.keys(SHAPES[Math.min(count, RING - count) - 1] ?? {}).join("");

/** The letter of neighbours that stand around a cell clockwise from its upper left; "" where there is only one way. */
export function letterOf(ring: readonly number[]): string {
  const text = ring.join("");
  const count = ring.filter((each) => each === 1).length;
  const shapes = SHAPES[Math.min(count, RING - count) - 1];
  if (shapes === undefined) return "";
  const shape = count > RING / 2 ? text.replace(/./g, (each) => (each === "0" ? "1" : "0")) : text;
  const views = viewsOf(shape);
  const letter = Object.keys(shapes).find((each) => views.has(shapes[each]!));
  if (letter === undefined) throw new Error(`internal: ${text} has no letter`);
  return letter;
}

/** A ring seen from all four sides, and in a mirror. */
function viewsOf(ring: string): ReadonlySet<string> {
  const mirrored = [...ring].map((_, at) => ring[(RING + 2 - at) % RING]!).join("");
  return new Set(
    [ring, mirrored].flatMap((each) => [0, 2, 4, 6].map((turn) => each.slice(turn) + each.slice(0, turn))),
  );
}
