import { busyBeaver } from "./busy-beaver.ts";

// It ends after 47,176,870 steps, later than a test can wait.
export default busyBeaver("1RB1LC_1RC1RB_1RD0LE_1LA1LD_1RH0LA", [12243, 45]);
