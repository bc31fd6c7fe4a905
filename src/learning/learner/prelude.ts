// The prelude: what stands in front of a learner's own instructions, in the language itself (paper, Lemma 1).
//
// The grid V = W diag(z) holds y_i x_ib x_b / 3 in row i, x_b / 3 in the last row, and 0 where nothing has been
// memorised yet. The network gives the prelude V's sign as two bits, `pos` and `neg`. One sweep from the bottom
// right corner carries every row's label to the left and the query up, so that each cell can divide both out of
// its value. It also finds the row that is to be written next: the first that is empty. The corner alone decides
// whether there is an answer: it is filled last, with +1/3, so no row is empty then.
//
// A product of signs is the exclusive or of their bits, whichever sign is the bit 1: with three factors, both are. In
// the paper it is -1, usually +1.
//
// Where the learner has workspace around the data, V is 0 there as in an empty row, so a third input, `data`, tells
// the two apart. Data end at the right and at the bottom of every learner's grid.
//
// A Turing machine keeps step with its prelude (see the end of this file). Cells of other learners with `ends when` keep step with
// each other, but behind the sweep of the prelude they begin one after another. So the question whether the run is over
// is asked of the whole grid before each of its passes instead: `ends when all(c)` and `loop { each { ... } }` become
// `repeat while any(not c) { each { ... } }`.
//
// The prelude is put in front in the syntax tree: its text is parsed, with names that the learner does not use.

import { InputError } from "../../diagnostics/diagnostic.ts";
import { allWithin } from "../../language/analyse/checked.ts";
import { expandMachine, HEAD, linesOf } from "../../language/analyse/machine.ts";
import type { AstBlock, AstExpression, AstItem, AstOf, AstProgram } from "../../language/parse/ast.ts";
import { parse } from "../../language/parse/parse.ts";
import type { Sign } from "./memory-layer.ts";

/** What the fields that the head and the first layer look at are called in one combined program. */
export interface PreludeNames {
  /** Whether V > 0 and V < 0: inputs of the digital program. */
  readonly pos: string;
  readonly neg: string;
  /** Whether the cell is one of the memory's, where there are others: an input too. */
  readonly data?: string;
  /** 1 in the row that is to be written next. */
  readonly current: string;
  /** 1 in the bottom right corner, once the whole memory is full. */
  readonly answering: string;
}

interface Combined {
  readonly ast: AstProgram;
  readonly names: PreludeNames;
}

/** The prelude's fields, and the statements that a cell makes of its neighbours' values. */
function decoding(x: string, names: PreludeNames, label: string, query: string, one: Sign) {
  const { pos, neg, data, current, answering } = names;
  const bit = one === 1 ? pos : neg;
  const value = `if at right then ${label} else if at bottom then ${query} else ${bit} xor ${label} xor ${query}`;
  const empty = `not (${pos} or ${neg})`;
  const isNext = data
    ? `${data} and ${empty} and (not up.${data} or up.${pos} or up.${neg})`
    : `${empty} and (at top or up.${pos} or up.${neg})`;
  const fields = `input ${pos}, ${neg}${data ? `, ${data}` : ""}: bit
  state ${label}, ${query}, ${current}, ${answering}: bit`;
  const statements = `${label} = if at right then ${bit} and not at bottom else right.${label}
    ${query} = if at bottom then ${bit} else down.${query}
    ${current} = if at right then ${isNext} else right.${current}
    ${answering} = at right and at bottom and ${pos}
    ${x} = ${data ? `${data} and (${value})` : value}`;
  return { fields, statements };
}

/** The instruction before the sweep gives the thresholds their one step; the one after it clears what is read no more. */
const sweepText = (statements: string, { current }: PreludeNames, cleared: readonly string[]): string =>
  `each { ${current} = false }
  sweep up left {
    ${statements}
  }
  ${cleared.length === 0 ? "" : `each { ${cleared.map((field) => `${field} = false`).join("\n")} }`}`;

/**
 * Puts the prelude in front of a learner. The learner's claims about its own steps do not hold for the whole and
 * are left out.
 * @param one the sign that stands for the bit 1
 * @param clears whether what the prelude reads is cleared behind it, so that cells have few states; machines go on reading
 * @throws InputError if the program is not a learner of the kind that has one bit per cell as input
 */
