// Sums in words: what a unit measures.

export interface Named {
  readonly name: string;
  readonly weight: number;
}

/** How far one thing is above or below a threshold, or a sum. */
export function distanceFrom(named: readonly Named[], constant: number): string {
  const [first, ...others] = named;
  if (first === undefined || others.length > 0) return describeSum(named, constant);
  const threshold = -constant / first.weight;
  if (first.weight < 0) return `how far ${inBrackets(first.name)} is below ${threshold}`;
  return threshold === 0 ? first.name : `how far ${inBrackets(first.name)} is above ${threshold}`;
}

/** `a and not b` where that is what the sum detects, else the sum: `2 up.x - y + 1`. */
export function describeSum(named: readonly Named[], constant: number): string {
  const positive = named.filter(({ weight }) => weight === 1).length;
  if (named.every(({ weight }) => Math.abs(weight) === 1) && constant === 1 - positive) {
    return named
      .map(({ name, weight }) => (weight === 1 ? inBrackets(name) : `not ${inBrackets(name)}`))
      .join(" and ");
  }
  const parts = named.map(({ name, weight }) => {
    const factor = Math.abs(weight) === 1 ? "" : `${Math.abs(weight)} `;
    return `${weight < 0 ? "- " : "+ "}${factor}${inBrackets(name)}`;
  });
  if (constant !== 0 || parts.length === 0) parts.push(`${constant < 0 ? "- " : "+ "}${Math.abs(constant)}`);
  return parts.join(" ").replace(/^\+ /, "").replace(/^- /, "-");
}

export function inBrackets(text: string): string {
  return / /.test(text) && !/^count\(\S+\)$/.test(text) ? `(${text})` : text;
}
