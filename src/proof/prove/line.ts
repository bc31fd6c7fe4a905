// What a cell on one line of the schedule does in one step, whatever its neighbourhood: compared, field by field, with
// what the program's instruction and the handshake say.

import {
  type InstructionProgram,
  type Read,
  type Successor,
  testsOf,
} from "../../compiler/lower/instructions.ts";
import type { Rule } from "../../compiler/schedule/rule.ts";
import { memo } from "../../diagnostics/memo.ts";
import { DIFFERS, type Diagram, Diagrams, fewDiagrams, MAX, MIN } from "../../logic/diagrams.ts";
import { type Expression, leaves } from "../../logic/expression.ts";
import { unlessTooLarge } from "../../logic/nodes.ts";
import { describeRead, holder } from "./ages.ts";
import { expressionValues } from "./functions.ts";
import type { Timing } from "./handshake.ts";
import type { OnLine } from "./line-choices.ts";
import { LineTerms, shownSame } from "./line-terms.ts";
import type { Line, Matching } from "./matching.ts";
import type { Patch } from "./neighbourhood.ts";
import { broken, equal, shown, unwieldy } from "./obligation.ts";
import type { Obligation } from "./result.ts";

export interface Job {
  readonly program: InstructionProgram;
  readonly rule: Rule;
  readonly matching: Matching;
  readonly handshake: Timing;
  readonly onLine: OnLine;
  /** The neighbourhoods of the rule. */
  readonly patch: Patch;
}

/** Nodes that the diagrams of one line may take where expressions show the rest. */
const MOST_NODES = 2_000_000;

/** A cell on line `at` steps as it should; the line after the last is the end. */
export function proveLine(job: Job, at: number, fewNodes: number): Obligation {
  const line = job.matching.lines[at] ?? null;
  const name = line === null ? "at the end" : `line ${at}, ${line.label}`;
  const unheld = line === null ? null : unheldRead(job, at, line);
  if (unheld !== null) return broken(name, unheld);
  const within = (diagrams: Diagrams, byTerms: boolean) => (): Obligation => {
    const parts = new LineStep(job, at, line, diagrams).obligations(byTerms);
    const cases = parts.reduce((sum, part) => sum + part.cases, 0);
    return { ...(parts.find(({ outcome }) => outcome !== "proved") ?? shown(name, 0)), name, cases };
  };
  return unlessTooLarge(within(fewDiagrams(fewNodes), false), () =>
    unlessTooLarge(within(new Diagrams(MOST_NODES), true), () => unwieldy(name)),
  );
}

/** Says which read of a line no field answers, if there is one. */
function unheldRead({ matching, handshake }: Job, at: number, { instruction }: Line): string | null {
  if (instruction === null) return null;
  const roots = [...instruction.writes.map(({ value }) => value), ...testsOf(instruction.next)];
  for (const leaf of leaves(roots)) {
    if (leaf.tag !== "read" || leaf.place === "here") continue;
    const distances = handshake.distances(at, leaf.place);
    if (holder(matching.lines, at, leaf, distances) === null) return describeRead(leaf, distances);
  }
  return null;
}

class LineStep {
  readonly #job: Job;
  readonly #at: number;
  readonly #line: Line | null;
  readonly #patch: Patch;
  /** An expression of the rule, of a cell on this line. */
  readonly #now: (expression: Expression) => Diagram;
  /** An expression of the program, its reads answered by the fields that hold the right values. */
  readonly #meant: (expression: Expression) => Diagram;
  readonly #runs: Diagram;
  /** The neighbourhoods that count, those that can come up. Which line a cell is on is known, and no variable. */
  readonly #where: Diagram;

