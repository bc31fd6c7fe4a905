// Texts that are far too large or too deep, by kind and size. They are made here, not stored.

/** Program texts; `n` says how large. */
export const NASTY: Readonly<Record<string, (n: number) => string>> = {
  // --- many of something ---
  fields: (n) => program(`${lines(n, (i) => `state f${i}: bit`)}\neach { f0 = f1 }`),
  inputs: (n) => program(`input ${list(n, (i) => `f${i}`)}: bit\neach { f0 = f1 }`),
  "used fields": (n) =>
    program(`${lines(n, (i) => `state f${i}: bit`)}\neach { ${lines(n, (i) => `f${i} = f${(i + 1) % n}`)} }`),
  "names of one field": (n) => program(`state ${list(n, (i) => `f${i}`)}: 0..9\neach { f0 = f1 }`),
  "enum of names": (n) => program(`input x: enum { ${list(n, (i) => `n${i}`)} }\neach { x = n1 }`),
  "many enums": (n) => program(`${lines(n, (i) => `state f${i}: enum { a${i}, b${i} }`)}\neach { f0 = b0 }`),
  "enum values twice": (n) => program(`input x: enum { ${list(n, () => "same")} }\neach { x = same }`),
  params: (n) =>
    program(
      `${lines(n, (i) => `param p${i} = ${i === 0 ? "1" : `p${i - 1} + 1`}`)}\ninput x: bit\neach { x = 1 }`,
    ),
  functions: (n) => program(`${lines(n, (i) => `fn f${i}(a) = not a`)}\ninput x: bit\neach { x = f0(x) }`),
  instructions: (n) => program(`input x: bit\n${lines(n, () => "each { x = not left.x }")}`),
  sweeps: (n) => program(`input x: bit\n${lines(n, () => "sweep right { x = x xor left.x }")}`),
  statements: (n) => program(`input x: bit\neach {\n${lines(n, () => "x = not x")}\n}`),
  "statements with neighbours": (n) =>
    program(`input x: 0..9\neach {\n${lines(n, () => "x = min(9, x + left.x)")}\n}`),
  asserts: (n) => program(`input x: 0..3\neach { x = 0 }\n${lines(n, (i) => `assert x <= ${3 + i}`)}`),
  "asserts in a body": (n) =>
    program(`input x: 0..3\neach {\n${lines(n, () => "assert x <= up.x or x >= 0")}\n}`),
  places: (n) =>
    program(`input x: 0..3\n${lines(n, (i) => `place x = 1 at row ${i + 1} column 1`)}\neach { x = 0 }`),
  "machine rules": (n) => machine(n, 2),
  "machine rules of symbols": (n) => machine(Math.ceil(n / 100), 100),
  "match arms": (n) =>
    program(
      `input x: 0..255\neach { match x { ${lines(n, (i) => `${i % 255} => x = ${(i * 7) % 256}`).replaceAll("\n", ",\n")}, else => x = 0 } }`,
    ),
  "if chain": (n) =>
    program(
      `input x: 0..255\neach { ${Array.from({ length: n }, (_, i) => `if x == ${i % 256} { x = ${(7 * i) % 256} }`).join(" else ")} }`,
    ),
  ifs: (n) =>
    program(`input x, y: 0..255\neach {\n${lines(n, (i) => `if x + left.y == ${i} { y = ${i % 256} }`)}\n}`),
  lets: (n) =>
    program(
      `input x: bit\neach {\n${lines(n, (i) => `let a${i} = ${i === 0 ? "x" : `not a${i - 1}`}`)}\nx = a${n - 1} }`,
    ),
  // --- long chains ---
  "or chain": (n) => program(`input x: bit\neach { x = ${many(n, "up.x", " or ")} }`),
  "xor of neighbours": (n) =>
    program(
      `input ${list(n, (i) => `f${i}`)}: bit\neach { f0 = ${list(n, (i) => `left.f${i}`).replaceAll(",", " xor")} }`,
    ),
  "sum of neighbours": (n) =>
    program(
      `input ${list(n, (i) => `f${i}`)}: 0..9\noutput y: bit\neach { y = ${list(n, (i) => `left.f${i} * 1`)
        .replaceAll(" * 1", "")
        .replaceAll(",", " +")} > ${n} }`,
    ),
  "sum chain": (n) => program(`input x: 0..9\neach { x = min(9, ${many(n, "up.x", " + ")}) }`),
  "min of many": (n) => program(`input x: 0..9\neach { x = min(${many(n, "up.x", ", ")}) }`),
  "comparison chain": (n) => program(`input x: bit\neach { x = ${many(n, "x", " < ")} }`),
  "equal chain": (n) =>
    program(
      `input x: 0..9\neach { x = if ${Array.from({ length: n }, (_, i) => `(x == ${i % 10} and left.x == ${(3 * i) % 10})`).join(" or ")} then 1 else 0 }`,
    ),
  // --- deep nesting ---
  parentheses: (n) => program(`input x: bit\neach { x = ${"(".repeat(n)}x${")".repeat(n)} }`),
  "open parentheses": (n) => program(`input x: bit\neach { x = ${"(".repeat(n)}x }`),
  nots: (n) => program(`input x: bit\neach { x = ${"not ".repeat(n)}x }`),
  minuses: (n) => program(`input x: -1..1\neach { x = ${"- ".repeat(n)}x }`),
  "nested ifs": (n) => program(`input x: bit\neach { ${"if x { ".repeat(n)}x = 0${" }".repeat(n)} }`),
  "nested else": (n) => program(`input x: bit\neach { x = ${"if x then 0 else ".repeat(n)}1 }`),
  "nested loops": (n) => program(`input x: bit\n${"loop { ".repeat(n)}each { x = 0 }${" }".repeat(n)}`),
  "nested repeats": (n) =>
    program(`input x: bit\n${"repeat 200 times { ".repeat(n)}each { x = not x }${" }".repeat(n)}`),
  "nested any": (n) => program(`input x: bit\n${"if any(x) { ".repeat(n)}each { x = 0 }${" }".repeat(n)}`),
  "nested matches": (n) =>
    program(`input x: 0..3\neach { ${"match x { 0 => { ".repeat(n)}x = 1${" } else => x = 2 }".repeat(n)} }`),
  "open braces": (n) => `program p { input x: bit ${"loop { ".repeat(n)}`,
  "closing braces": (n) => `program p { input x: bit ${"}".repeat(n)}`,
  braces: (n) => "{".repeat(n),
  // --- doubling ---
  "functions that double": (n) =>
    program(
      `input x: bit\nfn f0(a) = not a\n${lines(n, (i) => `fn f${i + 1}(a) = f${i}(a) xor f${i}(not a)`)}\neach { x = f${n}(x) }`,
    ),
  "lets that double": (n) =>
    program(
      `input x: bit\neach {\nlet a0 = x + left.x\n${lines(n, (i) => `let a${i + 1} = a${i} + a${i}`)}\nx = a${n} > 3 }`,
    ),
  "lets that mix": (n) =>
    program(
      `input x, y, z: bit\neach {\nlet a0 = x xor left.y\nlet b0 = y and up.z\n${lines(n, (i) => `let a${i + 1} = if b${i} then a${i} xor right.z else b${i}\nlet b${i + 1} = a${i} xor b${i}`)}\nx = a${n} }`,
    ),
  "counts of counts": (n) =>
    program(
      `input x: bit\nfn c0() = around.x\n${lines(n, (i) => `fn c${i + 1}() = count(around.x and (c${i}()) == 1) > ${i}`)}\neach { x = c${n}() }`,
    ),
  "repeats in a row": (n) =>
    program(`input x: bit\n${lines(n, () => "repeat 200 times { each { x = not left.x } }")}`),
  // --- huge values ---
  "huge range": (n) => program(`input x: 0..${"9".repeat(Math.min(n, 9))}\neach { x = 0 }`),
  "huge number": (n) => program(`input x: bit\neach { x = ${"9".repeat(n)} }`),
  "huge name": (n) => program(`input ${"x".repeat(n)}: bit\neach { y = 0 }`),
  "huge names alike": (n) => program(`input ${"x".repeat(n)}: bit\neach { ${"x".repeat(n - 1)} = 0 }`),
  "huge repeat": () => program("input x: bit\nrepeat 1000000000 - 1 times { each { x = not x } }"),
  "huge param": () => program("param k = 999999999\ninput x: 0..k\neach { x = 0 }"),
  "huge grid": () =>
    program("input x: bit\ngrid rows x cols where rows == 999999999 * 999999999\neach { x = 0 }"),
  "huge grid sum": (n) =>
    program(`input x: bit\ngrid rows x cols where rows == ${many(n, "cols", " + ")}\neach { x = 0 }`),
  "huge workspace": () => program("input x: bit\nworkspace left 999999999, top 999999999\neach { x = 0 }"),
  "huge symbol": (n) => program(`input x: enum { a "${"#".repeat(n)}", b "." }\neach { x = b }`),
  "huge tape": (n) =>
    program(
      `input x: 0..250\nloop { sweep right { x = min(250, x + left.x) } ${many(n % 50, "each { x = max(0, x - 1) }", "\n")} halt when x > 100 }`,
    ),
  // --- broken texts ---
  "unclosed comment": (n) => `program p { input x: bit /* ${"a".repeat(n)}`,
  "unclosed comments": (n) => `program p { input x: bit ${"/* ".repeat(n)}`,
  slashes: (n) => `${"/".repeat(n)}*`,
  comments: (n) => program(`input x: bit\n${"/* a */ // b\n".repeat(n)}each { x = 0 }`),
  quotes: (n) => program(`input x: enum { ${'"'.repeat(n)} }`),
  "wrong names": (n) => program(`input x: bit\neach {\n${lines(n, (i) => `x = y${i}`)}\n}`),
  "wrong names of many": (n) =>
    program(`input ${list(n, (i) => `field${i}`)}: bit\neach {\n${lines(n, (i) => `feild${i} = 1`)}\n}`),
  "syntax errors": (n) => program(`input x: bit\n${lines(n, (i) => `each { x == ${i} = }`)}`),
  "syntax errors in fields": (n) => program(lines(n, (i) => `input x${i}; bit`)),
  "missing types": (n) => program(lines(n, (i) => `input x${i}`)),
  "declared twice": (n) => program(`${lines(n, () => "input x: bit")}\neach { x = 0 }`),
  "unused things": (n) => program(`input x: bit\n${lines(n, (i) => `state s${i}: bit`)}\neach { let y = 0 }`),
  "out of range": (n) => program(`input x: 0..3\neach {\n${lines(n, () => "x = x + left.x + up.x")}\n}`),
  garbage: (n) => Array.from({ length: n }, (_, i) => String.fromCharCode(33 + ((i * 7919) % 94))).join(""),
  "one letter": (n) => "a".repeat(n),
  words: (n) => "program ".repeat(n),
  "white space": (n) => " ".repeat(n),
  "empty lines": (n) => program(`input x: bit${"\n".repeat(n)}each { x = 0 }`),
  controls: (n) => "\u0001\u0007é∀𝒳".repeat(n),
};

const program = (body: string): string => `program nasty {\n${body}\n}\n`;
const lines = (n: number, line: (at: number) => string): string =>
  Array.from({ length: n }, (_, at) => line(at)).join("\n");
const list = (n: number, word: (at: number) => string): string =>
  Array.from({ length: n }, (_, at) => word(at)).join(", ");
const many = (n: number, part: string, between: string): string => new Array(n).fill(part).join(between);

/** A Turing machine of so many states, with a rule for each of them and each symbol. */
function machine(states: number, symbols: number): string {
  const rules = Array.from({ length: states * symbols }, (_, at) => {
    const [state, symbol] = [Math.floor(at / symbols), at % symbols];
    const [to, write] = [(state * 7 + symbol * 3 + 1) % states, (symbol + state) % symbols];
    return `S${state} ${symbol} -> ${write} ${(state + symbol) % 2 === 0 ? "right" : "left"} S${to}`;
  });
  return program(
    `input tape: 0..${symbols - 1}\nmachine on tape { start S0 at left; halt H\n${rules.join("\n")}\nS0 0 -> 0 stay H }`,
  );
}
