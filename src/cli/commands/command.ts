// A command as data: usage, help, options and work. The parser of the command line, its help and the types of the
// options' values all come from there.

import { type Command, Option } from "commander";
import { ARCHITECTURES } from "../../diagnostics/known-words.ts";
import { anySeed, type Io } from "../io.ts";
import { address, assignment, budget, wholeNumber } from "../options.ts";

/** One option, or two of which one takes the other back. `T` is the type of the value that commands get. */
export interface CommandOption<T> {
  readonly options: readonly Option[];
  /** What the value is where the command line does not say, found when the command runs. */
  readonly otherwise?: () => T;
  /** Carries the type; there is no such value. */
  readonly value?: T;
}

/** Options under the names of their values. */
type OptionTable = Readonly<Record<string, CommandOption<unknown>>>;

/** Values of the options of a table, and of those that all commands have. */
export type ValuesOf<T extends OptionTable> = CommonOptions & {
  readonly [Name in keyof T]: T[Name] extends CommandOption<infer Value> ? Value : never;
};

/** Values of the options that every command has. */
export interface CommonOptions {
  readonly json: boolean;
  readonly verbose: boolean;
}

/** What a command has found: a document for `--json`, a text for people, and the exit code where it is not 0. */
export interface CommandResult {
  json(): unknown;
  text(): string | Promise<string>;
  readonly code?: number;
}

/** Does the work of a command on the arguments of its usage, with the values of its options behind them. */
type Work<Words extends readonly unknown[]> = (io: Io, ...words: Words) => Promise<CommandResult>;

export interface CommandEntry<Options = OptionTable, Words extends readonly unknown[] = never> {
  /** Name and arguments, as commander writes them. */
  readonly usage: string;
  readonly description: string;
  /** Command lines without the word `tapeloom`. */
  readonly examples: readonly string[];
  readonly options: Options;
  /** What stands at the end of the help. */
  readonly remarks?: string;
  /** Loads the work when it is to be done, so that help does not wait for the compiler. */
  load(): Promise<Work<Words>>;
}

/** A command whose work takes the values of its options. */
export const command = <T extends OptionTable, Words extends readonly unknown[]>(
  entry: CommandEntry<T, [...Words, ValuesOf<T>]>,
): CommandEntry => entry;

const declare = <T>(...options: Option[]): CommandOption<T> => ({ options });

/** An option that is given or not. */
export const flag = (flags: string, description: string): CommandOption<boolean> => ({
  ...declare(new Option(flags, description)),
  otherwise: () => false,
});

const SWITCHES = {
  json: flag("--json", "print one JSON document on standard output"),
  verbose: flag("-v, --verbose", "say more on standard error"),
};

/** An option `--no-...`: its value is true unless it is given. */
export const without = (flags: string, description: string): CommandOption<boolean> =>
  declare(new Option(flags, description));

/** An option and the one that says the opposite. */
export const either = (
  [flags, description]: readonly [string, string],
  [noFlags, noDescription]: readonly [string, string],
): CommandOption<boolean | undefined> =>
  declare(new Option(flags, description), new Option(noFlags, noDescription));

/** An option that only counts if it is given, and that cannot stand beside `other`. */
export const only = (
  flags: string,
  description: string,
  other: string[] = [],
): CommandOption<true | undefined> => declare(new Option(flags, description).conflicts(other));

export const text = (flags: string, description: string): CommandOption<string | undefined> =>
  declare(new Option(flags, description));

/**
 * Returns what `read` makes of a text, and of what it has made of the same option before; `usual` where it is not given,
 * which a description may end with in words: `(default: 8x8)`.
 */
export const value = <T, const U extends T | undefined = undefined>(
  flags: string,
  description: string,
  read: (text: string, before: T | U) => T,
  usual?: U,
): CommandOption<T | U> => {
  if (usual === undefined) return declare(new Option(flags, description).argParser(read));
  const [, said, inWords] = /^(.*?)(?: \(default: (.*)\))?$/.exec(description)!;
  return declare(new Option(flags, said).default(usual, inWords).argParser(read));
};

/** One of several words; `usual` where it is not given. */
export const choice = <const C extends string, U extends C | undefined = undefined>(
  flags: string,
  description: string,
  choices: readonly C[],
  usual?: U,
): CommandOption<C | U> => declare(new Option(flags, description).choices(choices).default(usual));

/** An option that must be given. */
export const required = <T>({ options }: CommandOption<T>): CommandOption<NonNullable<T>> => {
  for (const option of options) option.makeOptionMandatory();
  return { options };
};

/** A seed, which is drawn where none is given. */
export const seedOf = (description: string): CommandOption<number> => ({
  ...declare(new Option("--seed <number>", description).argParser(wholeNumber())),
  otherwise: anySeed,
});

/** An option that cannot stand beside others. */
const instead = <T>({ options }: CommandOption<T>, others: string[]): CommandOption<T> => ({
  options: options.map((option) => option.conflicts(others)),
});

export const WORKERS = {
  workers: value("--workers <number>", "threads (default: one for each core)", wholeNumber(1)),
  queue: instead(
    value(
      "--queue <address>",
      "instead of threads: workers at a queue, redis://HOST:PORT, on any number of machines (see `worker`)",
      address,
    ),
    ["workers"],
  ),
};

export const ARCH = {
  arch: choice(
    "--arch <architecture>",
    "channels: a channel for each bit; paper: Definition 5 of the paper, one number for a cell and five layers",
    ARCHITECTURES,
    "channels",
  ),
};

export const SNAP = {
  snap: flag(
    "--snap",
    "round every channel to 0 or 1 after each step, as for learned weights, also where the file does not say so",
  ),
};

export const SET = {
  set: value(
    "--set <name=value>",
    "value of a param, instead of its default; may be given more than once",
    assignment,
  ),
  fill: text("--fill <file>", "what stands in the holes of a sketch, as JSON"),
};

/** Puts a command into the command line; `run` gets what does its work, and the values of its options. */
export function addCommand(
  root: Command,
  { usage, description, examples, options, remarks = "", load }: CommandEntry,
  run: (work: (io: Io) => Promise<CommandResult>, values: CommonOptions) => Promise<void>,
): void {
  const shown = examples.map((example) => `tapeloom ${example}`);
  const made = describeCommand(root.command(usage), description, shown).addHelpText("after", remarks);
  for (const [name, declared] of Object.entries(options))
    for (const option of declared.options) {
      if (option.attributeName() !== name) throw new Error(`internal: ${option.flags} is called ${name}`);
      made.addOption(option);
    }
  const all: OptionTable = { ...SWITCHES, ...options };
  made.action((...words) => {
    for (const [name, { otherwise }] of Object.entries(all))
      if (otherwise && made.getOptionValue(name) === undefined) made.setOptionValue(name, otherwise());
    return run(async (io) => (await load())(io, ...(words.slice(0, -1) as never)), made.opts());
  });
}

/** Gives a command the options that all have, and examples at the end of its help. */
export function describeCommand(command: Command, description: string, examples: readonly string[]): Command {
  for (const { options } of Object.values(SWITCHES)) for (const option of options) command.addOption(option);
  return command
    .description(description)
    .option(
      "--budget <amount>",
      "processor time and memory for reading and compiling, such as 60s or 60s,4GiB (default: 9s,800MiB)",
      budget,
    )
    .addHelpText("after", `\nExample:${examples.map((example) => `\n  $ ${example}`).join("")}`);
}
