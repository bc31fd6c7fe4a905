// Messages about programs that are to become networks with a single channel, `--arch paper` (TL9xx).

import { error, warning } from "../../../diagnostics/diagnostic.ts";
import type { Name } from "../../parse/ast.ts";

export const aboutNetworks = {
  moreLayers: ({ text, span }: Name, layers: number, most: number) =>
    warning("TL509", span, `\`${text}\` takes ${layers} layers, and the paper's Definition 5 has ${most}.`, {
      found: `a network of ${layers} layers`,
      expected: `at most ${most}`,
      hint: "the network is right all the same; for one of the paper, do less in a step",
    }),

  tooManyStates: ({ text, span }: Name, most: number) =>
    error("TL901", span, `A cell of \`${text}\` has too many states to be one number.`, {
      found: `more than ${most} states of a cell`,
      expected: `at most ${most}`,
      hint: "give fields smaller ranges, or compile it without `--arch paper`",
    }),

  tooLargeSums: ({ text, span }: Name, largest: number, most: number) =>
    error("TL902", span, `The numbers of cells of \`${text}\` are too large.`, {
      found: `sums of up to ${largest} in a network with a single channel`,
      expected: `at most ${most}, up to which float32 counts exactly`,
      hint: "give fields smaller ranges, or compile it without `--arch paper`",
    }),
};
