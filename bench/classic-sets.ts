// The classic sets that follow from their rules: the monk's problems, the endgames of tic-tac-toe and the balance scale, as
// tables with a header.
//
// Sources: Thrun and others, The MONK's problems (CMU-CS-91-197, 1991); Aha, Tic-Tac-Toe Endgame (UCI, 1991); Siegler, Balance
// Scale (UCI, 1994).

/** Rows of values under their names, the label last. */
export interface ClassicSet {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** The label's value that is asked for; null where all are told apart. */
  readonly positive: string | null;
}

export const csvOf = ({ columns, rows }: ClassicSet): string =>
  `${[columns, ...rows].map((cells) => cells.join(",")).join("\n")}\n`;

/** Values of a1 to a6: head shape, body shape, smiling, holding, jacket, tie. */
const ROBOT = [3, 3, 2, 3, 4, 2] as const;

type Robot = readonly number[];

/** What the monks say of a robot; the third without the noise of its published training rows. */
const MONKS: readonly ((robot: Robot) => boolean)[] = [
  ([head, body, , , jacket]) => head === body || jacket === 1,
  (robot) => robot.filter((value) => value === 1).length === 2,
  ([, body, , holding, jacket]) => (jacket === 3 && holding === 1) || (jacket !== 4 && body !== 3),
];

/** All 432 robots, by one of the rules from 1 to 3. */
export function monk(number: 1 | 2 | 3): ClassicSet {
  const robots = ROBOT.reduce<Robot[]>(
    (found, values) =>
      found.flatMap((robot) => Array.from({ length: values }, (_, value) => [...robot, value + 1])),
    [[]],
  );
  return {
    name: `monk-${number}`,
    columns: [...ROBOT.map((_, at) => `a${at + 1}`), "class"],
    rows: robots.map((robot) => [...robot, MONKS[number - 1]!(robot) ? 1 : 0].map(String)),
    positive: "1",
  };
}

const LINES = ["012", "345", "678", "036", "147", "258", "048", "246"].map((line) => [...line].map(Number));

/** All boards at which a game can end in which x begins, and whether x has won. */
export function ticTacToe(): ClassicSet {
  const boards = new Map<string, boolean>();
  const play = (board: string, player: "x" | "o"): void => {
    const other = player === "x" ? "o" : "x";
    const isWon = LINES.some((line) => line.every((at) => board[at] === other));
    if (isWon || !board.includes("b")) {
      boards.set(board, isWon && other === "x");
      return;
    }
    for (let at = 0; at < 9; at++)
      if (board[at] === "b") play(board.slice(0, at) + player + board.slice(at + 1), other);
  };
  play("bbbbbbbbb", "x");
  return {
    name: "tic-tac-toe",
    columns: [..."123456789"].map((at) => `s${at}`).concat("x_wins"),
    rows: [...boards].sort().map(([board, isWon]) => [...board, isWon ? "yes" : "no"]),
    positive: "yes",
  };
}

/** All ways to put weights of 1 to 5 at distances of 1 to 5, and the side to which the scale tips: left, right or balanced. */
export function balanceScale(): ClassicSet {
  const five = [1, 2, 3, 4, 5];
  const sides = five.flatMap((weight) => five.map((distance) => [weight, distance] as const));
  const rows = sides.flatMap((left) =>
    sides.map((right) => {
      const tip = left[0] * left[1] - right[0] * right[1];
      return [...left.map(String), ...right.map(String), tip === 0 ? "B" : tip > 0 ? "L" : "R"];
    }),
  );
  return {
    name: "balance (3)",
    columns: ["left_weight", "left_distance", "right_weight", "right_distance", "class"],
    rows,
    positive: null,
  };
}
