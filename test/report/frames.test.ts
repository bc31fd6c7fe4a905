// Which frames are kept and chosen, and what is marked on them.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/diagnostics/diagnostic.ts";
import type { Grid } from "../../src/grid/grid.ts";
import { type CellClock, type Frame, recordFrames, spreadFrames } from "../../src/report/frames.ts";
import { frame, gridOf } from "./samples.ts";

const grid = gridOf({ x: ["0"] });

/** The steps kept of a run that ends after `last`. */
function keptSteps(last: number, most: number, steps?: readonly number[]): number[] {
  const recorder = recordFrames({ progress: null, fields: ["x"], most, steps });
  for (let step = 0; step <= last; step++) recorder.add(step, grid);
  return recorder.frames().map(({ step }) => step);
}

const gapsOf = (steps: readonly number[]): number[] => steps.slice(1).map((step, at) => step - steps[at]!);

describe("recordFrames", () => {
  it("keeps all frames of short runs", () => {
    expect(keptSteps(0, 2)).toEqual([0]);
    expect(keptSteps(5, 10)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("keeps a bounded number of frames, evenly spread from the first to the last", () => {
    fc.assert(
      fc.property(fc.nat(3000), fc.integer({ min: 2, max: 70 }), (last, most) => {
        const steps = keptSteps(last, most);
        expect(steps.length).toBeLessThanOrEqual(most);
        expect([steps[0], steps.at(-1)]).toEqual([0, last]);
        const gaps = gapsOf(steps);
        expect(new Set(gaps.slice(0, -1)).size).toBeLessThanOrEqual(1);
        if (gaps.length > 1) expect(gaps.at(-1)).toBeLessThanOrEqual(gaps[0]!);
        // No more is thrown away than every second frame too many.
        expect(steps.length).toBeGreaterThanOrEqual(Math.min(last + 1, Math.floor(most / 2)));
      }),
    );
  });

  it("keeps exactly the steps asked for", () => {
    expect(keptSteps(20, 2, [0, 3, 7, 20])).toEqual([0, 3, 7, 20]);
    expect(() => keptSteps(20, 2, [0, 21])).toThrow(InputError);
    expect(() => keptSteps(20, 2, [0, 21])).toThrow("there is no step 21 to draw: the run was over after 20");
  });
});

describe("spreadFrames", () => {
  const run = (last: number): Frame[] => Array.from({ length: last + 1 }, (_, step) => frame(step, grid));

  it("chooses evenly, first and last included", () => {
    fc.assert(
      fc.property(fc.nat(400), fc.integer({ min: 2, max: 30 }), (last, count) => {
        const steps = spreadFrames(run(last), count).map(({ step }) => step);
        expect(steps.length).toBe(Math.min(count, last + 1));
        expect([steps[0], steps.at(-1)]).toEqual([0, last]);
        const gaps = gapsOf(steps);
        if (gaps.length > 0) expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("chooses the last alone if there is room for one", () => {
    expect(spreadFrames(run(9), 1).map(({ step }) => step)).toEqual([9]);
  });
});

describe("marks", () => {
  type Schedule = NonNullable<CellClock>["schedule"];
  const progressOf = (clock: Schedule["clock"], stop: NonNullable<CellClock>["stop"]): CellClock => ({
    channels: [
      { name: "inside", code: { kind: "inside" } },
      { name: "todo", code: { kind: "bit", field: "todo" } },
      { name: "n>=2", code: { kind: "thermometer", field: "n", atLeast: 2 } },
      { name: "k=b", code: { kind: "one-hot", field: "k", equals: 1 } },
    ],
    schedule: { kind: "alternating-bit", reason: "", clock },
    stop,
  });
  const record = (progress: CellClock, grids: readonly Grid[]): readonly Frame[] => {
    const recorder = recordFrames({ progress, fields: ["todo"], most: 9 });
    for (const [step, each] of grids.entries()) recorder.add(step, each);
    return recorder.frames();
  };
  const never = { kind: "never" } as const;

  it("show the cells whose clock has changed, or is on", () => {
    const grids = ["0000", "0110", "0011"].map((clock) => gridOf({ todo: ["0000"], clock: [clock] }));
    const completed = (event: "changes" | "on") =>
      record(progressOf({ field: "clock", event }, never), grids).map((each) =>
        [...each.completed!].join(""),
      );
    expect(completed("changes")).toEqual(["0000", "0110", "0101"]);
    expect(completed("on")).toEqual(["0000", "0110", "0011"]);
    expect(record(progressOf(null, never), grids).map((each) => each.completed)).toEqual([null, null, null]);
  });

  it("show the cells that satisfy a cube of the stop rule", () => {
    const cells = gridOf({ todo: ["01010101"], n: ["00330033"], k: ["00001122"] });
    const halted = (
      on: readonly string[],
      off: readonly string[],
      more: { on: string[]; off: string[] }[] = [],
    ) => {
      const stop = { kind: "halted", cubes: [{ on, off }, ...more] } as const;
      return [...record(progressOf(null, stop), [cells])[0]!.halted!].join("");
    };
    expect(halted(["todo"], [])).toBe("01010101");
    expect(halted(["inside"], ["todo"])).toBe("10101010");
    expect(halted(["n>=2"], [])).toBe("00110011");
    expect(halted(["k=b"], [])).toBe("00001100");
    expect(halted(["k=b", "todo"], [])).toBe("00000100");
    expect(halted(["k=b", "todo"], [], [{ on: ["n>=2"], off: ["k=b"] }])).toBe("00110111");
    expect(record(progressOf(null, never), [cells])[0]!.halted).toBeNull();
  });

  it("do not show cells as halted that go on later", () => {
    const stop = { kind: "halted", cubes: [{ on: [], off: ["todo"] }] } as const;
    const halted = (...rows: readonly string[]) =>
      record(
        progressOf(null, stop),
        rows.map((row) => gridOf({ todo: [row] })),
      ).map((each) => each.halted && [...each.halted].join(""));
    expect(halted("111", "011", "001")).toEqual(["000", "100", "110"]);
    expect(halted("111", "011", "101", "000")).toEqual([null, null, null, null]);
  });

  it("hold on to no more than the fields asked for", () => {
    const [first] = record(null, [gridOf({ todo: ["01"], huge: ["11"] })]);
    expect(Object.keys(first!.grid.planes)).toEqual(["todo"]);
  });
});
