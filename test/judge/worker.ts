// A process that compares programs one at a time, as the campaign asks; it can be killed when one takes too long.

import { spending } from "./compare/failure.ts";
import { compareProgram } from "./compare/program.ts";
import { generator } from "./generate/generators.ts";
import type { Answer, Request } from "./messages.ts";
import { shrinkText } from "./shrink.ts";

const answer = (message: Answer): void => {
  process.send!(message);
};

process.on("message", async (request: Request) => {
  const { seed, index, sparing } = request;
  const drawn = generator(request.generator)(seed, index);
  if (request.kind === "compare") {
    const [outcome, spent] = await spending(() => compareProgram(drawn, seed, index, { sparing }));
    answer({ index, kind: "compared", program: drawn.kind, outcome: plain(outcome), spent });
    return;
  }
  const { failure } = request;
  const fails = async (text: string): Promise<boolean> => {
    const outcome = await compareProgram({ ...drawn, text }, seed, index, { only: failure, sparing }).catch(
      () => null,
    );
    if (outcome?.kind !== "failed" || outcome.failure.kind !== failure) return false;
    answer({ index, kind: "smaller", text, detail: outcome.failure.message, on: describe(outcome.failure) });
    return true;
  };
  await shrinkText(drawn.text, fails, () => {});
  answer({ index, kind: "shrunk" });
});

type Outcome = Awaited<ReturnType<typeof compareProgram>>;

function plain(outcome: Outcome): Extract<Answer, { kind: "compared" }>["outcome"] {
  if (outcome.kind === "refused") return { kind: "refused", codes: outcome.codes };
  if (outcome.kind === "agreed") return { kind: "agreed", done: [...outcome.done] };
  const { failure } = outcome;
  return { kind: "failed", failure: failure.kind, detail: failure.message, on: describe(failure) };
}

/** The input of a failure, as text. */
function describe({ on }: Extract<Outcome, { kind: "failed" }>["failure"]): string {
  if (on === null) return "";
  const { rows, cols } = on.shape;
  const planes = [...on.inputs].map(([name, values]) => {
    const lines = Array.from({ length: rows }, (_, row) =>
      values.slice(row * cols, (row + 1) * cols).join(" "),
    );
    return `[${name}]\n${lines.join("\n")}`;
  });
  return [`${rows}x${cols} cells`, ...planes].join("\n").slice(0, 2000);
}