  constructor(job: Job, at: number, line: Line | null, diagrams: Diagrams) {
    const { rule, matching, handshake } = job;
    this.#job = job;
    this.#at = at;
    this.#line = line;
    const patch = job.patch.anew(diagrams);
    this.#patch = patch;
    this.#now = expressionValues(rule, patch, (read) => this.#read(read));
    this.#meant = expressionValues(rule, patch, (read) => {
      if (read.place === "here") return this.#read(read);
      const field = holder(matching.lines, at, read, handshake.distances(at, read.place))!;
      return patch.value(field, read.place);
    });
    this.#runs = line === null ? patch.diagrams.constant(0) : handshake.ready(patch, at);
    this.#where = handshake.assumed(patch, at);
  }

  /** Two functions are the same in a cell on this line, which neither of them asks about. */
  #equal(name: string, sides: Parameters<typeof equal>[2], reason: string): Obligation {
    const patch = this.#patch;
    const { position } = this.#job.matching;
    const found = equal(name, patch, sides, reason);
    if (found.neighbourhood === null || position === null) return found;
    const onLine = patch.holding(position.name, "here", this.#at);
    return equal(name, patch, { ...sides, where: patch.diagrams.apply(MIN, onLine, sides.where) }, reason);
  }

  #read({ field, place }: Pick<Read, "field" | "place">): Diagram {
    const isPosition = place === "here" && field === this.#job.matching.position?.name;
    return isPosition ? this.#patch.diagrams.constant(this.#at) : this.#patch.value(field, place);
  }

  #own(field: string): Diagram {
    return this.#read({ field, place: "here" });
  }

  /** `byTerms`: diagrams are made only of what is written differently in rule and program. */
  obligations(byTerms: boolean): Obligation[] {
    const terms = byTerms ? this.#terms() : null;
    const steps = this.#job.rule.fields.map(({ name }) => {
      if (this.#isLeft(name)) return shownSame(name, this.#job.onLine.own(name));
      const same = terms?.step(name) ?? null;
      if (same !== null) return shownSame(name, same);
      const sides = { got: this.#next(name), wanted: this.#wanted(name), where: this.#where };
      return this.#equal(name, sides, `the next ${name} is not what the program and the handshake say`);
    });
    return [...steps, ...this.#finished(terms)];
  }

  /** Tells whether neither the rule nor the line has anything to say of a field: most are left alone by most lines. */
  #isLeft(field: string): boolean {
    const { matching, onLine } = this.#job;
    if (field === matching.clock?.name || field === matching.position?.name) return false;
    return this.#line?.writes.has(field) !== true && onLine.next(this.#at, field) === onLine.own(field);
  }

  /** Returns what a field holds after the step. */
  #next(field: string): Diagram {
    return this.#now(this.#job.onLine.next(this.#at, field));
  }

  #terms(): LineTerms {
    const { diagrams } = this.#patch;
    const { rule, program } = this.#job;
    const isSame = (got: Diagram, wanted: Diagram): boolean => {
      const wrong = diagrams.apply(MIN, this.#where, diagrams.apply(DIFFERS, got, wanted));
      return diagrams.constantOf(wrong) === 0;
    };
    const never = diagrams.constant(0);
    const signal = memo((name: string) => {
      const now = this.#now(rule.signals.find((each) => each.name === name)!.value);
      if (isSame(now, never)) return "off";
      return isSame(now, this.#runs) ? "line" : null;
    });
    const runs = diagrams.constantOf(this.#runs);
    return new LineTerms({ ...this.#job, program, at: this.#at, line: this.#line, signal, runs });
  }

  #wanted(field: string): Diagram {
    const { matching, handshake } = this.#job;
    if (field === matching.clock?.name) return handshake.tick(this.#patch, this.#runs);
    const own = this.#own(field);
    const changed = field === matching.position?.name ? this.#following() : this.#written(field);
    return changed === null ? own : this.#patch.diagrams.choose(this.#runs, changed, own);
  }

  /** Returns what the line writes into a field; null if it does not. */
  #written(field: string): Diagram | null {
    if (this.#line === null) return null;
    const copy = this.#line.copies.find(({ shadow }) => shadow === field);
    if (copy !== undefined) return this.#own(copy.of);
    const write = this.#line.instruction?.writes.find((each) => each.field === field);
    return write === undefined ? null : this.#meant(write.value);
  }

  /** The line that comes next. */
  #following(): Diagram | null {
    if (this.#line === null) return null;
    const { diagrams } = this.#patch;
    const { entries, lines } = this.#job.matching;
    const after = (next: Successor): Diagram => {
      if (next.tag === "end") return diagrams.constant(lines.length);
      if (next.tag === "goto") return diagrams.constant(entries[next.instruction]!);
      return diagrams.choose(this.#meant(next.when), after(next.then), after(next.otherwise));
    };
    const { instruction } = this.#line;
    return instruction === null ? diagrams.constant(this.#at + 1) : after(instruction.next);
  }

  /** A finished cell keeps the program's fields, and stays finished: then a run may end as soon as all are. */
  #finished(terms: LineTerms | null): Obligation[] {
    const { program, rule } = this.#job;
    if (program.halted === program.expressions.zero) return [];
    const patch = this.#patch;
    const where = patch.diagrams.apply(MIN, this.#where, this.#now(program.halted));
    const kept = program.fields
      .filter(({ role }) => role !== "hidden")
      .map(({ name }) => {
        const same = terms?.finished(name) ?? null;
        if (same !== null) return shownSame(name, same);
        const sides = { got: this.#next(name), wanted: this.#own(name), where };
        return this.#equal(name, sides, `a finished cell changes ${name}`);
      });
    const same = terms?.staysFinished() ?? null;
    if (same !== null) return [...kept, shownSame("halted", same)];
    const later = expressionValues(rule, patch, ({ field }) => this.#next(field));
    const got = later(program.halted);
    const wanted = patch.diagrams.constant(1);
    return [...kept, this.#equal("halted", { got, wanted, where }, "a finished cell can go on again")];
  }
}

/** The run is over when every cell is finished, is at the end, or satisfies what ends the run. */
export function proveLineStop(job: Job): Obligation {
  const name = "the run ends when the program does";
  return unlessTooLarge(
    () => compareStop(name, job),
    () => unwieldy(name),
  );
}

function compareStop(name: string, { program, rule, matching, patch }: Job): Obligation {
  const { lines, position, canEnd } = matching;
  if (program.ends !== program.expressions.zero && rule.schedule.kind !== "lockstep")
    return broken(name, "all cells must keep step for `ends`");
  if (rule.stop.kind === "fixpoint") return broken(name, "values that settle do not show that it does");
  const { diagrams } = patch;
  const value = expressionValues(rule, patch);
  const ended =
    canEnd && position !== null
      ? diagrams.map(patch.value(position.name, "here"), (line) => (line === lines.length ? 1 : 0))
      : diagrams.constant(0);
  const wanted = [value(program.halted), value(program.ends)].reduce(
    (a, b) => diagrams.apply(MAX, a, b),
    ended,
  );
  const got = rule.stop.kind === "never" ? diagrams.constant(0) : value(rule.stop.when);
  const where = diagrams.constant(1);
  return equal(name, patch, { got, wanted, where }, "rule and program differ in which cells are done");
}
