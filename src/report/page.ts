// Pages that need nothing but themselves.

import { escapeXml } from "./svg.ts";

/** An HTML page with a style sheet of its own; `body` is HTML. */
export const htmlPage = (title: string, style: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeXml(title)}</title>
<style>${style}</style>
</head>
<body>
${body}
</body>
</html>
`;

/** Rows of a table, a line each. */
export const tableRows = (rows: readonly (readonly string[])[], tag: "td" | "th" = "td"): string =>
  rows
    .map((row) => `<tr>${row.map((cell) => `<${tag}>${escapeXml(cell)}</${tag}>`).join("")}</tr>`)
    .join("\n");
