// TAPELOOM_PROGRAMS=2000 makes it a long campaign, of as many programs of each size.

import { expect, test } from "vitest";
import { again, SEED } from "../seed.ts";
import { runCampaign } from "./campaign.ts";

const PROGRAMS = process.env.TAPELOOM_PROGRAMS;

test.each(["small", "full"] as const)(
  `what is compiled from %s random programs is proved, from seed ${SEED}`,
  { timeout: 24 * 3_600_000 },
  async (size) => {
    const asked =
      PROGRAMS === undefined ? { programs: 16, seconds: 6 } : { programs: +PROGRAMS, seconds: 8e4 };
    const { proved, failures } = await runCampaign({ size, seed: SEED, ...asked });
    expect(failures.join("\n"), again(SEED)).toBe("");
    if (size === "small") expect(proved).toBeGreaterThan(0);
  },
);
