// Generators of programs of any size: Turing machines, programs over ranges, many instructions or fields, and tables.

import { type Random, seededRandom } from "../src/grid/random.ts";

/** A random Turing machine whose states can all be reached, and which halts somewhere. */
export function randomMachine(states: number, symbols: number, seed: number): string {
  const random = seededRandom(seed);
  const letters = Array.from({ length: symbols }, (_, at) => `s${at} "${String.fromCharCode(97 + at)}"`);
  const halting = random.int(states * symbols);
  const rules = Array.from({ length: states * symbols }, (_, at) => {
    const [state, symbol] = [Math.floor(at / symbols), at % symbols];
    // The first symbol leads to the next state, so that none is left out.
    const next = symbol === 0 && state < states - 1 ? state + 1 : random.int(states);
    const target = symbol > 0 && at === halting ? "H" : `q${next}`;
    const move = random.int(2) === 0 ? "left" : "right";
    return `    q${state} s${symbol} -> s${random.int(symbols)} ${move} ${target}`;
  });
  const last = `    q${states - 1} s0 -> s0 left H`;
  rules[(states - 1) * symbols] = last;
  return [
    "program tm {",
    `  input tape: enum { ${letters.join(", ")} }`,
    "  grid 1 x cols",
    "  workspace left 8, right 8",
    "  machine on tape {",
    "    start q0 at left",
    ...rules,
    "    halt H",
    "  }",
    "}\n",
  ].join("\n");
}

/** Programs over the numbers from 0 to `most`. */
export const RANGES: Readonly<Record<string, (most: number) => string>> = {
  sum: (most) =>
    `program sum { input x: bit  output s: 0..${most}  sweep right { s = min(left.s + x, ${most}) } }`,
  max: (most) =>
    `program max { input x: 0..${most}  output s: 0..${most}  sweep right { s = max(left.s, x) } }`,
  "x + y": (most) =>
    `program add { input x: 0..${most >> 1}  input y: 0..${most >> 1}  output s: 0..${2 * (most >> 1)}
      each { s = x + y } }`,
  mod: (most) =>
    `program mod { input x: 0..${most}  output s: 0..${most}  sweep right {
      let t = left.s + x
      s = if t > ${most} then t - ${most + 1} else t
    } }`,
  abs: (most) => `program dist { input x: 0..${most}  output s: 0..${most}  each { s = abs(x - left.x) } }`,
  thresholds: (most) =>
    `program thr { input x: 0..${most}  output s: bit  loop forever { each {
      let t = up.x + down.x + left.x + right.x
      if t > ${2 * most} { x = min(x + 1, ${most}) s = 1 } else if t < ${most} { x = max(x - 1, 0) s = 0 }
    } } }`,
  sandpile: (most) =>
    `program sandpile { input x: 0..${most}  loop forever { each {
      let inc = count(beside.x >= 4)
      x = min((if x >= 4 then x - 4 else x) + inc, ${most})
    } } }`,
  distances: (most) =>
    `program bfs { input open: bit  output d: 0..${most} = ${most}  loop forever { each {
      if at left and at top { d = 0 } else if open {
        let u = if at top then ${most} else up.d
        let v = if at left then ${most} else left.d
        let w = if at bottom then ${most} else down.d
        let z = if at right then ${most} else right.d
        d = min(min(min(u, v), min(w, z)) + 1, ${most})
      }
    } } }`,
};

/** A loop of a number of passes. */
export function passes(count: number): string {
  const each = Array.from({ length: count }, (_, at) =>
    at % 3 === 0
      ? "sweep right { y = left.y xor x }"
      : at % 3 === 1
        ? "each { x = y and not up.x }"
        : "sweep down { y = up.y or x }",
  );
  return `program passes { input x: bit  state y: bit  loop { ${each.join("\n")} halt when x and y } }`;
}

const SIDES = [
  ["right", "left"],
  ["left", "right"],
  ["down", "up"],
  ["up", "down"],
] as const;

const sweep = (at: number): string => {
  const [to, from] = SIDES[at % SIDES.length]!;
  return `sweep ${to} { x = x xor ${from}.x }`;
};

const listed = (count: number, part: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => part(at)).join("\n");

/** So many sweeps, in all directions in turn. */
export const sweeps = (count: number): string => `program sweeps { input x: bit  ${listed(count, sweep)} }`;

/** So many sweeps, each several times. */
export const repeats = (count: number): string =>
  `program repeats { input x: bit  ${listed(count, (at) => `repeat ${2 + (at % 5)} times { ${sweep(at)} }`)} }`;

/** So many questions to the whole grid, one after another. */
export const questions = (count: number): string =>
  `program questions { input x, y: bit  ${listed(count, (at) => `if any(x and not y) { ${sweep(at)} }`)} }`;

/** `if any` within `if any`, so deep. */
export function nested(depth: number): string {
  const inner = (left: number): string =>
    left === 0 ? "each { x = y }" : `if any(x and not y) { ${inner(left - 1)} } else { each { y = not x } }`;
  return `program nested { input x: bit  state y: bit  loop { ${inner(depth)} halt when x } }`;
}

/** So many fields, each of its neighbours' values. */
export function fields(count: number): string {
  const names = Array.from({ length: count }, (_, at) => `f${at}`);
  const writes = names.map((name, at) => `${name} = left.${name} xor f${(at + 1) % count}`);
  return `program fields { ${names.map((name) => `input ${name}: bit`).join("  ")}
    loop forever { each { ${writes.join("\n")} } } }`;
}

/** A random table of two neighbours' values, written as rules or as one match in another. */
export function table(rows: number, seed: number): string {
  const random: Random = seededRandom(seed);
  const size = Math.ceil(Math.sqrt(rows));
  const names = Array.from({ length: size }, (_, at) => `v${at}`);
  const lines = Array.from({ length: rows }, (_, at) => {
    const [a, b] = [Math.floor(at / size), at % size];
    return `if left.x == v${a} and x == v${b} { x = v${random.int(size)} }`;
  });
  return `program table { input x: enum { ${names.join(", ")} }
    loop forever { each { ${lines.join(" else ")} } } }`;
}
