// What the colours and marks of a picture mean, as a paragraph of small samples with words beside them.

import { unreachable } from "../diagnostics/diagnostic.ts";
import { groupBy } from "../diagnostics/group.ts";
import { bounds, valuesOf } from "../grid/grid.ts";
import { dimmed, THEME, valueColours } from "./colours.ts";
import { dotMarks, hasRoom } from "./panel.ts";
import { fitText, type Mark, outline, rectangle, TEXT, textMark, textWidth } from "./scene.ts";
import { hasDot, type PictureField, type PictureView } from "./view.ts";

interface Legend {
  readonly height: number;
  /** Marks of the legend with its corner at (x, y). */
  readonly marksAt: (x: number, y: number) => Mark[];
}

/** A sample of some width, drawn on a line that starts at (x, y), and what it means. */
interface Item {
  readonly width: number;
  readonly label: string;
  readonly sample: (x: number, y: number) => Mark[];
}

const SWATCH = 10;
/** Room after a sample, after a word that heads some, and before such a word. */
const SPACE = { sample: 12, heading: 8, group: 20 } as const;
/** Values with a sample of their own; a range of more is a bar, an enum of more is cut short. */
const MOST_VALUES = { range: 9, enum: 24 } as const;

/** Lays the legend of a view out in lines of at most `width` units. */
export function layOutLegend(view: PictureView, cell: number, width: number): Legend {
  const placed: { readonly item: Item; readonly left: number; readonly line: number }[] = [];
  let left = 0;
  let line = 0;
  for (const item of itemsOf(view, cell)) {
    const needed = widthOf(item);
    if (left > 0 && item.width === 0) left += SPACE.group - SPACE.sample;
    if (left > 0 && left + needed > width) [left, line] = [0, line + 1];
    placed.push({ item, left, line });
    left += needed + (item.width === 0 ? SPACE.heading : SPACE.sample);
  }
  return {
    height: (line + 1) * TEXT.line,
    marksAt: (x, y) =>
      placed.flatMap(({ item, left, line }) => {
        const top = y + line * TEXT.line + (TEXT.line - SWATCH) / 2;
        const start = x + left + (item.width > 0 ? item.width + 4 : 0);
        const room = width - left - (start - x - left);
        const label = fitText(item.label, room);
        return [...item.sample(x + left, top), textMark(start, top + SWATCH - 1.5, label, THEME.text)];
      }),
  };
}

const widthOf = ({ width, label }: Item): number => (width > 0 ? width + 4 : 0) + textWidth(label);

function itemsOf(view: PictureView, cell: number): Item[] {
  const single = view.fields.length === 1;
  // Fields of one type share their samples.
  const groups = groupBy(view.fields, ({ type }) => JSON.stringify(type));
  const values = [...groups.values()].flatMap((fields) => [
    note(`${fields.map(({ name }) => name).join(", ")}:`),
    ...valueItems(fields[0]!),
  ]);
  return [
    ...values,
    ...(view.dots !== null && hasRoom(cell, "dots") ? dotItems(view.dots) : []),
    ...(view.answer === null ? [] : [answerItem(single ? "answer" : `answer (${view.answer})`)]),
    ...(view.wavefront && hasRoom(cell, "wavefront") ? [wavefrontItem] : []),
    ...(view.halting ? [haltedItem(view.fields[0]!)] : []),
  ];
}

const note = (label: string): Item => ({ width: 0, label, sample: () => [] });

/** A box of some colour, edged so that light ones can be seen. */
const swatch = (x: number, y: number, fill: Parameters<typeof rectangle>[1]): Mark[] => {
  const box = { x, y, width: SWATCH, height: SWATCH };
  return [rectangle(box, fill), outline(box, THEME.frame, 0.5)];
};

function valueItems({ type }: PictureField): Item[] {
  const colours = valueColours(type);
  const item = (label: string, at: number): Item => ({
    width: SWATCH,
    label,
    sample: (x, y) => swatch(x, y, colours[at]!),
  });
  switch (type.kind) {
    case "bit":
      return [item("0", 0), item("1", 1)];
    case "range":
      if (colours.length > MOST_VALUES.range) return [barItem(type)];
      return colours.map((_, at) => item(String(type.lo + at), at));
    case "enum": {
      const items = type.names.slice(0, MOST_VALUES.enum).map((name, at) => {
        const symbol = type.symbols?.[at] ?? name;
        return item(symbol === name ? name : `${name} (${symbol})`, at);
      });
      const more = type.names.length - items.length;
      return more === 0 ? items : [...items, note(`and ${more} more`)];
    }
    default:
      return unreachable(type);
  }
}

/** The whole ramp in a bar, from the smallest to the largest value. */
function barItem(type: PictureField["type"]): Item {
  const { lo, hi } = bounds(type);
  const colours = valueColours(type);
  const width = 96;
  const step = 2;
  const sample = (x: number, y: number): Mark[] => {
    const pieces = Array.from({ length: width / step }, (_, at) => {
      const shade = Math.round((at / (width / step - 1)) * (colours.length - 1));
      return rectangle({ x: x + at * step, y, width: step, height: SWATCH }, colours[shade]!);
    });
    return [...pieces, outline({ x, y, width, height: SWATCH }, THEME.frame, 0.5)];
  };
  return { width, label: `${lo} to ${hi}`, sample };
}

function dotItems(field: PictureField): Item[] {
  const colours = valueColours(field.type);
  const { lo } = bounds(field.type);
  const values = valuesOf(field.type).filter((value) => hasDot(field, value));
  return values.slice(0, MOST_VALUES.enum).map((value) => ({
    width: SWATCH,
    label: `${field.name} = ${field.type.kind === "enum" ? field.type.names[value]! : value}`,
    sample: (x, y) => dotMarks(x + SWATCH / 2, y + SWATCH / 2, 2.5, colours[value - lo]!),
  }));
}

const answerItem = (label: string): Item => ({
  width: SWATCH,
  label,
  sample: (x, y) => [outline({ x, y, width: SWATCH, height: SWATCH }, THEME.answer, 2)],
});

const wavefrontItem: Item = {
  width: SWATCH,
  label: "completed an instruction in this step",
  sample: (x, y) => [outline({ x, y, width: SWATCH, height: SWATCH }, THEME.wavefront, 1.5)],
};

/** The largest value, bright and dimmed. */
function haltedItem({ type }: PictureField): Item {
  const colour = dimmed(valueColours(type).at(-1)!);
  return { width: SWATCH, label: "paler: halted", sample: (x, y) => swatch(x, y, colour) };
}
