// Labels by the nearest of some hidden prototypes. Inputs are prototypes with some features flipped, so that a
// learner who remembers its examples does well.

import { independent, randomSigns, requireFeatures, signOfBit, type Task } from "./task.ts";

const PROTOTYPES = 4;
/** One feature in this number is flipped. */
const FLIPPED = 8;

export const nearest: Task = {
  name: "nearest",
  about: `the label of the nearest of ${PROTOTYPES} hidden prototypes; inputs are prototypes with one feature in ${FLIPPED} flipped`,
  draw(random, size) {
    requireFeatures("nearest", size.features, 1);
    // Both labels occur.
    const prototypes = Array.from({ length: PROTOTYPES }, (_, at) => ({
      features: randomSigns(random, size.features),
      label: at % 2 === 1,
    }));
    const input = () =>
      prototypes[random.int(PROTOTYPES)]!.features.map((value) =>
        random.int(FLIPPED) === 0 ? signOfBit(value === -1) : value,
      );
    return independent(size, input, (features) => {
      const distances = prototypes.map((prototype) =>
        prototype.features.reduce((sum, value, at) => sum + (value === features[at] ? 0 : 1), 0),
      );
      return prototypes[distances.indexOf(Math.min(...distances))]!.label;
    });
  },
};
