// Python with the packages that a test wants, if this machine has one: the exports are for programs outside ours.

import { execFileSync } from "node:child_process";

/** Debian's packages are under Debian's own interpreter. */
const PLACES = ["/usr/bin/python3", "python3"];

/** A Python that imports the modules; null, with a remark on what is skipped, where there is none. */
export function pythonWith(...modules: readonly string[]): string | null {
  for (const python of PLACES) {
    try {
      execFileSync(python, ["-c", `import ${modules.join(", ")}`], { stdio: "ignore" });
      return python;
    } catch {
      // Not there, or without one of the modules.
    }
  }
  const packages = modules.map((name) => `python3-${name}`).join(" ");
  console.warn(`skipped: no Python with ${modules.join(" and ")} (on Debian: apt install ${packages})`);
  return null;
}

/** Runs a script in a folder with a document on its standard input, and reads the one that it prints. */
export function runPython(python: string, folder: string, script: string, input: unknown = null): unknown {
  const printed = execFileSync(python, ["-c", script], {
    cwd: folder,
    input: JSON.stringify(input),
    maxBuffer: 2 ** 28,
    stdio: ["pipe", "pipe", "inherit"],
  });
  return JSON.parse(printed.toString());
}
