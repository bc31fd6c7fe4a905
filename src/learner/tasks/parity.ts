// Parities: whether an odd number of the hidden features is +1. Learned by Gaussian elimination over GF(2).

import { independent, randomSigns, requireFeatures, sample, type Task } from "./task.ts";

/** The exclusive or of some features. */
const parityOf =
  (hidden: readonly number[]) =>
  (features: readonly number[]): boolean =>
    hidden.reduce((odd, at) => odd !== (features[at] === 1), false);

/** Every set of features is equally likely, the empty one too. */
export const parity: Task = {
  name: "parity",
  isLinear: true,
  about: "whether an odd number of the hidden features is set",
  draw(random, size) {
    const hidden = Array.from({ length: size.features }, (_, at) => at).filter(() => random.int(2) === 1);
    return independent(size, () => randomSigns(random, size.features), parityOf(hidden));
  },
};

/** How many features a sparse parity has. */
const SPARSE = 3;

export const sparseParity: Task = {
  name: "sparse-parity",
  isLinear: true,
  about: `the parity of ${SPARSE} hidden features`,
  draw(random, size) {
    requireFeatures("sparse-parity", size.features, SPARSE);
    const hidden = sample(random, size.features, SPARSE);
    return independent(size, () => randomSigns(random, size.features), parityOf(hidden));
  },
};
