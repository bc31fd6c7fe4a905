// Numbers as people read them. Locales are not asked: loading them takes longer than most commands do.

/** A number with a comma at every third digit: `1,234,567`, `-1,234.5`. */
export function showCount(value: number): string {
  const [whole, ...rest] = String(Math.round(value * 1000) / 1000).split(".");
  return [whole!.replace(/\B(?=(?:\d{3})+$)/g, ","), ...rest].join(".");
}

/** A number of things: `1 step`, `1,234 steps`. */
export const plural = (value: number, thing: string): string =>
  `${showCount(value)} ${thing}${value === 1 ? "" : "s"}`;

/** Names that a message lists; of more it says how many there are. */
const MOST_LISTED = 12;

/** Names one after another: `a, b, c`, of many the first ones: `a, b, c and 1,234 more`. */
export function shownNames(names: readonly string[]): string {
  const more = names.length - MOST_LISTED;
  // One more takes no more room than to say so.
  if (more <= 1) return names.join(", ");
  return `${names.slice(0, MOST_LISTED).join(", ")} and ${showCount(more)} more`;
}

/** A share of 1 as a percentage, with more digits than asked for where it would be rounded to none or all. */
export function percent(share: number, digits = 0): string {
  const text = (100 * share).toFixed(digits);
  const isRoundedAway = (share < 1 && Number(text) === 100) || (share > 0 && Number(text) === 0);
  return isRoundedAway && digits < 8 ? percent(share, digits + 1) : `${text}%`;
}
