// The generators of random programs, by number.

import { type Drawn, drawProgram } from "./program.ts";
import { drawSecond } from "./second/program.ts";

type Draw = (seed: number, index: number) => Drawn;

const DRAWS: ReadonlyMap<number, Draw> = new Map([
  [1, drawProgram],
  [2, drawSecond],
]);

/** What draws programs; throws where there is no such generator. */
export function generator(number: number): Draw {
  const draw = DRAWS.get(number);
  if (draw === undefined)
    throw new Error(`found the generator ${number}, expected one of ${[...DRAWS.keys()].join(", ")}`);
  return draw;
}
