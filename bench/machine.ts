// What benchmarks were measured on: the machine, and the memory of a process.

import { existsSync, readFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { plural, showCount } from "../src/diagnostics/count.ts";
import type { Machine } from "./history.ts";

/** The most memory that this process has held so far, in bytes. */
export function peakMemory(): number {
  // Linux counts the memory of whoever started a process among what is asked for otherwise.
  const status = existsSync(STATUS) ? readFileSync(STATUS, "utf8") : "";
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS;
  return Number(kilobytes) * 1024;
}

const STATUS = "/proc/self/status";

export const showMemory = (bytes: number): string => `${showCount(Math.round(bytes / 2 ** 20))} MiB`;

export function thisMachine(): Machine {
  const cpu = cpus()[0]?.model.trim() || "unknown processor";
  const platform = `${process.platform} ${process.arch}`;
  return { cpu, cores: availableParallelism(), node: process.version, platform };
}

/** What was measured where: in the first line of tables. */
export function describeMachine(machine: Machine, load: number): string {
  const { cpu, cores, node, platform } = machine;
  return `${cpu}, ${plural(cores, "core")}, ${showMemory(totalmem())}; Node ${node}, ${platform}; load ${load.toFixed(1)}\n`;
}
