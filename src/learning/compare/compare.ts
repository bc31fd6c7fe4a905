// Two networks of one program side by side, such as a compiled and a learned one: what they do, what they consist of,
// how alike they are inside, what is proved of them, and what they cost.

import { breathe } from "../../diagnostics/breathe.ts";
import { InputError, unreachable } from "../../diagnostics/diagnostic.ts";
import type { Engine } from "../../engines/engine.ts";
import type { Backend } from "../../engines/tensorflow.ts";
import { requireCount, requireShape } from "../../grid/given.ts";
import type { Shape } from "../../grid/grid.ts";
import { seededRandom } from "../../grid/random.ts";
import {
  type ChannelCode,
  type Layer,
  type Network,
  type NetworkSize,
  sizeOf,
} from "../../network/network.ts";
import { networkLayer, rowsOfLayer } from "../../network/rows.ts";
import { requireBits } from "../../network/validate.ts";
import type { Claim } from "../../proof/prove/prove.ts";
import { type CaseRows, CaseSet } from "../train/cases.ts";
import { inputsRead } from "../train/fit.ts";
import { weightsOf } from "../train/weights.ts";
import { type Behaviour, type BehaviourOptions, behavioursOf } from "./behaviour.ts";
import { type Certificate, certify } from "./certificate.ts";
import { type ComparedNetwork, type Cost, costOf } from "./cost.ts";
import { judgeNeighbourhoods, type Sample, type StepJudgements, sampleOf } from "./neighbourhoods.ts";
import { type Similarity, similarityOf } from "./similarity.ts";

export interface CompareOptions extends Omit<BehaviourOptions, "random"> {
  readonly seed: number;
  /** Whether proofs are tried. */
  readonly prove: boolean;
  /** An engine for long runs of a network. */
  readonly openEngine: (network: Network) => Promise<Engine>;
  /** Called when a part begins. */
  readonly onPart?: (what: string) => void;
}

/** All about one network. */
export interface Portrait {
  readonly name: string;
  readonly behaviour: Behaviour;
  readonly neighbourhoods: StepJudgements;
  readonly structure: Structure;
  /** Null where no proof was asked for. */
  readonly certificate: Certificate | null;
  readonly cost: Cost;
}

export interface Comparison {
  readonly program: string;
  readonly seed: number;
  readonly size: Shape;
  /** Whether the last runs showed no new neighbourhood. */
  readonly saturated: boolean;
  readonly networks: readonly [Portrait, Portrait];
  readonly similarity: Similarity;
}

/**
 * Compares on random inputs.
 * @throws InputError if the networks have different channels; the signal's reason if it aborts
 */
export async function compareNetworks(
  backend: Backend,
  claim: Claim,
  subjects: readonly [ComparedNetwork, ComparedNetwork],
  options: CompareOptions,
): Promise<Comparison> {
  const { seed, size, onPart } = options;
  requireShape(size);
  requireCount(options.runs, "number of runs", 1);
  for (const scale of options.scales) requireCount(scale, "multiple of the size", 1);
  for (const { network } of subjects) requireBits(network, "comparing");
  const networks = subjects.map(({ network }) => aligned(network, subjects[0].network));
  const random = seededRandom(seed);
  onPart?.("neighbourhoods");
  const sample = sampleOf(claim, networks[0]!, random);
  onPart?.("units");
  const similarity = similarityOf(networks[0]!, networks[1]!, mixed(networks[0]!, sample), random);
  onPart?.("proofs");
  const certificates: (Certificate | null)[] = [];
  for (const [at, { notes }] of subjects.entries()) {
    options.signal?.throwIfAborted();
    certificates.push(options.prove ? await certify(claim, networks[at]!, notes) : null);
    // An interrupt during a proof is heard only now.
    await breathe();
  }
  onPart?.("runs");
  const engines = await Promise.all(networks.map(options.openEngine));
  const runners = networks.map((network, at) => {
    return { network, engine: engines[at]!, isProved: certificates[at]?.outcome === "proved" };
  });
  const behaviours = await behavioursOf(claim.checked, claim.rule, runners, { ...options, random }).finally(
    () => {
      for (const engine of engines) engine.close();
    },
  );
  onPart?.("costs");
  // An interrupt during the last run is heard only now.
  await breathe();
  const portraits: Portrait[] = [];
  for (const [at, subject] of subjects.entries()) {
    const network = networks[at]!;
    options.signal?.throwIfAborted();
    portraits.push({
      name: subject.name,
      behaviour: behaviours[at]!,
      neighbourhoods: judgeNeighbourhoods(network, sample),
      structure: structureOf(network),
      certificate: certificates[at]!,
      cost: await costOf(backend, claim, subject, options.signal),
    });
  }
  return {
    program: claim.checked.name,
    seed,
    size,
    saturated: sample.saturated,
    networks: [portraits[0]!, portraits[1]!],
    similarity,
  };
}

