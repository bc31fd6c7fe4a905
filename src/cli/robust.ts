// `tapeloom robust`: runs of a robust network with noise within its proved radii, which never fail, and beyond them;
// beside the plain network.

import type { Compilation } from "../compile.ts";
import { plural, showCount } from "../diagnostics/count.ts";
import { showRate, wilson } from "../learning/learner/wilson-interval.ts";
import { type Network, sizeOf } from "../network/network.ts";
import type { Robustness } from "../network/notes.ts";
import type { NoisyRuns, Signs } from "../proof/robust/noise.ts";
import { type FailurePoint, renderFailures } from "../report/figures.ts";
import type { CommandResult, ValuesOf } from "./commands/command.ts";
import type { robustOptions } from "./commands/proofs.ts";
import { requireEnding, writeOutput } from "./files.ts";
import { EXIT, type Io, paint } from "./io.ts";
import { loadProgram } from "./load.ts";
import { resultsOf } from "./pool.ts";
import { robustOf, showRadii } from "./radii.ts";
import type { RobustTask } from "./robust-runs.ts";
import { showTable } from "./table.ts";

type RobustOptions = ValuesOf<typeof robustOptions>;

export async function robustCommand(io: Io, file: string, options: RobustOptions): Promise<CommandResult> {
  const { output, seed } = options;
  requireEnding("-o", output);
  const compilation = (await loadProgram(io, file, options)).compile();
  const made = robustOf(io, compilation);
  const points = await measure(io, compilation, made, options);
  const { name } = compilation.checked;
  if (output !== undefined) {
    const title = `${name}: ${plural(options.runs, "run")} of ${plural(options.steps, "step")} a point, seed ${seed}`;
    await writeOutput(io, output, await renderFailures(points, title));
  }
  const sizes = { plain: sizeOf(compilation.network), robust: sizeOf(made.network) };
  const { runs, steps, moving } = options;
  return {
    json: () => ({ program: name, seed, runs, steps, moving, ...made.robustness, sizes, points }),
    text: () => describe(io, name, made.robustness, sizes, points, options),
    code: points.some(breaksProof) ? EXIT.failed : EXIT.done,
  };
}

interface MeasuredPoint extends FailurePoint, NoisyRuns {}

const breaksProof = ({ network, multiple, failed, beyond }: MeasuredPoint): boolean =>
  network === "robust" && multiple <= 1 && failed + beyond > 0;

/** Equal seeds for all points: the same inputs, and noise in the same directions. */
async function measure(
  io: Io,
  compilation: Compilation,
  { network: robust, robustness }: { readonly network: Network; readonly robustness: Robustness },
  options: RobustOptions,
): Promise<MeasuredPoint[]> {
  const { source, checked, network: plain } = compilation;
  const { multiples, moving, runs, steps, max, seed, set = {} } = options;
  const radii = robustness[moving];
  const networks = { robust, plain };
  const jobs = (["robust", "plain"] as const).flatMap((network) =>
    (["random", "worst"] as const).flatMap((signs) =>
      multiples.map((multiple) => ({ network, signs, multiple })),
    ),
  );
  const data: RobustTask = { source, params: set, networks, radii, moving, runs, steps, max, seed };
  const made = await resultsOf<"robust">(io, {
    ...{ label: checked.name, unit: "points", jobs, work: "robust", data, hands: options },
  });
  return jobs.map((job, at) => ({ ...job, ...made[at]!, share: wilson(made[at]!.failed / runs, runs) }));
}

type Sizes = Record<"plain" | "robust", ReturnType<typeof sizeOf>>;

function describe(
  io: Io,
  name: string,
  robustness: Robustness,
  sizes: Sizes,
  points: readonly MeasuredPoint[],
  { runs, steps, seed, moving, multiples }: RobustOptions,
): string {
  const inside = points.filter(({ network, multiple }) => network === "robust" && multiple <= 1);
  const bad = inside.filter(breaksProof).length;
  const verdict =
    inside.length === 0
      ? "no runs within the radii"
      : bad === 0
        ? paint(
            io,
            io.stdout,
            "green",
            `no run within the radii fails, of ${showCount(inside.length * runs)}`,
          )
        : paint(io, io.stdout, "red", "runs within the radii fail, which must not be: please report it");
  const growth = (of: "nonzero" | "weights") =>
    `${showCount(sizes.plain[of])} to ${showCount(sizes.robust[of])} (${(sizes.robust[of] / sizes.plain[of]).toFixed(2)} times)`;
  const at = (network: "robust" | "plain", signs: Signs, multiple: number) =>
    showRate(
      points.find((p) => p.network === network && p.signs === signs && p.multiple === multiple)!.share,
    );
  const rows = multiples.map((multiple) => [
    String(multiple),
    at("robust", "random", multiple),
    at("robust", "worst", multiple),
    at("plain", "random", multiple),
    at("plain", "worst", multiple),
  ]);
  const head = [
    "noise / radius",
    "robust, random",
    "robust, in one direction",
    "plain, random",
    "plain, in one direction",
  ];
  return [
    `${name}: ${verdict} (${plural(steps, "step")} each, seed ${seed})`,
    `  gain ${robustness.gain}; numbers that are not zero: from ${growth("nonzero")}; all: from ${growth("weights")}`,
    `  ${moving === "all" ? "all stored numbers move, zeros included" : "only numbers move that are not zero"}`,
    `  ${showRadii(robustness[moving])}`,
    "",
    `${showTable([head, ...rows])}shares of runs that fail: ${plural(runs, "run")} each, 95% intervals (Wilson)\n`,
  ].join("\n");
}
