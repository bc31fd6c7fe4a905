// Numbers as people read them. Locales are not asked: loading them takes longer than most commands do.

/** A number with a comma at every third digit: `1,234,567`, `-1,234.5`. */
export function showCount(value: number): string {
  const [whole, ...rest] = String(Math.round(value * 1000) / 1000).split(".");
  return [whole!.replace(/\B(?=(?:\d{3})+$)/g, ","), ...rest].join(".");
}

/** A number of things: `1 step`, `1,234 steps`. */
export const plural = (value: number, thing: string): string =>
  `${showCount(value)} ${thing}${value === 1 ? "" : "s"}`;
