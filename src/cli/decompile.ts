// `tapeloom decompile`: a network back to a program that people can read, proved to be the same step; with the
// program given, the cases in which the two differ.

import { decompile } from "../decompile/decompile.ts";
import { type ChannelDifference, differencesOf } from "../decompile/differences.ts";
import { InputError } from "../diagnostics/diagnostic.ts";
import { lower } from "../lower/lower.ts";
import type { Network } from "../network/network.ts";
import { lemmasOf } from "../prove/lemma.ts";
import { proveStop } from "../prove/stop.ts";
import { schedule } from "../schedule/schedule.ts";
import { programDifferences } from "../verify/same-program.ts";
import { writeAtomically } from "./files.ts";
import { EXIT, type Io, paint, remark } from "./io.ts";
import { printJson } from "./json.ts";
import { type CommonOptions, loadEither, loadProgram } from "./load.ts";
import type { Params } from "./options.ts";

export interface DecompileCommandOptions extends CommonOptions {
  readonly output?: string;
  readonly program?: string;
  readonly snap: boolean;
  readonly set?: Params;
}

export async function decompileCommand(
  io: Io,
  file: string,
  options: DecompileCommandOptions,
): Promise<number> {
  const { snap, set = {} } = options;
  const loaded = await loadEither(io, file, set, options);
  const network = loaded.kind === "weights" ? loaded.network : loaded.compile().network;
  const { text, invariant } = io.bounded(`decompiling ${file}`, () => decompile(network, { snap }));
  const differences =
    options.program === undefined ? null : await compare(io, options.program, network, options);
  if (options.output !== undefined) await writeAtomically(io, options.output, text);
  if (options.json)
    printJson(io, {
      program: text,
      proved: true,
      reachableOnly: invariant !== null,
      differences,
      output: options.output ?? null,
    });
  else {
    if (options.output === undefined) io.stdout.write(text);
    const where = invariant === null ? "" : ", in all states that it comes to";
    remark(
      io,
      paint(io, io.stderr, "green", `proved: one step of this program is one step of the network${where}`),
    );
    if (differences !== null) io.stdout.write(`\n${describe(differences)}\n`);
  }
  return differences === null || differences.length === 0 ? EXIT.done : EXIT.failed;
}

async function compare(
  io: Io,
  file: string,
  network: Network,
  { snap, set = {}, verbose }: DecompileCommandOptions,
): Promise<ChannelDifference[]> {
  const { front } = await loadProgram(io, file, set, { verbose });
  const rule = io.bounded(`scheduling ${front.source.name}`, () => schedule(lower(front.checked)));
  const bounded = <T>(work: () => T): T => io.bounded(`comparing with ${front.source.name}`, work);
  const [first = bounded(() => proveStop(rule, network, lemmasOf(front.checked, rule))).reason] =
    programDifferences(rule, front.checked, network);
  if (first !== null)
    throw new InputError(
      `${file} cannot be compared with these weights: ${first}; give the program they are of`,
    );
  return bounded(() => differencesOf(rule, network, snap));
}

function describe(differences: readonly ChannelDifference[]): string {
  if (differences.length === 0) return "The network's step is the program's, channel by channel.";
  return differences
    .flatMap(({ channel, tooHigh, tooLow, definitions }) => [
      ...(tooHigh === null ? [] : [`${channel} is 1 instead of 0 where ${tooHigh}`]),
      ...(tooLow === null ? [] : [`${channel} is 0 instead of 1 where ${tooLow}`]),
      ...definitions.map(({ name, text }) => `  with ${name} = ${text}`),
    ])
    .join("\n");
}
