import { busyBeaver } from "./busy-beaver.ts";
import type { Oracle } from "./oracle.ts";

export default { ...busyBeaver("1RB1LB_1LA0LC_1RH1LD_1RD0RA", [10, 3]), steps: () => 107 } satisfies Oracle;
