// Words to choose from, each list once: options of commands, arguments of functions and entries of files are read by
// them. Nothing is imported here, so that the command line loads nothing for them.

/** What gradients are followed by. */
export const OPTIMISERS = ["adam", "sgd"] as const;
export type OptimiserName = (typeof OPTIMISERS)[number];

export const SCHEDULES = ["plateau", "cosine", "constant"] as const;
/** How the rate changes: halved where the loss stays where it is, falling like a cosine to the last step, or not. */
export type RateSchedule = (typeof SCHEDULES)[number];

export const SUPERVISIONS = ["trace", "output"] as const;
/** What training sees: steps from neighbourhoods, or whole runs, of which only inputs and outputs are known. */
export type Supervision = (typeof SUPERVISIONS)[number];

export const ARCHITECTURES = ["channels", "paper"] as const;
/** A channel for each bit, or Definition 5 of the paper: one number for a cell and five layers. */
export type Architecture = (typeof ARCHITECTURES)[number];

/** `onehot`: a column for each value; `thermometer`: for each threshold; `binary`: for each digit of the value's number. */
export const ENCODINGS = ["onehot", "thermometer", "binary"] as const;
export type EncodingKind = (typeof ENCODINGS)[number];

/**
 * Which values a learner each tells from the others. `rest`: each value by itself, so that where no learner says yes, the value
 * with the most rows is the answer; `binary`: those with a binary digit of the value's place; `exhaustive`: every way to part
 * the values in two.
 */
export const REDUCTIONS = ["rest", "binary", "exhaustive"] as const;
export type Reduction = (typeof REDUCTIONS)[number];

export const SEARCHES = ["evolve", "random", "enumerate"] as const;
/** How candidates are chosen: small problems' best evolve, all are drawn at random, or all are gone through. */
export type SearchName = (typeof SEARCHES)[number];

export const MOVING = ["all", "nonzero"] as const;
/** Which numbers may be wrong: all that are stored, zeros included, or only those that are not zero. */
export type Moving = (typeof MOVING)[number];
