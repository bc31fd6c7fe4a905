// What a picture shows of a run: one field by the colour of its cells, unless the user names several, and by dots
// a second one that helps to read it.

import { shownNames } from "../diagnostics/count.ts";
import { InputError } from "../diagnostics/diagnostic.ts";
import { nearestName } from "../diagnostics/suggest.ts";
import { firstValue } from "../grid/grid.ts";
import type { NetworkField } from "../network/network.ts";
import type { Frame } from "./frames.ts";

export type PictureField = Omit<NetworkField, "initial">;

/** What was run. */
export interface Subject {
  readonly fields: readonly PictureField[];
  /** The field a learner predicts, or null. */
  readonly predict: string | null;
  /** What is counted; `step` if left out. */
  readonly unit?: "step" | "instruction";
}

export interface PictureView {
  readonly title: string;
  readonly unit: "step" | "instruction";
  /** Fields drawn by colour, each on a grid of its own; at least one. */
  readonly fields: readonly PictureField[];
  /** A field drawn as a dot in every cell where it has not its first value. */
  readonly dots: PictureField | null;
  /** The field whose last row and column is a learner's answer, or null. */
  readonly answer: string | null;
  /** Whether cells that completed an instruction are marked. */
  readonly wavefront: boolean;
  /** Whether there are frames in which only some cells have halted: they are dimmed. */
  readonly halting: boolean;
}

/**
 * Names of the fields that a view of the run may need.
 * @throws InputError if a field in `show` does not exist
 */
export function fieldsToKeep({ fields, predict }: Subject, show: readonly string[] | undefined): string[] {
  if (show !== undefined) return [...new Set(show.map((name) => findField(fields, name).name))];
  const wanted = fields.filter(
    ({ name, role }) => role === "output" || role === "input" || name === predict || name === HEAD,
  );
  return (wanted.length > 0 ? wanted : fields.slice(0, 1)).map(({ name }) => name);
}

/** By this name a machine's cells know where its head is. */
const HEAD = "head";

function findField(fields: readonly PictureField[], name: string): PictureField {
  const found = fields.find((field) => field.name === name);
  if (found !== undefined) return found;
  const near = nearestName(
    name,
    fields.map((field) => field.name),
  );
  const known = fields.filter(({ role }) => role !== "hidden").map((field) => field.name);
  throw new InputError(
    `there is no field ${name} to show; ` +
      (near === null ? `the program's fields are ${shownNames(known)}` : `did you mean ${near}?`),
  );
}

/** Chooses what to draw; the frames must hold the fields of `fieldsToKeep`. */
export function chooseView(
  title: string,
  subject: Subject,
  show: readonly string[] | undefined,
  frames: readonly Frame[],
): PictureView {
  const kept = fieldsToKeep(subject, show).map((name) => findField(subject.fields, name));
  const main = mainField(kept, subject.predict, frames);
  const fields = show === undefined ? [main] : kept;
  return {
    title,
    unit: subject.unit ?? "step",
    fields,
    dots: show === undefined ? dotField(kept, main, frames) : null,
    answer: fields.some(({ name }) => name === subject.predict) ? subject.predict : null,
    wavefront: frames.some(({ completed }) => completed?.includes(1) === true),
    halting: frames.some(isPartlyHalted),
  };
}

/** Tells whether some cells have halted while others have not. */
export const isPartlyHalted = ({ halted }: Frame): boolean =>
  halted?.includes(1) === true && halted.includes(0);

/** The output; for want of one the predicted field, the first input that changes, the first input, any field. */
function mainField(
  fields: readonly PictureField[],
  predict: string | null,
  frames: readonly Frame[],
): PictureField {
  const wide = fields.filter((field) => !isToken(field, frames));
  const inputs = wide.filter(({ role }) => role === "input");
  return (
    wide.find(({ role }) => role === "output") ??
    wide.find(({ name }) => name === predict) ??
    inputs.find(({ name }) => changes(name, frames)) ??
    inputs[0] ??
    wide[0] ??
    fields[0]!
  );
}

function changes(name: string, frames: readonly Frame[]): boolean {
  const first = frames[0]?.grid.planes[name];
  return frames.some(({ grid }) => grid.planes[name]!.some((value, cell) => value !== first![cell]));
}

/** Tells whether a field tells where one thing is and in which state, such as the head of a machine, or an ant. */
function isToken(field: PictureField, frames: readonly Frame[]): boolean {
  if (field.type.kind !== "enum") return false;
  const counts = frames.map(({ grid }) =>
    grid.planes[field.name]!.reduce((sum, value) => sum + Number(hasDot(field, value)), 0),
  );
  return Math.max(0, ...counts) === 1 && frames.some(({ grid }) => grid.rows * grid.cols > 1);
}

/** Returns what moves about on the field that is drawn, or the input that an output is computed from, if it has few values. */
function dotField(
  fields: readonly PictureField[],
  main: PictureField,
  frames: readonly Frame[],
): PictureField | null {
  const others = fields.filter(({ name, type }) => name !== main.name && type.kind !== "range");
  const token = others.find((field) => isToken(field, frames));
  if (token !== undefined || main.role === "input") return token ?? null;
  return others.find(({ role }) => role === "input") ?? null;
}

/** Tells whether a cell with that value of the dots' field has a dot. */
export const hasDot = ({ type }: PictureField, value: number): boolean => value !== firstValue(type);
