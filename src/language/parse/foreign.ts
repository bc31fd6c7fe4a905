// Words and operators of other languages, and what does their work here.

/** Operators of other languages, and how they are written here. */
const operators: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "&&": "and",
    "&": "and",
    "||": "or",
    "|": "or",
    "^": "xor",
    "!": "not",
    "~": "not",
    "===": "==",
    "!==": "!=",
    "<>": "!=",
    "=<": "<=",
    "=>": ">=",
    "?": "if c then a else b",
  }),
);

const assignments = ["<-", ":=", "+=", "-=", "*=", "/=", "^=", "++", "--", "==", "->"];

const elseIf = ["elif", "elsif", "elseif"];

/** Words that begin a line in other languages, and what does their work here. */
const words: ReadonlyMap<string, string> = new Map(
  Object.entries({
    while: "`repeat while any(...) { }` or `loop { }`",
    until: "`loop { ... break when ... }`",
    for: "`each { }`, `sweep right { }` or `repeat 3 times { }`",
    foreach: "`each { }`",
    forall: "`each { }`",
    do: "`loop { }`",
    forever: "`loop forever { }`",
    stop: "`halt when ...`",
    return: "`halt when ...`, or an assignment to an `output` field",
    exit: "`halt when ...`",
    switch: "`match`",
    case: "an arm of `match`: `value => ...`",
    var: "`state` for a field of the cell, `let` within a body",
    const: "`param` or `let`",
    def: "`fn name(a) = ...`",
    func: "`fn name(a) = ...`",
    function: "`fn name(a) = ...`",
    field: "`input`, `output` or `state`",
    bool: "`state name: bit`",
    int: "`state name: 0..7`",
  }),
);

/** Types of other languages, and what does their work here. */
const types: ReadonlyMap<string, string> = new Map(
  Object.entries({
    bool: "write `bit`",
    boolean: "write `bit`",
    ...Object.fromEntries(
      "int integer num number nat uint short long i32 u8"
        .split(" ")
        .map((word) => [word, "write a range such as `0..7`"]),
    ),
    byte: "write `0..255`",
    char: "write `enum { a, b }`",
    string: "write `enum { a, b }`",
  }),
);

export const FOREIGN = { operators, assignments, elseIf, words, types };
