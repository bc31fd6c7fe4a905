// `tapeloom prove --terminates`: the steps that a program claims are enough, on all inputs up to a size.

import type { Compilation } from "../compile.ts";
import { plural } from "../diagnostics/count.ts";
import { InputError } from "../diagnostics/diagnostic.ts";
import { inputsOf, type Shape } from "../grid/grid.ts";
import type { Network } from "../network/network.ts";
import { type ClaimedRun, proveTermination, type TerminationProof } from "../proof/prove/terminate.ts";
import { type Io, paint } from "./io.ts";
import { jsonPlanes } from "./json.ts";
import { showInput } from "./picture.ts";
import { working } from "./progress.ts";

/** Tries all inputs, and reports it. Throws InputError if the program claims nothing, or has no inputs that can be run. */
export async function terminates(
  io: Io,
  { checked }: Pick<Compilation, "checked">,
  network: Network,
  max: Shape | undefined,
) {
  if (!checked.steps)
    throw new InputError(
      `${checked.name} claims nothing about its steps; write such as \`steps <= 3 * rows + cols\` into the program`,
    );
  const proof = await working(io, `${checked.name}, steps`, "inputs", (onProgress, signal) =>
    proveTermination(checked, network, { max, signal, onProgress }),
  );
  if (proof !== null)
    return {
      isRefuted: proof.outcome === "refuted",
      json: asJson(checked, proof),
      text: describe(io, checked, proof),
    };
  throw new InputError(
    max === undefined
      ? `even the smallest inputs of ${checked.name} take long to run; say with --max up to which size to do it`
      : `no grid of up to ${max.rows}x${max.cols} cells is one that ${checked.name} takes; choose a larger --max`,
  );
}

/** Returns what was proved, and that it is bounded. */
function describe(io: Io, program: Compilation["checked"], proof: TerminationProof): string {
  const { claim, outcome, shapes, inputs, worst, counterexample, milliseconds } = proof;
  const time = `${(milliseconds / 1000).toFixed(1)} s`;
  if (counterexample !== null)
    return [
      `  ${paint(io, io.stdout, "red", `steps <= ${claim}: refuted`)} (${time}): ` +
        `this input takes more than ${plural(counterexample.bound, "step")}:`,
      showInput(program, counterexample.input),
    ].join("\n");
  const nearest =
    worst === null
      ? ""
      : `\n  the worst took ${worst.steps} of ${plural(worst.bound, "step")}, on ${worst.input.rows}x${worst.input.cols} cells`;
  return (
    `  steps <= ${claim}: ${outcome} for ${plural(inputs, "input")}, all there are on ${showShapes(shapes)} (${time}); ` +
    `larger grids were not tried${nearest}`
  );
}

/** All shapes of a number of cells, or all within a box; in words. */
function showShapes(shapes: readonly Shape[]): string {
  const cells = Math.max(...shapes.map(({ rows, cols }) => rows * cols));
  const [rows, cols] = [
    Math.max(...shapes.map((each) => each.rows)),
    Math.max(...shapes.map((each) => each.cols)),
  ];
  const box = shapes.some((each) => each.rows === rows && each.cols === cols);
  return box ? `grids of up to ${rows}x${cols} cells` : `grids of up to ${cells} cells`;
}

function asJson(
  program: Compilation["checked"],
  { shapes, worst, counterexample, ...proof }: TerminationProof,
) {
  const showRun = (run: ClaimedRun | null) =>
    run && {
      rows: run.input.rows,
      columns: run.input.cols,
      input: jsonPlanes(run.input, inputsOf(program)),
      steps: run.steps,
      bound: run.bound,
    };
  return {
    ...proof,
    bounded: true,
    shapes: shapes.map(({ rows, cols }) => [rows, cols]),
    worst: showRun(worst),
    counterexample: showRun(counterexample),
  };
}