/** Neighbourhoods by which units are compared, half of them reachable. */
const SAMPLES = 1000;

function mixed(network: Network, { reachable, legal }: Sample): CaseRows {
  const cases = new CaseSet(network);
  for (const [kind, most] of [
    [reachable, SAMPLES / 2],
    [legal, SAMPLES],
  ] as const) {
    const every = Math.max(1, Math.floor(kind.count / (SAMPLES / 2)));
    for (let at = 0; at < kind.count && cases.count < most; at += every) cases.addFrom(kind, at);
  }
  return cases;
}

// What a network consists of: its size, and how its numbers are distributed.

interface Structure {
  readonly size: NetworkSize;
  /** Channels of the neighbourhood that have weights in the first layer, of how many. */
  readonly inputs: number;
  readonly allInputs: number;
  readonly weights: Distribution;
}

/** The distribution of all weights and biases that are not 0. */
interface Distribution {
  readonly areIntegers: boolean;
  /** Different values. */
  readonly different: number;
  readonly largest: number;
  /** Median of their sizes. */
  readonly median: number;
  /** How many there are in each of the bins between these edges, from `-largest` to `largest`. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

const BINS = 41;

function structureOf(network: Network): Structure {
  const weights = weightsOf(network);
  return {
    size: sizeOf(network),
    inputs: inputsRead(weights),
    allInputs: weights[0]!.inputs,
    weights: distributionOf(network),
  };
}

function distributionOf({ layers }: Network): Distribution {
  const values = layers
    .flatMap(({ weight, bias }) => [...weight.values, ...bias])
    .filter((value) => value !== 0);
  const sizes = values.map(Math.abs).sort((a, b) => a - b);
  const largest = sizes.at(-1) ?? 1;
  const edges = Array.from({ length: BINS + 1 }, (_, at) => largest * ((2 * at) / BINS - 1));
  const counts = new Array<number>(BINS).fill(0);
  for (const value of values) counts[Math.min(BINS - 1, Math.floor(((value / largest + 1) / 2) * BINS))]!++;
  return {
    areIntegers: values.every(Number.isInteger),
    different: new Set(values).size,
    largest,
    median: sizes[Math.floor(sizes.length / 2)] ?? 0,
    edges,
    counts,
  };
}

// Two networks of one program, with their channels in the same order, so that a state of one is a state of the other.

/**
 * The network with its channels in another's order.
 * @throws InputError if the two have different channels
 */
export function aligned(network: Network, like: Network): Network {
  const order = like.channels.map(({ code }) => {
    const at = network.channels.findIndex((each) => keyOf(each.code) === keyOf(code));
    if (at < 0) throw different(like, network);
    return at;
  });
  if (order.length !== network.channels.length) throw different(like, network);
  if (order.every((at, nth) => at === nth)) return network;
  const last = network.layers.length - 1;
  const layers = network.layers.map((layer, at) => {
    const read = at === 0 ? withInputs(layer, order) : layer;
    return at === last ? withOutputs(read, order) : read;
  });
  return {
    ...network,
    channels: order.map((at) => network.channels[at]!),
    residual: Float32Array.from(order, (at) => network.residual[at]!),
    layers,
  };
}

/** Channels are the same if they stand for the same, whatever they are called. */
function keyOf(code: ChannelCode): string {
  switch (code.kind) {
    case "inside":
      return "inside";
    case "bit":
      return `bit ${code.field}`;
    case "thermometer":
      return `${code.field} >= ${code.atLeast}`;
    case "one-hot":
      return `${code.field} == ${code.equals}`;
    case "binary":
      return `${code.field} bit ${code.bit} from ${code.from}`;
    case "integer":
      return `${code.field} from ${code.from} to ${code.to}`;
    default:
      return unreachable(code);
  }
}

function different(ours: Network, theirs: Network): InputError {
  const show = ({ channels }: Network) => channels.map(({ name }) => name).join(", ");
  return new InputError(
    `the two networks have different channels, so that their cells cannot be compared: found ${show(theirs)}, ` +
      `expected ${show(ours)}; compile or train both with one version of the program`,
  );
}

function withInputs(layer: Layer, order: readonly number[]): Layer {
  const area = layer.kernel ** 2;
  const moved = (column: number) => order.indexOf(Math.floor(column / area)) * area + (column % area);
  const rows = rowsOfLayer(layer).map((row) => ({
    ...row,
    entries: row.entries.map(([column, value]) => [moved(column), value] as const),
  }));
  return networkLayer({ ...layer, rows });
}

function withOutputs(layer: Layer, order: readonly number[]): Layer {
  const rows = rowsOfLayer(layer);
  return networkLayer({ ...layer, rows: order.map((from) => rows[from]!) });
}
