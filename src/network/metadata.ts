// What stands in the metadata of weight files, key by key: schemas, by which files are read.

import { z } from "zod";
import { SUPERVISIONS } from "../diagnostics/known-words.ts";
import { SIZE_OPERATORS, type SizeExpression } from "../grid/size.ts";

const names = z.array(z.string());
const whole = z.int().min(0);

const typeSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("bit") }),
  z.strictObject({ kind: z.literal("range"), lo: z.int(), hi: z.int() }),
  z.strictObject({ kind: z.literal("enum"), names: names.min(1), symbols: names.exactOptional() }),
]);

const codeSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("inside") }),
  z.strictObject({ kind: z.literal("bit"), field: z.string() }),
  z.strictObject({ kind: z.literal("thermometer"), field: z.string(), atLeast: z.int() }),
  z.strictObject({ kind: z.literal("one-hot"), field: z.string(), equals: z.int() }),
  z.strictObject({ kind: z.literal("binary"), field: z.string(), bit: whole.max(52), from: z.int() }),
  z.strictObject({ kind: z.literal("integer"), field: z.string(), from: z.int(), to: z.int() }),
]);

const fieldSchema = z.strictObject({
  name: z.string(),
  role: z.enum(["input", "output", "state", "hidden"]),
  type: typeSchema,
  initial: z.int(),
});

const layerSchema = z.strictObject({
  kernel: z.union([z.literal(3), z.literal(1)]),
  inputs: whole,
  outputs: whole,
  units: names,
  /** Least and largest sum of every unit before its activation function; for readers other than this one. */
  bounds: z.array(z.tuple([z.number(), z.number()])).exactOptional(),
});

const stopSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("halted"), cubes: z.array(z.strictObject({ on: names, off: names })) }),
  z.strictObject({ kind: z.literal("fixpoint") }),
  z.strictObject({ kind: z.literal("never") }),
]);

const sizeSchema: z.ZodType<SizeExpression> = z.lazy(() =>
  z.discriminatedUnion("tag", [
    z.strictObject({ tag: z.literal("number"), value: z.int() }),
    z.strictObject({ tag: z.literal("rows") }),
    z.strictObject({ tag: z.literal("cols") }),
    z.strictObject({ tag: z.literal("not"), of: sizeSchema }),
    z.strictObject({
      tag: z.literal("binary"),
      operator: z.enum(SIZE_OPERATORS),
      left: sizeSchema,
      right: sizeSchema,
    }),
  ]),
);

/** Rules that say nothing are left out. */
const inputSchema = z.strictObject({
  grid: z.strictObject({ rows: sizeSchema, cols: sizeSchema, where: sizeSchema.nullable() }).optional(),
  workspace: z
    .strictObject({
      top: sizeSchema,
      bottom: sizeSchema,
      left: sizeSchema,
      right: sizeSchema,
      /** Whether runs take more where a head leaves the grid. */
      grows: z.literal(true).exactOptional(),
    })
    .optional(),
  places: z
    .array(z.strictObject({ field: z.string(), value: z.int(), row: sizeSchema, column: sizeSchema }))
    .optional(),
  /** Fields of which at most one cell may hold another value than the first. */
  tokens: names.optional(),
  /** The tape of a Turing machine, the states in which it halts, and those of them that accept or reject. */
  machine: z.strictObject({ tape: z.string(), halt: names, accept: names, reject: names }).exactOptional(),
});

const trainingSchema = z.strictObject({
  from: z.string(),
  supervision: z.enum(SUPERVISIONS),
  seed: whole,
  steps: whole,
  outcome: z.string(),
  samples: whole.exactOptional(),
  outputsAfter: whole.exactOptional(),
  size: z.strictObject({ rows: whole, cols: whole }).exactOptional(),
});

const proofSchema = z.strictObject({
  snap: z.boolean(),
  schedule: z.strictObject({ handshake: z.string(), cases: z.number() }),
  channels: z.array(
    z.strictObject({
      channel: z.string(),
      how: z.enum(["diagram", "polynomials", "enumeration", "bounds"]),
      inputs: whole,
      cases: z.number(),
    }),
  ),
  invariant: z.boolean(),
});

const radiiSchema = z
  .strictObject({ epsilon: z.number().min(0), delta: z.number().min(0).max(0.5), after: z.number().min(0) })
  .refine(({ delta, after }) => after <= delta, "after a step, the state must be within delta again");

const robustSchema = z.strictObject({ gain: z.int().min(2), all: radiiSchema, nonzero: radiiSchema });

export const notesSchema = z.strictObject({
  training: trainingSchema.optional(),
  proof: proofSchema.optional(),
  robust: robustSchema.optional(),
});

/** The metadata that are JSON, by key. */
export const metadataSchemas = {
  program: z.strictObject({ name: z.string(), sha256: z.string(), predict: z.string().nullable() }),
  fields: z.array(fieldSchema),
  channels: z.array(z.strictObject({ name: z.string(), code: codeSchema })),
  parts: z.array(
    z.strictObject({
      name: z.string(),
      code: codeSchema,
      worth: z.int(),
      next: z.strictObject({
        bias: z.number(),
        weights: z.array(z.tuple([whole, z.number()])),
      }),
    }),
  ),
  layers: z.array(layerSchema),
  schedule: z.strictObject({
    kind: z.enum(["lockstep", "free-running", "alternating-bit", "clock-of-three"]),
    reason: z.string(),
    clock: z.strictObject({ field: z.string(), event: z.enum(["changes", "on"]) }).nullable(),
  }),
  stop: stopSchema,
  exact: z.strictObject({
    largestWeight: z.number().min(0),
    largestActivation: z.number().min(0),
    formats: z.array(z.enum(["float32", "float16", "bfloat16", "int8"])),
  }),
  input: inputSchema,
  snap: z.boolean(),
};
