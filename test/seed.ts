// The seed of all random tests: fixed, so that a run can be repeated, unless the environment asks for another.

/** Set TAPELOOM_SEED to a number to test other random cases. */
export const SEED = Number(process.env.TAPELOOM_SEED ?? 20_260_101);

/** For failure messages: how to see the same case again. */
export const again = (seed: number): string => `set TAPELOOM_SEED=${seed} to see this case first`;

/** How many of `usual` random cases to try: set TAPELOOM_CASES to a factor, such as 0.1. `npm test` tries few. */
export const cases = (usual: number): number => Math.ceil(usual * Number(process.env.TAPELOOM_CASES ?? 1));
