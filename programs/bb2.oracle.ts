import { busyBeaver } from "./busy-beaver.ts";
import type { Oracle } from "./oracle.ts";

export default { ...busyBeaver("1RB1LB_1LA1RH", [2, 1]), steps: () => 6 } satisfies Oracle;
