// Every code of a message about a program, with what causes it and what repairs it. The page of messages in the manual is
// made of this, so that no code is without an explanation.

/** What a code means: its usual cause, and how to mend the program. */
interface Explanation {
  readonly cause: string;
  readonly repair: string;
}

const why = (cause: string, repair: string): Explanation => ({ cause, repair });

/** Explanations by code. Codes that begin with TL5 are warnings; all others are errors. */
export const CODES = {
  TL101: why("something stands where it cannot", "write what is expected there"),
  TL102: why("a brace or parenthesis is never closed", "close it where its contents end"),
  TL103: why(
    "a brace or parenthesis closes nothing, or text follows the program",
    "remove it, or one that comes too early above",
  ),
  TL104: why("`=` inside an expression", "compare with `==`"),
  TL105: why(
    "an operator of another language, such as `&&`",
    "write the word that the message names, such as `and`",
  ),
  TL106: why("`elif` and the like", "write `else if`"),
  TL107: why("an assignment of another language, such as `:=` or `+=`", "write `f = ...`"),
  TL108: why("an operator that cells do not have, such as `**`", "use `+ - * / %` and comparisons"),
  TL109: why("a word of the language as a name", "choose another name"),
  TL110: why("a word that is no instruction", "write the one that the message names"),
  TL111: why("`a < b < c`", "write `a < b and b < c`"),
  TL112: why("`not` or `if` as an operand of something that binds more tightly", "put it in parentheses"),
  TL113: why("a comment without `*/`", "close it"),
  TL114: why("a number of more than 9 digits", "use a smaller one"),
  TL115: why(
    "`then`, `else` or braces mixed up between statement and expression",
    "`if c { }` for statements, `if c then a else b` for values",
  ),
  TL116: why("a character without a meaning", "remove it"),
  TL117: why("too many levels of braces, parentheses or operators", "name parts with `let`"),
  TL118: why("a fraction, or a name that begins with a digit", "use integers; begin names with a letter"),
  TL119: why("a direction without a field", "write `up.f`; for the edge, `at top`"),
  TL120: why("`else` without an `if` before it", "close the braces of the `if` first"),
  TL121: why(
    "a word that is no type, or a misspelt one",
    "write `bit`, `0..7` or `enum { a, b }`; types have no names",
  ),
  TL122: why("a comma between the directions of a sweep", "write `sweep down right`"),
  TL123: why("a text that does not begin with `program`", "wrap it in `program name { }`"),
  TL124: why("quotes that hold no symbol", 'write `"#"`'),
  TL125: why("`count`, `any` or `all` without parentheses", "add them"),
  TL126: why("a declaration such as `steps` that is not complete", "write it as the message shows"),
  TL201: why("a name that nobody declared", "correct its spelling, or declare it"),
  TL202: why("a name with two meanings", "rename one"),
  TL203: why("a function called like one of the language", "rename it"),
  TL204: why("a word before a dot that is no neighbour", "write `up`, `upleft` and so on"),
  TL205: why("a side that is none", "write top, bottom, left or right"),
  TL206: why("two `predict`", "keep one"),
  TL207: why("an assignment to something that is no field", "declare a field"),
  TL208: why("a name that is no value, such as a function", "call it, or use a field"),
  TL209: why("functions that call themselves", "repeat work over rounds of a `loop`"),
  TL210: why("too many or too few arguments", "give as many as the message says"),
  TL211: why("a call of an unknown function", "correct its spelling, or declare it"),
  TL212: why(
    "an enum value that belongs to several enums",
    "use it beside a field of the enum that is meant",
  ),
  TL213: why("a value twice in an enum", "keep one; a state of a machine cannot be called `none`"),
  TL214: why("a function that reads the cell", "pass what it needs as an argument"),
  TL215: why("`--set` for a param that does not exist", "correct its name"),
  TL301: why("an enum value for a number, or of another enum", "use a value of the right type"),
  TL302: why("a number where a bit is needed", "compare it"),
  TL303: why(
    "a value that may not fit its field; the message has an example",
    "test or clamp it, or widen the type",
  ),
  TL304: why("a range whose ends are the wrong way round", "exchange them"),
  TL305: why("a range of more than 4,194,304 values", "split it into several fields"),
  TL306: why("an enum without values", "give it some"),
  TL307: why("`<` or `+` with enum values", "use `==`, or a range instead of the enum"),
  TL308: why("a cell's value where a constant is needed", "use numbers and params"),
  TL309: why("a `match` that leaves values out", "add arms, or `else`"),
  TL310: why("a value with two arms", "remove one"),
  TL311: why("an arm after `else`", "put `else` last"),
  TL312: why("a param that is no integer", "give a whole number"),
  TL313: why("calls that are too many once they are written out", "call less deeply"),
  TL314: why("a symbol for two values of an enum", "choose another"),
  TL315: why("a negative number of repetitions", "give 0 or more"),
  TL316: why("white space in a symbol", "choose another symbol"),
  TL317: why(
    "a division by what differs from cell to cell, or is negative",
    "divide by positive numbers and params",
  ),
  TL318: why("a division by zero", "divide by something else"),
  TL319: why(
    "a product of two factors of more than 256 values, or a quotient of as many",
    "give one a smaller range, or divide in two steps",
  ),
  TL401: why(
    "a diagonal read whose age the sweep leaves open",
    "copy the field in an `each` before, or carry it along",
  ),
  TL402: why("a sweep in opposite directions", "write two sweeps"),
  TL403: why("a direction twice", "write it once"),
  TL404: why(
    "a sweep without a direction, or in none that there is",
    "up, down, left, right, or two of them",
  ),
  TL405: why("an instruction inside a body", "close the body before it"),
  TL406: why("a statement between instructions", "put it in `each { }`"),
  TL407: why("an assignment to a neighbour", "let the neighbour read this cell"),
  TL408: why("`break` outside a loop", "use `halt when`, or put it in a loop"),
  TL409: why("`any` or `all` inside a body", "ask between instructions"),
  TL410: why("a program, loop or branch without instructions", "add `each { }`"),
  TL411: why("`around` or `beside` outside `count`", "count over them, or read one neighbour"),
  TL412: why("`count` without `around` or `beside`", "say which neighbours to count"),
  TL413: why("`count` over both", "use two counts"),
  TL414: why(
    "`if` between instructions with a condition of one cell",
    "write `if any(e)`, or put it into `each`",
  ),
  TL415: why("a `loop forever` that something ends", "write `loop`, or remove what ends it"),
  TL501: why("a `let` that is never used", "remove it"),
  TL502: why("a field that is never read", "remove it, or make it an output"),
  TL503: why("a loop that never ends by itself", "add `halt when` or `break when`; or write `loop forever`"),
  TL504: why("an instruction after a loop that nothing leaves", "add `break when`, or remove it"),
  TL505: why("a condition that is always true or always false", "look at the ranges of its operands"),
  TL506: why("an arm that never runs", "remove it"),
  TL507: why("a function that is never called", "call it, or remove it"),
  TL508: why("a param that is never used", "remove it"),
  TL509: why(
    "a network with a single channel (`--arch paper`) that has more layers than the paper's",
    "nothing needs to be: the network is right; to have five layers, do less in a step",
  ),
  TL601: why("a declaration, a side or a machine twice", "keep one"),
  TL602: why("`ends when any(...)`", "write `all`, and let cells tell one another"),
  TL603: why("`ends when` about a neighbour or an edge", "note it in a field first"),
  TL604: why("`ends when` in a program whose cells do not keep step", "use `halt when`"),
  TL605: why(
    "a size of something else than rows, cols and constants, or a condition for a number",
    "use these alone",
  ),
  TL606: why("a size that is too small to be one", "give at least what is expected"),
  TL607: why("a corner of two opposite sides", "name one vertical and one horizontal side"),
  TL608: why("`place` for an input", "make the field an output or a state, or put the value into the file"),
  TL609: why("`steps` for a program that never ends", "let it end, or remove the promise"),
  TL610: why("a workspace below or right of a learner's data", "put it on the top or the left"),
  TL611: why("`assert` beside the instructions, with a neighbour in it", "put it into a body"),
  TL612: why(
    "`workspace auto` without a machine that starts somewhere",
    "say how many cells are added on each side",
  ),
  TL701: why("two rules for a state and symbol", "remove one"),
  TL702: why("a state that the machine never comes into", "remove it, or lead a rule there"),
  TL703: why("a state without a rule for some symbols", "add rules, or `otherwise halt`"),
  TL704: why("a move that is none", "up, down, left, right or stay"),
  TL705: why("a state without rules that does not halt", "add rules, or `halt` with its name"),
  TL706: why("a rule for a halting state", "remove the rule, or take the state from `halt`"),
  TL707: why(
    "`otherwise halt`, `otherwise accept` or `otherwise reject` without a state of this kind",
    "add `halt H`, `accept Yes` or `reject No`",
  ),
  TL708: why("a machine without rules", "add some, such as `A 0 -> 1 right B`"),
  TL709: why(
    "a row of a table without symbols above it",
    "put `symbols` and the symbols of the tape before the first row",
  ),
  TL710: why(
    "a row of a table with more or fewer cells than the table has symbols",
    "write `none` where there is no rule",
  ),
  TL711: why("a state that ends a run in two ways", "keep one of `halt`, `accept` and `reject`"),
  TL712: why("a rule with `*` beside others for all that it stands for", "remove it"),
  TL801: why(
    "a program with holes where one without is needed",
    "give what fills them with `--fill FILE`; `tapeloom explain` lists them",
  ),
  TL802: why("a hole of more than 4096 entries", "give it fewer arguments, or arguments of fewer values"),
  TL803: why(
    "a `?(...)` that sees values of different ranges in different places",
    "declare it as `hole f(n: 0..7): bit`, and call it",
  ),
  TL804: why("an argument of a hole that is not of the parameter's type", "give a value of that type"),
  TL901: why(
    "cells with too many states for a network with a single channel (`--arch paper`)",
    "give fields smaller ranges, or compile it without that option",
  ),
  TL902: why(
    "numbers of cells that are too large to be added up exactly (`--arch paper`)",
    "give fields smaller ranges, or compile it without that option",
  ),
} as const satisfies Record<string, Explanation>;

/** A code of a message about a program. */
export type ErrorCode = keyof typeof CODES;
