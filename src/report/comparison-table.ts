// A comparison of two networks as tables: the same words on a terminal and on a page.

import { percent, showCount } from "../diagnostics/count.ts";
import type { Shape } from "../grid/grid.ts";
import type { Certificate } from "../learning/compare/certificate.ts";
import type { Comparison, Portrait } from "../learning/compare/compare.ts";
import type { Cost } from "../learning/compare/cost.ts";
import type { Judgement } from "../learning/compare/neighbourhoods.ts";
import { showRate } from "../learning/learner/wilson-interval.ts";

export type PartName = "behaviour" | "structure" | "likeness" | "certificates" | "cost";

export interface TablePart {
  readonly name: PartName;
  readonly heading: string;
  /** What the rows mean, for somebody who has read nothing else. */
  readonly explanation: string;
  /** A label, then a cell for each network, or one for both. */
  readonly rows: readonly (readonly string[])[];
  /** A sentence to keep the rows from being misread; may be empty. */
  readonly remark: string;
}

export interface Tables {
  readonly title: string;
  /** The whole in a few sentences. */
  readonly summary: readonly string[];
  readonly parts: readonly TablePart[];
}

export function describeComparison(comparison: Comparison): Tables {
  const { program, networks } = comparison;
  const [first, second] = networks;
  return {
    title: `${program}: ${first.name} and ${second.name}`,
    summary: networks.map(verdict),
    parts: [
      behaviourPart(comparison),
      structurePart(networks),
      likenessPart(comparison),
      certificatePart(networks),
      costPart(networks),
    ],
  };
}

/** One network in a sentence. */
function verdict({ name, behaviour, neighbourhoods, certificate }: Portrait): string {
  const show = ({ rows, cols }: Shape) => `${rows}x${cols} cells`;
  const wrongAt = behaviour.scales.find(({ exact }) => exact.rate < 1);
  const runs =
    wrongAt === undefined
      ? `is right in all runs, up to ${show(behaviour.scales.at(-1)!.shape)}`
      : `is right in ${percent(wrongAt.exact.rate)} of runs on ${show(wrongAt.shape)}`;
  const { wrong, cases } = neighbourhoods.reachable;
  const steps = wrong === 0 ? "no step is wrong" : `${percent(wrong / cases, 2)} of steps are wrong`;
  return `${name} ${runs}; ${steps} of ${showCount(cases)} that come up in runs; ${proofOf(certificate)}.`;
}

function proofOf(certificate: Certificate | null): string {
  switch (certificate?.outcome) {
    case undefined:
      return "no proof was asked for";
    case "proved":
      return `it is proved for every grid${certificate!.snap ? ", with channels rounded after every step" : ""}`;
    case "refuted":
      return certificate!.ifRounded === "proved"
        ? "it is refuted as it is, but would be proved if channels were rounded after every step"
        : "it is refuted";
    case "undecided":
      return certificate!.ifRounded === "proved"
        ? "the proof leaves it open as it is, but would succeed if channels were rounded after every step"
        : "the proof leaves it open";
    case "untried":
      return "a proof would take long and was not tried";
  }
}

function behaviourPart({ networks, size, saturated }: Comparison): TablePart {
  const { scales, stability } = networks[0].behaviour;
  const each = rowsOf(networks);
  return {
    name: "behaviour",
    heading: "Behaviour",
    explanation:
      `Both networks run on the same random inputs, of ${size.rows} rows and ${size.cols} columns (the size that was trained on) and of multiples of it, ` +
      "for exactly as many steps as the program needs, or as were asked for. Exact means that every output of the whole grid is right in the end; of a learner, its answer.",
    rows: [
      ...scales.map(({ scale, shape, runs, cut, steps: [least, most] }, at) =>
        each(
          `exact at ${scale}x: ${shape.rows}x${shape.cols}, ${least === most ? most : `${least} to ${most}`} steps, ${runs.length === 1 ? "1 run" : `${runs.length} runs`}${cut === 0 ? "" : `, ${cut} cut off`}`,
          ({ behaviour }) => showRate(behaviour.scales[at]!.exact),
        ),
      ),
      ...scales.map(({ scale }, at) =>
        each(`first wrong step at ${scale}x`, ({ behaviour }) => divergences(behaviour.scales[at]!.runs)),
      ),
      ...stability
        .slice(1)
        .map(({ times }, at) =>
          each(`exact after ${times} times the steps`, ({ behaviour }) =>
            showRate(behaviour.stability[at + 1]!.exact),
          ),
        ),
      each("steps right, of those that come up in runs", (portrait) =>
        judged(portrait.neighbourhoods.reachable),
      ),
      each("steps right, of those in any legal state", (portrait) => judged(portrait.neighbourhoods.legal)),
      each("least distance of a value from 1/2", ({ neighbourhoods }) =>
        neighbourhoods.reachable.margin.toFixed(3),
      ),
    ],
    remark: saturated
      ? "The last runs, of up to 40 steps on grids of up to 8x8 cells, showed no new neighbourhood."
      : "Runs were still showing new neighbourhoods when there were enough of them.",
  };
}

/** Rows of a label and a cell for each network. */
const rowsOf =
  (networks: Comparison["networks"]) =>
  (label: string, of: (portrait: Portrait) => string): string[] => [label, ...networks.map(of)];

