// Text that is safe to show on a terminal: files that somebody else has made may hold characters that it obeys.

/** Control characters, ends of lines, halves of pairs, and what turns the direction of writing. */
const OBEYED = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}]/u;

/** The same without the tab and the end of a line. */
const OBEYED_IN_LINES = /[^\P{Cc}\t\n]|[\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}]/gu;

/** Whether a text is a line without characters that a terminal obeys. */
export const isPlainText = (text: string): boolean => !OBEYED.test(text);

/** A text of one or more lines, with ? for each of these characters. */
export const plainText = (text: string): string => text.replace(OBEYED_IN_LINES, "?");
