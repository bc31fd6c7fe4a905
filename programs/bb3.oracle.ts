import { busyBeaver } from "./busy-beaver.ts";
import type { Oracle } from "./oracle.ts";

export default { ...busyBeaver("1RB1RH_1LB0RC_1LC1LA", [1, 3]), steps: () => 21 } satisfies Oracle;