/** The first wrong steps of runs: how many runs have one, and the earliest and median of them. */
function divergences(runs: readonly { readonly diverged: number | null }[]): string {
  const found = runs.flatMap(({ diverged }) => diverged ?? []).sort((a, b) => a - b);
  if (found.length === 0) return "none";
  return `in ${found.length} of ${runs.length} runs, first ${found[0]}, median ${found[Math.floor(found.length / 2)]}`;
}

const judged = ({ cases, wrong }: Judgement): string =>
  wrong === 0
    ? `all ${showCount(cases)}`
    : `${showCount(cases - wrong)} of ${showCount(cases)} (${percent(1 - wrong / cases, 2)})`;

function structurePart(networks: Comparison["networks"]): TablePart {
  const each = rowsOf(networks);
  return {
    name: "structure",
    heading: "Structure",
    explanation:
      "What the two consist of. Every stored number counts as a weight, biases and residual flags too.",
    rows: [
      each("layers", ({ structure }) => structure.size.layers.join(", ")),
      each("hidden units", ({ structure }) => showCount(structure.size.hidden)),
      each("weights", ({ structure }) => showCount(structure.size.weights)),
      each("non-zero weights", ({ structure }) => showCount(structure.size.nonzero)),
      each("inputs with weights", ({ structure: { inputs, allInputs } }) => `${inputs} of ${allInputs}`),
      each("values of weights", ({ structure: { weights } }) =>
        weights.areIntegers
          ? `${weights.different} different integers`
          : `${showCount(weights.different)} different numbers`,
      ),
      each("largest weight, median size", ({ structure: { weights } }) =>
        [weights.largest, weights.median].map((value) => Number(value.toPrecision(3))).join(", "),
      ),
    ],
    remark: "",
  };
}

function likenessPart({ similarity, networks: [first, second] }: Comparison): TablePart {
  const { samples, matches, matched, matchedByChance, layers, layersByChance, jacobian } = similarity;
  const close = matches.filter(({ correlation }) => Math.abs(correlation) > 0.9).length;
  return {
    name: "likeness",
    heading: "Likeness inside",
    explanation:
      `Activations on ${showCount(samples)} neighbourhoods. Every hidden unit of the smaller network is matched with one of the larger, each at most once, ` +
      "so that correlations are as large as they can be. By chance says what networks with random weights reach.",
    rows: [
      ["matched units, mean correlation", `${matched.toFixed(2)}, by chance ${matchedByChance.toFixed(2)}`],
      ["matched units with a correlation over 0.9", `${close} of ${matches.length}`],
      ...layers.flatMap((row, a) =>
        row.map((value, b) => [
          `alignment of layer ${a + 1} of ${first.name} with layer ${b + 1} of ${second.name}`,
          `${value.toFixed(2)}, by chance ${layersByChance[a]![b]!.toFixed(2)}`,
        ]),
      ),
      [
        "cosine of derivatives by inputs",
        jacobian === null ? "none: derivatives are 0" : jacobian.toFixed(2),
      ],
    ],
    remark: "Alignment is linear CKA: 1 where layers hold the same information up to rotation and size.",
  };
}

function certificatePart(networks: Comparison["networks"]): TablePart {
  const each = rowsOf(networks);
  const radii = ({ certificate }: Portrait): string => {
    const all = certificate?.radii?.all;
    if (all === undefined) return "none proved";
    return `proved: numbers off by up to ${all.epsilon.toPrecision(3)}, state by up to ${all.delta.toPrecision(3)}`;
  };
  return {
    name: "certificates",
    heading: "Certificates",
    explanation:
      "Proved means: on every grid of every size and for any number of steps, the network does what the program says.",
    rows: [
      each("proof", ({ certificate }) => (certificate === null ? "not asked for" : certificate.outcome)),
      each("cases, or why not", ({ certificate }) => certificate?.reason ?? ""),
      each("channels are rounded after every step", ({ certificate }) =>
        certificate === null ? "" : certificate.snap ? "yes" : "no",
      ),
      each("if they were rounded", ({ certificate }) => certificate?.ifRounded ?? ""),
      each("radii", radii),
    ],
    remark: "",
  };
}

/** Stands for the origin of weights where a file does not tell. */
const NOT_SAID = "not said";

function costPart(networks: Comparison["networks"]): TablePart {
  const each = rowsOf(networks);
  const orNone = ({ origin }: Cost, value: number | null) =>
    value === null ? (origin === null ? NOT_SAID : "none") : showCount(value);
  return {
    name: "cost",
    heading: "Cost",
    explanation: "What it took to get the weights.",
    rows: [
      each("origin", ({ cost }) => cost.origin ?? NOT_SAID),
      each("training steps", ({ cost }) => orNone(cost, cost.steps)),
      each("samples seen, with repetitions", ({ cost }) => orNone(cost, cost.samples)),
      each("seconds on this machine, about", ({ cost }) => cost.seconds?.toFixed(1) ?? NOT_SAID),
    ],
    remark:
      "Seconds of training are its steps times what a step takes here, without proofs, and the compiler's, which says what to learn.",
  };
}
