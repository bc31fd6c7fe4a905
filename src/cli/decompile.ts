// `tapeloom decompile`: a network back to a program that people can read, proved to be the same step; with the
// program given, the cases in which the two differ.

import { lower } from "../compiler/lower/lower.ts";
import { schedule } from "../compiler/schedule/schedule.ts";
import { InputError } from "../diagnostics/diagnostic.ts";
import { decompile } from "../exchange/decompile/decompile.ts";
import { type ChannelDifference, differencesOf } from "../exchange/decompile/differences.ts";
import type { Network } from "../network/network.ts";
import { lemmasOf } from "../proof/prove/lemma.ts";
import { proveStop } from "../proof/prove/stop.ts";
import { programDifferences } from "../proof/verify/same-program.ts";
import type { CommandResult, ValuesOf } from "./commands/command.ts";
import type { decompileOptions } from "./commands/programs.ts";
import { writeAtomically } from "./files.ts";
import { EXIT, type Io, paint, remark } from "./io.ts";
import { loadEither, loadProgram, networkOf } from "./load.ts";

type DecompileOptions = ValuesOf<typeof decompileOptions>;

export async function decompileCommand(
  io: Io,
  file: string,
  options: DecompileOptions,
): Promise<CommandResult> {
  const { snap, output = null } = options;
  const loaded = await loadEither(io, file, options);
  const network = networkOf(loaded);
  const { text, invariant } = io.bounded(`decompiling ${file}`, () => decompile(network, { snap }));
  const differences =
    options.program === undefined ? null : await compare(io, options.program, network, options);
  if (output !== null) await writeAtomically(io, output, text);
  const where = invariant === null ? "" : ", in all states that it comes to";
  const proved = `proved: one step of this program is one step of the network${where}`;
  if (!options.json) remark(io, paint(io, io.stderr, "green", proved));
  return {
    json: () => ({ program: text, proved: true, reachableOnly: invariant !== null, differences, output }),
    text: () => (output === null ? text : "") + (differences === null ? "" : `\n${describe(differences)}\n`),
    code: differences === null || differences.length === 0 ? EXIT.done : EXIT.failed,
  };
}

async function compare(
  io: Io,
  file: string,
  network: Network,
  options: DecompileOptions,
): Promise<ChannelDifference[]> {
  const { front } = await loadProgram(io, file, options);
  const rule = io.bounded(`scheduling ${front.source.name}`, () => schedule(lower(front.checked)));
  const bounded = <T>(work: () => T): T => io.bounded(`comparing with ${front.source.name}`, work);
  const [first = bounded(() => proveStop(rule, network, lemmasOf(front.checked, rule))).reason] =
    programDifferences(rule, front.checked, network);
  if (first !== null)
    throw new InputError(
      `${file} cannot be compared with these weights: ${first}; give the program they are of`,
    );
  return bounded(() => differencesOf(rule, network, options.snap));
}

function describe(differences: readonly ChannelDifference[]): string {
  if (differences.length === 0) return "The network's step is the program's, channel by channel.";
  return differences
    .flatMap(({ channel, tooHigh, tooLow, definitions }) => [
      ...(tooHigh === null ? [] : [`${channel} is too high where ${tooHigh}`]),
      ...(tooLow === null ? [] : [`${channel} is too low where ${tooLow}`]),
      ...definitions.map(({ name, text }) => `  with ${name} = ${text}`),
    ])
    .join("\n");
}
