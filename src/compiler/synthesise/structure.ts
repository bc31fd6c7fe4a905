// Structural synthesis: expression graph -> conditions on one key -> exclusive products -> units -> layers. No diagram
// is made anywhere; each construct costs as much time and as many numbers as it is long.

import type { Codes } from "../../logic/channels.ts";
import type { SparseLayer } from "../../network/rows.ts";
import type { Rule } from "../schedule/rule.ts";
import { Builder } from "./builder.ts";
import { columnOf, type Sized } from "./candidate.ts";
import { UnitNames } from "./describe.ts";
import { outputsOf } from "./fields.ts";
import { type Layout, type LayoutRow, layOut } from "./gate-layers.ts";
import { type Gates, TooManyNumbers } from "./gates.ts";
import type { Strategy } from "./strategy.ts";

/** A network found; its units get their names when it is asked for. */
export interface Structure extends Sized {
  /** Whether another strategy makes the same network. */
  readonly isThatOf: (other: Strategy) => boolean;
}

/** Returns what `structureOf` gives, or null where more numbers would be made on the way. */
export function structureWithin(
  most: number,
  ...[rule, codes, strategy, tokens]: Parameters<typeof structureOf>
): Structure | null {
  try {
    return structureOf(rule, codes, strategy, tokens, most);
  } catch (error) {
    if (error instanceof TooManyNumbers) return null;
    throw error;
  }
}

/** `tokens`: fields of which at most one cell holds another value than the first; the network is right only then. */
export function structureOf(
  rule: Rule,
  codes: Codes,
  strategy: Strategy,
  tokens: readonly string[] = [],
  most = Number.POSITIVE_INFINITY,
): Structure {
  const builder = new Builder(rule, codes, strategy, tokens, most);
  const outputs = outputsOf(builder);
  const layout = layOut(
    builder.gates,
    outputs.map(({ form }) => form),
  );
  const residual = outputs.map((output) => output.residual);
  const rows = [...layout.hidden.flatMap((units) => units.map(({ row }) => row)), ...layout.outputs];
  const nonzero = rows.reduce((sum, { bias, terms }) => sum + terms.length + (bias === 0 ? 0 : 1), 0);
  return {
    nonzero: residual.reduce<number>((sum, flag) => sum + flag, nonzero),
    layers: layout.hidden.length + 1,
    units: rows.length,
    candidate: () => ({
      step: "from the structure",
      channels: builder.gates.channels,
      layers: layersOf(builder, layout),
      residual,
      ...(tokens.length > 0 && { tokens }),
    }),
    isThatOf: (other) => builder.decisions.areThoseOf(other),
  };
}

function layersOf(builder: Builder, { hidden, outputs }: Layout): SparseLayer[] {
  const { gates } = builder;
  const names = new UnitNames(builder);
  const rows = [
    ...hidden.map((units) => units.map((unit) => ({ name: names.ofUnit(unit), row: unit.row }))),
    outputs.map((row, at) => ({ name: gates.channels[at]!.name, row })),
  ];
  return rows.map((units, at): SparseLayer => {
    const column = at === 0 ? (source: number) => literalColumn(gates, source) : (source: number) => source;
    const entries = ({ terms }: LayoutRow) =>
      terms.map(([source, weight]) => [column(source), weight] as const);
    return {
      kernel: at === 0 ? 3 : 1,
      inputs: at === 0 ? gates.channels.length : rows[at - 1]!.length,
      rows: units.map(({ name, row }) => ({ name, bias: row.bias, entries: entries(row) })),
    };
  });
}

function literalColumn(gates: Gates, source: number): number {
  const literal = gates.atom(source);
  if (literal.tag !== "literal") throw new Error("internal: a first layer reads channels");
  return columnOf(literal.channel, literal.place);
}
