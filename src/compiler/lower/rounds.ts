// Rounds as many as the grid has rows or columns, counted without a number: bits that change once a round, and tell
// all cells in the same round that it is the last.
//
// Squad. Cells of a column (or row) that run everything at once are a firing squad, with a general at both ends (after Waksman,
// 1966). It fires after as many rounds as it has cells, the fewest in which its ends can hear of each other:
//
//   A general is at each end after the first round, later wherever the line between two generals is halved, and stays.
//   Fronts leave a new general both ways, one cell a round.
//   Echoes return to it from every cell that a front leaves, one cell a round.
//   Marks leave a general one after another. The first echo makes a mark ripe and ends; the second moves it on by one
//   cell, where it is unripe again, and goes on to the next mark.
//
// The kth mark that a general sends out is in its dth cell from round (2^k - 1) d after it to round (2^k - 1) (d + 1), where
// the front counts as the first; it ripens when the time in between is half over. So that mark meets the front of the
// kth general that comes after its own, in the middle of the two: in one cell where it is unripe, in two where it is ripe.
// All lines between generals are halved in the same round, n - ceil(n / 2^k) after the first, and are gone in round n.
//
// Sweep. Where a sweep goes through the grid in every round, one more row is counted in each, from the end where the
// sweep arrives, and the sweep tells all cells when it begins at a row that is counted.

import { type Axis, opposite } from "../../grid/direction.ts";
import { BIT } from "../../grid/grid.ts";
import type { Expression, Expressions } from "../../logic/expression.ts";
import type { Write } from "./instructions.ts";

export interface Rounds {
  /** What an instruction of every round writes. */
  readonly writes: readonly Write[];
  /** The field that is 1 after the last round, in all cells. */
  readonly last: string;
  /** Fields that are 0 before the first round and after the last. */
  readonly counters: readonly string[];
}

/** Adds a hidden bit and returns its name. */
type Hide = (name: string) => string;

/** Counts cells along an axis, whose ends are at `begin` and opposite. */
export function squadRounds(make: Expressions, hide: Hide, begin: Axis): Rounds {
  const end = opposite(begin);
  const general = hide("general");
  const marks = { unripe: hide("unripe mark"), ripe: hide("ripe mark") };
  const own = (field: string): Expression => make.read(field, BIT, "here", "now");
  const [isGeneral, unripe, ripe] = [general, marks.unripe, marks.ripe].map(own) as [
    Expression,
    Expression,
    Expression,
  ];
  // What moves from `from` to `to`, and its echoes, which go the other way.
  const side = (from: Axis, to: Axis) => {
    const [front, echo] = [hide(`front ${to}`), hide(`echo ${from}`)];
    const at = (field: string, place: Axis): Expression => make.read(field, BIT, place, "old");
    const isEnd = make.not(make.inside(from));
    const echoes = make.or(own(front), at(echo, to));
    return {
      front,
      echo,
      isEnd,
      isGeneral: make.or(isEnd, at(general, from)),
      here: own(front),
      comes: at(front, from),
      echoes,
      /** A mark comes here. */
      marked: make.and(echoes, make.or(at(marks.ripe, from), at(general, from))),
      /** The line is halved here, in a cell from which a front has to go back. */
      halved: make.or(make.and(at(front, from), unripe), make.and(own(front), at(marks.ripe, to))),
    };
  };
  const [there, back] = [side(begin, end), side(end, begin)];
  const echoes = make.or(there.echoes, back.echoes);
  const fires = make.or(
    make.and(there.isEnd, back.isEnd),
    make.and(isGeneral, there.isGeneral, back.isGeneral),
  );
  const next = new Map([
    [
      general,
      make.or(
        ...[isGeneral, there.isEnd, back.isEnd, there.halved, back.halved],
        make.and(there.comes, make.or(ripe, back.here, back.comes)),
        make.and(back.comes, make.or(ripe, there.here)),
      ),
    ],
    [marks.unripe, make.choose(unripe, make.not(echoes), make.or(there.marked, back.marked))],
    [marks.ripe, make.choose(unripe, echoes, make.and(ripe, make.not(echoes)))],
  ]);
  for (const [one, other] of [
    [there, back],
    [back, there],
  ] as const) {
    const first = make.and(one.isEnd, make.not(isGeneral));
    next.set(one.front, make.or(first, one.comes, other.halved));
    next.set(one.echo, make.and(one.echoes, make.not(unripe), make.not(isGeneral)));
  }
  const last = hide("fires");
  const goesOn = make.not(fires);
  const writes = [...next].map(([field, value]) => ({ field, value: make.and(value, goesOn) }));
  return { writes: [...writes, { field: last, value: fires }], last, counters: [...next.keys()] };
}

/** Counts cells along an axis in a sweep that comes from `source`. */
export function sweptRounds(make: Expressions, hide: Hide, source: Axis): Rounds {
  const [counted, last] = [hide("counted"), hide("last round")];
  const arrival = opposite(source);
  const counts = make.or(make.not(make.inside(arrival)), make.read(counted, BIT, arrival, "old"));
  const isLast = make.choose(make.inside(source), make.read(last, BIT, source, "new"), counts);
  const writes = [
    { field: counted, value: make.and(counts, make.not(isLast)) },
    { field: last, value: isLast },
  ];
  return { writes, last, counters: [counted] };
}
