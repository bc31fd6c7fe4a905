// Tic-tac-toe endgames: all boards at which a game can end, x having begun; does x win? (D. W. Aha's data set of
// the UCI repository, made here from the rules.) A board has three features per square: is x here, is o, is nobody.

import { InputError } from "../../../diagnostics/diagnostic.ts";
import type { Example, Sign } from "../memory-layer.ts";
import { sample, signOfBit, type Task } from "./task.ts";

type Square = "x" | "o" | "b";
/** Nine squares, row by row; `b` is blank. */
type Board = readonly Square[];

const LINES = [
  [0, 1, 2],
  [3, 4, 5],
  [6, 7, 8],
  [0, 3, 6],
  [1, 4, 7],
  [2, 5, 8],
  [0, 4, 8],
  [2, 4, 6],
] as const;

/** Tells whether a player has three in a line. */
export const wins = (board: Board, player: Square): boolean =>
  LINES.some((line) => line.every((square) => board[square] === player));

/** All boards at which games end, each once, by playing every game. */
export function endgames(): Board[] {
  const seen = new Set<string>();
  const ends: Board[] = [];
  const play = (board: Board, player: Square): void => {
    const key = board.join("");
    if (seen.has(key)) return;
    seen.add(key);
    if (wins(board, "x") || wins(board, "o") || !board.includes("b")) {
      ends.push(board);
      return;
    }
    board.forEach((square, at) => {
      if (square === "b") play(board.with(at, player), player === "x" ? "o" : "x");
    });
  };
  play(
    Array.from({ length: 9 }, () => "b"),
    "x",
  );
  return ends;
}

const featuresOf = (board: Board): Sign[] =>
  board.flatMap((square) => (["x", "o", "b"] as const).map((each) => signOfBit(square === each)));

let boards: readonly Example[] | null = null;

export const ticTacToe: Task = {
  name: "tic-tac-toe",
  about: "whether x has won, in a random choice of the 958 endgames",
  features: 27,
  draw(random, { examples, queries }) {
    boards ??= endgames().map((board) => ({
      features: featuresOf(board),
      label: signOfBit(wins(board, "x")),
    }));
    const all = boards;
    if (examples + queries > all.length)
      throw new InputError(
        `there are ${all.length} endgames of tic-tac-toe, but ${examples} examples and ${queries} queries are asked ` +
          "for; give fewer",
      );
    const chosen = sample(random, all.length, examples + queries).map((at) => all[at]!);
    return { examples: chosen.slice(0, examples), queries: chosen.slice(examples) };
  },
};
