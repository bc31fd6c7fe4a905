// Files that are no tables, told apart by how they begin, so that the message can say what they are.

import { InputError } from "../../diagnostics/diagnostic.ts";

const EXPECTED = "expected a table, a row of values for each example, with commas or the like between them";

/**
 * Refuses texts of other kinds.
 * @throws InputError for JSON, HTML, XML, LIBSVM's format, and text with control characters
 */
export function refuseOtherKinds(text: string, file: string): void {
  const start = text.replace(/^\uFEFF/, "").trimStart();
  const kind = kindOf(start);
  if (kind !== null) throw new InputError(`${file}: found ${kind}, ${EXPECTED}; save it as CSV`);
  for (const [at, line] of start.split("\n", 1000).entries())
    if (hasControls(line))
      throw new InputError(
        `${file}, line ${at + 1}: found control characters or text that is not UTF-8, ${EXPECTED}`,
      );
}

function kindOf(start: string): string | null {
  if (start.startsWith("{")) return "JSON";
  if (/^\[\s*[[{]/.test(start) || (start.startsWith("[") && isJson(start.split("\n", 1)[0]!))) return "JSON";
  if (start.startsWith("[") && isJson(start)) return "JSON";
  if (/^[[(][^[\]()\n]*[,; ][^[\]()\n]*[\])][,;]?\r?(?:\n|$)/.test(start)) return "rows in brackets";
  if (/^<(?:!doctype|html|\?xml|table|svg|[a-z][\w:-]*[\s/>])/i.test(start)) return "HTML or XML";
  if (/^%PDF-/.test(start)) return "a PDF document";
  if (/^\S+(?:[ \t]+\d+:[-+.\deE]+)+[ \t]*(?:#.*)?\r?(?:\n|$)/.test(start)) return "LIBSVM's format";
  return null;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether a line has characters that no text has. */
function hasControls(line: string): boolean {
  for (let at = 0; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if ((code < 32 && (code < 9 || code > 13)) || code === 0xfffd) return true;
  }
  return false;
}
