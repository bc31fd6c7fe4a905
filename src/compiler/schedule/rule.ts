// Rule IR: one synchronous cell rule. Every step, every cell computes its next fields from its 3x3 patch.

import type { Place } from "../../grid/direction.ts";
import type { InputRules } from "../../grid/prepare.ts";
import type { Expression, Expressions } from "../../logic/expression.ts";
import type { NetworkField, ScheduleSummary } from "../../network/network.ts";
import type { Instruction, Write } from "../lower/instructions.ts";

/** The rules of its input say what happens to it before the first step: see `prepareInput`. */
export interface Rule extends InputRules {
  readonly name: string;
  readonly predict: string | null;
  /** The program's fields, then those of the compiler (`hidden`). */
  readonly fields: readonly NetworkField[];
  /** Bits computed once a step and used by name, such as "ready to run the next instruction". */
  readonly signals: readonly { readonly name: string; readonly value: Expression }[];
  /** Next values, of the values now; fields not listed keep theirs. */
  readonly updates: readonly Write[];
  readonly schedule: Schedule;
  readonly stop: RuleStop;
  readonly expressions: Expressions;
}

export type RuleStop =
  | { readonly kind: "halted"; readonly when: Expression }
  | { readonly kind: "fixpoint" }
  | { readonly kind: "never" };

/** How the instructions are ordered in time, for people and for `check`. */
export interface Schedule extends ScheduleSummary {
  /** The instructions with the copies that the handshake needs; reads have no age any more. */
  readonly instructions: readonly ScheduledInstruction[];
}

export interface ScheduledInstruction extends Instruction {
  /** Neighbours that must have run this instruction before a cell may. */
  readonly sources: readonly Place[];
}

/** The values of all updates and signals. */
export const valuesOfRule = ({ updates, signals }: Pick<Rule, "updates" | "signals">): Expression[] =>
  [...updates, ...signals].map(({ value }) => value);

/** The same rule with other values of its updates and signals. */
export function withValues(rule: Rule, change: (value: Expression) => Expression): Rule {
  const changed = <T extends { readonly value: Expression }>(each: T): T => ({
    ...each,
    value: change(each.value),
  });
  return { ...rule, updates: rule.updates.map(changed), signals: rule.signals.map(changed) };
}
