// The figure of one training: the loss, the share of neighbourhoods that are wrong, and the inputs that are read, over
// the steps.

import type { TraceProgress } from "../train/trace.ts";
import { plotted, stacked, wholeTicks } from "./plot.ts";

const [WIDTH, HEIGHT] = [720, 170];
const [FIT, SELECT] = ["#0072b2", "#d55e00"];

/** An SVG; `title` says what was trained. */
export async function renderTraining(points: readonly TraceProgress[], title: string): Promise<string> {
  const panels = [
    { label: "loss", log: true, isWhole: false, of: ({ loss }: TraceProgress) => Math.max(loss, 1e-9) },
    { label: "unseen cases wrong", log: false, isWhole: false, of: ({ exact }: TraceProgress) => 1 - exact },
    { label: "inputs read", log: false, isWhole: true, of: ({ inputs }: TraceProgress) => inputs },
  ];
  const drawn = panels.map(({ label, log, isWhole, of }) =>
    plotted((Plot) => {
      const data = points.map((point) => ({ step: point.step, value: of(point), phase: point.phase }));
      return {
        width: WIDTH,
        height: HEIGHT,
        marginLeft: 60,
        x: {
          label: "steps",
          ticks: wholeTicks(data[0]?.step ?? 0, data.at(-1)?.step ?? 0),
          tickFormat: ",d",
        },
        y: {
          label,
          grid: true,
          ...(log ? { type: "log" as const, tickFormat: "~g" } : { zero: true }),
          ...(isWhole
            ? { ticks: wholeTicks(0, Math.max(0, ...data.map(({ value }) => value)), 5), tickFormat: ",d" }
            : {}),
        },
        marks: [
          Plot.frame({ stroke: "#c4c4c4" }),
          Plot.lineY(data, { x: "step", y: "value", z: null, stroke: FIT, strokeWidth: 1.5 }),
          // Where inputs are being selected.
          Plot.dot(
            data.filter(({ phase }) => phase === "select"),
            { x: "step", y: "value", fill: SELECT, r: 2 },
          ),
        ],
      };
    }),
  );
  return stacked(await Promise.all(drawn), WIDTH, HEIGHT, title, [
    { name: "every 100 steps", colour: FIT },
    { name: "while inputs are selected", colour: SELECT },
  ]);
}
