// How alike two networks are inside: whether the units of one are found in the other, whether their layers hold the
// same information, and whether they react alike to changes of their input.
//
// Units are compared by the correlation of their activations over many neighbourhoods, and matched by the best
// assignment (D. F. Crouse, On implementing 2D rectangular assignment algorithms, 2016). Among many units some are alike
// by chance: so much as in networks of random weights means nothing. Layers are compared by linear centred kernel
// alignment (S. Kornblith et al., Similarity of neural network representations revisited, 2019), with every unit scaled
// to variance 1, because the size of a unit before relu means nothing.

import { linearSumAssignment } from "linear-sum-assignment";
import type { Random } from "../../grid/random.ts";
import type { Network } from "../../network/network.ts";
import type { CaseRows } from "../train/cases.ts";
import { randomWeights, withWeights } from "../train/weights.ts";
import { type DenseStep, denseStep } from "./activations.ts";

/** Where a unit stands, both counted from 0. */
interface UnitPlace {
  readonly layer: number;
  readonly unit: number;
}

/** A unit of the first network, and the one of the second that stands for it in the best assignment. */
interface UnitMatch {
  readonly first: UnitPlace & { readonly detects: string };
  readonly second: UnitPlace;
  /** Correlation of their activations, from -1 to 1; 0 where one of them never changes. */
  readonly correlation: number;
}

export interface Similarity {
  /** Neighbourhoods that were looked at. */
  readonly samples: number;
  /** As many as the smaller network has hidden units, in the order of the first network's. */
  readonly matches: readonly UnitMatch[];
  /** Mean size of their correlations, and the same where the second network has random weights. */
  readonly matched: number;
  readonly matchedByChance: number;
  /** `layers[first][second]`: alignment of hidden layers, from 0 to 1; also by chance. */
  readonly layers: readonly (readonly number[])[];
  readonly layersByChance: readonly (readonly number[])[];
  /** Mean cosine between the two networks' derivatives by their inputs; null where they are 0. */
  readonly jacobian: number | null;
}

/** Random networks that are looked at for chance, and neighbourhoods for derivatives. */
const RANDOM_NETWORKS = 3;
const JACOBIANS = 200;

/** Compares the units of networks whose channels are in the same order. */
export function similarityOf(first: Network, second: Network, cases: CaseRows, random: Random): Similarity {
  const [ours, theirs] = [first, second].map((network) => featuresOf(denseStep(network), cases));
  const matches = matchUnits(first, ours!, theirs!);
  const chance = Array.from({ length: RANDOM_NETWORKS }, () => {
    const widths = second.layers.slice(0, -1).map(({ outputs }) => outputs);
    const made = withWeights(second, randomWeights(second, widths, random));
    const features = featuresOf(denseStep(made), cases);
    return { matched: meanSize(matchUnits(first, ours!, features)), layers: alignments(ours!, features) };
  });
  const average = (of: (each: (typeof chance)[number]) => number) => mean(chance.map(of));
  const layers = alignments(ours!, theirs!);
  return {
    samples: cases.count,
    matches,
    matched: meanSize(matches),
    matchedByChance: average(({ matched }) => matched),
    layers,
    layersByChance: layers.map((row, a) => row.map((_, b) => average((each) => each.layers[a]![b]!))),
    jacobian: jacobianCosine(denseStep(first), denseStep(second), cases),
  };
}

/** Activations of hidden layers over all cases, each unit's with mean 0 and length 1 or 0: `layers[layer][unit][case]`. */
type Features = readonly (readonly Float64Array[])[];

function featuresOf(step: DenseStep, cases: CaseRows): Features {
  const layers = step.widths.map((width) =>
    Array.from({ length: width }, () => new Float64Array(cases.count)),
  );
  for (let at = 0; at < cases.count; at++)
    for (const [layer, values] of step.run(cases, at).hidden.entries())
      for (const [unit, value] of values.entries()) layers[layer]![unit]![at] = value;
  return layers.map((units) => units.map(standardised));
}

function standardised(values: Float64Array): Float64Array {
  const average = mean(values);
  const centred = values.map((value) => value - average);
  const length = Math.sqrt(dot(centred, centred));
  return length === 0 ? centred : centred.map((value) => value / length);
}

/** The best assignment, layer by layer where there are equally many, else of all hidden units. */
function matchUnits(first: Network, ours: Features, theirs: Features): UnitMatch[] {
  const groups =
    ours.length === theirs.length
      ? ours.map((_, layer) => [placesIn(ours, layer), placesIn(theirs, layer)] as const)
      : [[allPlaces(ours), allPlaces(theirs)] as const];
  return groups.flatMap(([here, there]) => {
    if (here.length === 0 || there.length === 0) return [];
    const correlations = here.map((a) => there.map((b) => dot(at(ours, a), at(theirs, b))));
    return assign(correlations.map((row) => row.map(Math.abs))).map(([a, b]) => ({
      first: { ...here[a]!, detects: first.layers[here[a]!.layer]!.units[here[a]!.unit]! },
      second: there[b]!,
      correlation: correlations[a]![b]!,
    }));
  });
}

const placesIn = (features: Features, layer: number): UnitPlace[] =>
  features[layer]!.map((_, unit) => ({ layer, unit }));

const allPlaces = (features: Features): UnitPlace[] =>
  features.flatMap((_, layer) => placesIn(features, layer));

const at = (features: Features, { layer, unit }: UnitPlace): Float64Array => features[layer]![unit]!;

/** Pairs of row and column with the greatest sum, each row and column once. */
function assign(gains: readonly (readonly number[])[]): [number, number][] {
  const { rowAssignments } = linearSumAssignment(
    gains.map((row) => [...row]),
    { maximaze: true },
  );
  return [...rowAssignments].flatMap((column, row): [number, number][] =>
    column < 0 ? [] : [[row, column]],
  );
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += a[index]! * b[index]!;
  return sum;
}

/** Linear centred kernel alignment of layers: |A'B|^2 / (|A'A| |B'B|) for centred activations, Frobenius norms. */
function alignments(ours: Features, theirs: Features): number[][] {
  const [own, others] = [ours, theirs].map((features) => features.map((each) => crossed(each, each)));
  return ours.map((a, first) =>
    theirs.map((b, second) => {
      const size = Math.sqrt(own![first]! * others![second]!);
      return size === 0 ? 0 : crossed(a, b) / size;
    }),
  );
}

const crossed = (a: readonly Float64Array[], b: readonly Float64Array[]): number =>
  a.reduce((sum, x) => sum + b.reduce((inner, y) => inner + dot(x, y) ** 2, 0), 0);

function jacobianCosine(first: DenseStep, second: DenseStep, cases: CaseRows): number | null {
  const every = Math.max(1, Math.floor(cases.count / JACOBIANS));
  const cosines: number[] = [];
  for (let at = 0; at < cases.count; at += every) {
    const [a, b] = [first.jacobian(cases, at), second.jacobian(cases, at)];
    const size = Math.sqrt(dot(a, a) * dot(b, b));
    if (size > 0) cosines.push(dot(a, b) / size);
  }
  return cosines.length === 0 ? null : mean(cosines);
}

const meanSize = (matches: readonly UnitMatch[]): number =>
  matches.length === 0 ? 0 : mean(matches.map(({ correlation }) => Math.abs(correlation)));

const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
