// Random programs, judged by all that can run them; half of them here, so that two cores share the work.

import { test } from "vitest";
import { compareShare } from "./sample.ts";

test("random programs, the second half", { timeout: 1_800_000 }, () => compareShare(1, 2));
