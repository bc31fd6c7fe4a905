// Waves without counting. Where all instructions run through the grid as waves in one direction, one or two
// steps apart, a cell runs exactly one step after the neighbour before it, and the first cell in every step or
// every second one. One bit, "I ran in the last step", hands the wave on; nobody asks whether a neighbour is
// behind, because in the steady rhythm nobody can be. (A systolic array, Kung and Leiserson 1978.)

import type { Axis } from "../../grid/direction.ts";
import type { Expression } from "../../logic/expression.ts";
import type { Handshake } from "./handshake.ts";
import type { Lines } from "./lines.ts";
import type { Rhythm, Wave } from "./order.ts";

export function pulsing(lines: Lines, rhythm: Rhythm): Handshake {
  const { make } = lines;
  const ran = lines.hidden("ran", ["no", "yes"]);
  const ready = make.signal("ready");
  const runs = lines.instructions.map((_, at) => make.and(ready, lines.at("here", at)));
  return {
    fields: [...(lines.field === null ? [] : [lines.field]), ran],
    signals: [{ name: "ready", value: handedOn(lines, ran.name, rhythm) }],
    runs,
    updates: [...lines.updates(runs), { field: ran.name, value: make.or(...runs) }],
    clock: { field: ran.name, event: "on" },
  };
}

/** The neighbour before the cell has just run; the cell where waves start runs, or has just rested. */
function handedOn({ make }: Lines, ran: string, { wave, period }: Rhythm): Expression {
  const justRan = (place: Axis | "here"): Expression => make.read(ran, { kind: "bit" }, place, "now");
  const nobody: Expression[] = [];
  const cases = predecessors(wave).map((place) => {
    const first = make.and(...nobody, justRan(place));
    nobody.push(make.not(make.inside(place)));
    return first;
  });
  const first = period === 1 ? make.one : make.not(justRan("here"));
  return make.or(...cases, make.and(...nobody, first));
}

/** The neighbours one step before the cell, the one asked first, first. */
function predecessors([down, right]: Wave): Axis[] {
  const vertical: Axis[] = down === 0 ? [] : [down > 0 ? "up" : "down"];
  const horizontal: Axis[] = right === 0 ? [] : [right > 0 ? "left" : "right"];
  return [...vertical, ...horizontal];
}
