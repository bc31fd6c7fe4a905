// The seed of all random tests: fixed, so that a run can be repeated, unless the environment asks for another.

/** Set TAPELOOM_SEED to a number to test other random cases. */
export const SEED = Number(process.env.TAPELOOM_SEED ?? 20_260_101);

/** For failure messages: how to see the same case again. */
export const again = (seed: number): string => `set TAPELOOM_SEED=${seed} to see this case first`;