export function withPrelude(learner: AstProgram, one: Sign = 1, clears = false): Combined {
  refuse(learner);
  const input = inputOf(learner);
  const x = input.names[0]!.text;
  const fresh = freshNames(learner);
  const names: PreludeNames = {
    pos: fresh("pos"),
    neg: fresh("neg"),
    ...(learner.items.some(({ tag }) => tag === "workspace") ? { data: fresh("data") } : {}),
    current: fresh("current"),
    answering: fresh("answering"),
  };
  const [label, query] = [fresh("label"), fresh("query")];
  const { fields, statements } = decoding(x, names, label, query, one);
  const expanded = expandMachine(learner);
  const ownItems = ({ items }: AstProgram): AstItem[] =>
    items
      .filter((item) => item.tag !== "steps" && !(item.tag === "place" && item.field.text === x))
      .map((item): AstItem => (item === input ? { ...input, role: "state" } : item));
  const machine = machineLearner(learner);
  if (machine !== null) {
    const own: MachineNames = {
      seen: fresh("seen"),
      settled: fresh("settled"),
      ready: fresh("ready"),
      told: fresh("told"),
      here: fresh("here"),
      begin: fresh("begin"),
    };
    const items = parsed(`${fields}\n${loopText(statements, own, machine)}`);
    return { ast: { ...learner, items: withMachine(items, ownItems(expanded), own, machine) }, names };
  }
  const cleared = clears ? [names.pos, names.neg, label, query] : [];
  const items = parsed(`${fields}\n${sweepText(statements, names, cleared)}`);
  return { ast: { ...learner, items: [...items, ...ownItems(askingWhetherOver(expanded))] }, names };
}

/** Items of a program; they stand nowhere in the learner's text. */
function parsed(items: string): AstItem[] {
  const { program, diagnostics } = parse({ name: "prelude", text: `program prelude {\n  ${items}\n}` });
  if (program === null) throw new Error(`internal: the prelude does not parse: ${diagnostics[0]?.message}`);
  return program.items.map(withoutPlace);
}

/** The program without `ends when all(c)`: before each of its passes it asks whether c still fails somewhere. */
function askingWhetherOver(program: AstProgram): AstProgram {
  const ends = program.items.find((item) => item.tag === "ends");
  if (ends === undefined) return program;
  const { span, of } = ends.condition;
  const condition = { quantifier: "any", of: { tag: "not", of, span: of.span }, span } as const;
  const asking = (block: AstBlock): AstBlock => {
    const [first, ...rest] = block;
    if (first === undefined) return [];
    if (first.tag === "loop")
      return [{ tag: "while", condition, body: asking(first.body), span: first.span }];
    if (first.tag !== "each") throw unaskable(program, first.tag);
    return [{ tag: "branch", condition, then: [first, ...asking(rest)], otherwise: null, span: first.span }];
  };
  const declared = program.items.filter((item) => isDeclaration(item) && item !== ends);
  const instructions = program.items.filter((item) => !isDeclaration(item));
  return { ...program, items: [...declared, ...asking(instructions as AstBlock)] };
}

const DECLARATIONS: readonly AstItem["tag"][] = [
  "field",
  "predict",
  "param",
  "fn",
  "ends",
  "steps",
  "grid",
  "workspace",
  "place",
  "machine",
  "assert",
];
const isDeclaration = ({ tag }: AstItem): boolean => DECLARATIONS.includes(tag);

const unaskable = ({ name }: AstProgram, tag: AstItem["tag"]): InputError =>
  new InputError(
    `${name.text} has \`ends when\` or a machine beside \`${tag}\`, with which it cannot be put into a learner network: ` +
      "its cells begin one after another there, and whether the run is over can be asked between `each` and `loop` " +
      "alone; write the learner with these",
  );

/** A part of a tree that has no place in any text. */
function withoutPlace<T>(part: T): T {
  if (typeof part !== "object" || part === null) return part;
  if (Array.isArray(part)) return part.map(withoutPlace) as T;
  const entries = Object.entries(part).map(([key, value]) => [
    key,
    key === "span" ? { start: 0, end: 0 } : withoutPlace(value),
  ]);
  return Object.fromEntries(entries) as T;
}

function refuse({ name: { text: name }, items }: AstProgram): void {
  if (items.some(({ tag }) => tag === "predict")) return;
  throw new InputError(
    `${name} is not a learner: found no \`predict\` in it, expected one that names the field of its answer; ` +
      "add `predict FIELD`",
  );
}

/** The one input field: a bit. */
function inputOf({ name: { text: name }, items }: AstProgram): AstOf<"field"> {
  const inputs = items.filter((item) => item.tag === "field").filter(({ role }) => role === "input");
  const [input] = inputs;
  const found = inputs.flatMap(({ names, type }) =>
    names.map(({ text }) => `${text}: ${typeName(type.tag)}`),
  );
  if (input !== undefined && found.length === 1 && input.type.tag === "bit") return input;
  throw new InputError(
    `${name} cannot be put into a learner network: found the inputs ${found.join(", ") || "(none)"}, ` +
      "expected a single one of type bit, the examples with their labels; write the learner that way",
  );
}

const typeName = (tag: AstOf<"field">["type"]["tag"]): string => (tag === "range" ? "a range" : tag);

/** Makes names out of stems, different from every name that stands in the program. */
function freshNames(program: AstProgram): (stem: string) => string {
  const used = new Set<unknown>(everythingIn(program.items));
  return (stem) => {
    let name = stem;
    for (let number = 2; used.has(name); number++) name = `${stem}${number}`;
    used.add(name);
    return name;
  };
}

// A learner that is a Turing machine, in step with the prelude (paper, Theorem 1: L = O(t + m + d)).
//
// Behind a sweep the cells of a program begin one after another, and a machine needs cells that keep step. So the
// prelude is written as one `each` in the machine's own loop instead. Its values are right at first in the corner and
// then, one step later each, in the cells further up and left; a cell whose values are right is settled and keeps
// them, and is ready when it has prepared its tape. When the first cell is ready, all are: that news goes back down, and
// the head begins when it reaches its cell. Until then there is no head anywhere, so the machine's rules change
// nothing. (All of this would fit into fewer steps, but each value depends on few others this way.)

interface MachineLearner {
  readonly machine: AstOf<"machine">;
  /** What is done with the data before the machine begins, in every cell by itself. */
  readonly preparing: readonly AstOf<"each">[];
}

/** A learner whose instructions are a machine with a place to start, and before it `each` that look at no neighbour. */
function machineLearner({ items }: AstProgram): MachineLearner | null {
  const at = items.findIndex(({ tag }) => tag === "machine");
  const machine = items[at];
  if (machine?.tag !== "machine" || linesOf(machine, "start").length === 0) return null;
  const others = ["sweep", "loop", "halt", "break", "branch", "while", "times", "ends"];
  if (items.some(({ tag }) => others.includes(tag))) return null;
  const preparing = items.filter((item) => item.tag === "each");
  const isEarly = preparing.every((each) => items.indexOf(each) < at && !readsNeighbours(each));
  return isEarly ? { machine, preparing } : null;
}

const readsNeighbours = (part: AstOf<"each">): boolean =>
  [...everythingIn(part)].some((each) => isObject(each) && "tag" in each && each.tag === "read");

const isObject = (part: unknown): part is object => typeof part === "object" && part !== null;

/** A part of a tree, all nodes in it, and their texts and numbers. */
const everythingIn = (part: unknown): Iterable<unknown> =>
  allWithin(part, (each) => (isObject(each) ? Object.values(each) : []));

interface MachineNames {
  readonly seen: string;
  readonly settled: string;
  readonly ready: string;
  readonly told: string;
  readonly here: string;
  readonly begin: string;
}

/** The loop of a prelude whose statements are `decoding`; `withMachine` puts the machine into it. */
const loopText = (decoding: string, names: MachineNames, { machine }: MachineLearner): string => {
  const { seen, settled, ready, told, here, begin } = names;
  return `state ${Object.values(names).join(", ")}: bit
  loop { each {
    if ${begin} { ${HEAD} = ${linesOf(machine, "start")[0]!.state.text} }
    if ${settled} and not ${ready} { ${ready} = true }
    if not ${settled} {
      ${settled} = ${seen} and (at right or right.${settled}) and (at bottom or down.${settled})
      ${seen} = true
      ${decoding}
    }
    ${begin} = false
    if not ${told} {
      ${told} = if at top and at left then ${ready} else up.${told} or left.${told}
      ${begin} = ${told} and ${here}
    }
  } }`;
};

/**
 * Prelude and machine together.
 * @param prelude the items of a program with `loopText`
 * @param expanded the learner's items, the machine written out
 */
function withMachine(
  prelude: readonly AstItem[],
  expanded: readonly AstItem[],
  { told, here, begin }: MachineNames,
  { machine, preparing }: MachineLearner,
): AstItem[] {
  const rules = expanded.flatMap((item) =>
    item.tag === "loop" ? item.body.flatMap((each) => (each.tag === "each" ? each.body : [])) : [],
  );
  const { span } = machine;
  const own = expanded.flatMap((item): AstItem[] => {
    if (item.tag === "loop" || item.tag === "each") return [];
    if (item.tag === "place" && item.field.text === HEAD)
      return [{ ...item, field: { ...item.field, text: here }, value: { tag: "number", value: 1, span } }];
    if (item.tag !== "ends") return [item];
    const began = both(name(told), { tag: "not", of: name(begin), span });
    return [{ ...item, condition: { ...item.condition, of: both(began, item.condition.of) } }];
  });
  return [...prelude.filter(({ tag }) => tag !== "loop"), ...own, ...prelude.flatMap(joined)];

  /** The prelude's loop with the machine's rules first, and the tape prepared where a cell becomes ready. */
  function joined(item: AstItem): AstItem[] {
    if (item.tag !== "loop") return [];
    const [each] = item.body;
    if (each?.tag !== "each") throw new Error("internal: the prelude's loop has no `each`");
    const [beginning, preparation, ...decoding] = each.body;
    if (beginning === undefined || preparation?.tag !== "if")
      throw new Error("internal: the prelude does not prepare the tape");
    const then = [...preparation.then, ...preparing.flatMap(({ body }) => body)];
    const body = [...rules, beginning, { ...preparation, then }, ...decoding];
    return [{ ...item, body: [{ ...each, body }] }];
  }

  function name(text: string): AstExpression {
    return { tag: "name", name: text, span };
  }

  function both(left: AstExpression, right: AstExpression): AstExpression {
    return { tag: "binary", operator: "and", left, right, span };
  }
}
