// A reader for the kind of SVG that pictures are: it checks that the XML is well-formed, and says what colour a
// point has.

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Its text, entities resolved. */
  readonly text: string;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };

/** The elements of a document, the root first; throws where it is not well-formed XML. */
export function parseXml(document: string): readonly Element[] {
  for (const character of document) {
    const code = character.codePointAt(0)!;
    const allowed =
      code === 9 || code === 10 || code === 13 || (code >= 0x20 && code < 0xd800) || code >= 0xe000;
    if (!allowed || code === 0xfffe || code === 0xffff) throw new Error(`character ${code} is not allowed`);
  }
  const elements: { name: string; attributes: Record<string, string>; text: string }[] = [];
  const open: number[] = [];
  const token = /<(\/?)([a-z]+)((?: [a-z-]+(?:[A-Z][a-z]+)?="[^"<]*")*)(\/?)>|([^<]+)/gy;
  for (let match = token.exec(document); match !== null; match = token.exec(document)) {
    const [, close, name, attributes, empty, content] = match;
    if (content !== undefined) {
      if (open.length === 0 && content.trim() !== "") throw new Error(`text outside of the root: ${content}`);
      const owner = open[open.length - 1];
      if (owner !== undefined) elements[owner]!.text += unescapeXml(content);
    } else if (close === "/") {
      const last = open.pop();
      if (last === undefined || elements[last]!.name !== name) throw new Error(`</${name}> closes nothing`);
    } else {
      if (open.length === 0 && elements.length > 0) throw new Error(`<${name}> is a second root`);
      elements.push({ name: name!, attributes: parseAttributes(attributes!), text: "" });
      if (empty === "") open.push(elements.length - 1);
    }
    if (token.lastIndex === document.length) {
      if (open.length > 0) throw new Error(`<${elements[open[0]!]!.name}> is not closed`);
      return elements;
    }
  }
  throw new Error("this is not XML");
}

function parseAttributes(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/ ([a-zA-Z-]+)="([^"]*)"/g)].map(([, name, value]) => [
    name!,
    unescapeXml(value!),
  ]);
  if (new Set(pairs.map(([name]) => name)).size < pairs.length)
    throw new Error(`an attribute twice in ${text}`);
  return Object.fromEntries(pairs);
}

function unescapeXml(text: string): string {
  return text.replace(/&([a-z]*);?/g, (entity, name: string) => {
    if (ENTITIES[name] === undefined || !entity.endsWith(";")) throw new Error(`found ${entity}`);
    return ENTITIES[name];
  });
}

/** The colour of a point in units, or null within `margin` of an edge or of text, where pixels are not sure. */
export function colourAt(elements: readonly Element[], x: number, y: number, margin: number): string | null {
  let colour = "";
  for (const element of elements) {
    const covers = coverage(element, x, y, margin);
    if (covers === null) return null;
    if (covers)
      colour =
        element.name === "path" && element.attributes.fill === "none"
          ? element.attributes.stroke!
          : element.attributes.fill!;
  }
  return colour;
}

/** Whether an element covers a point; null if the point is near its edge. */
function coverage({ name, attributes, text }: Element, x: number, y: number, margin: number): boolean | null {
  const value = (key: string): number => Number(attributes[key] ?? 0);
  switch (name) {
    case "rect":
      return inBox([value("x"), value("y"), value("width"), value("height")], x, y, margin);
    case "path":
      return inPath(attributes, x, y, margin);
    case "circle": {
      const gap = Math.hypot(x - value("cx"), y - value("cy")) - value("r");
      return Math.abs(gap) < margin + 0.25 ? null : gap < 0;
    }
    case "text": {
      const width = 7 * [...text].length;
      const left =
        value("x") - { start: 0, middle: width / 2, end: width }[attributes["text-anchor"] ?? "start"]!;
      const near = x > left - 2 && x < left + width + 2 && y > value("y") - 10 && y < value("y") + 4;
      return near ? null : false;
    }
    default:
      return false;
  }
}

type Box = readonly [x: number, y: number, width: number, height: number];

function inPath(attributes: Element["attributes"], x: number, y: number, margin: number): boolean | null {
  const boxes = [...attributes.d!.matchAll(/M(\S+) (\S+?)h([\d.]+)v([\d.]+)h-[\d.]+z/g)].map(
    ([, ...box]) => box.map(Number) as unknown as Box,
  );
  const half = attributes.fill === "none" ? Number(attributes["stroke-width"]) / 2 : 0;
  const found = boxes.map((box) => {
    if (half === 0) return inBox(box, x, y, margin);
    const [outer, inner] = [inBox(grow(box, half), x, y, margin), inBox(grow(box, -half), x, y, margin)];
    return outer === null || inner === null ? null : outer && !inner;
  });
  return found.includes(null) ? null : found.includes(true);
}

const grow = ([x, y, width, height]: Box, by: number): Box => [
  x - by,
  y - by,
  width + 2 * by,
  height + 2 * by,
];

function inBox([left, top, width, height]: Box, x: number, y: number, margin: number): boolean | null {
  const outside = Math.max(left - x, x - left - width, top - y, y - top - height);
  return Math.abs(outside) < margin ? null : outside < 0;
}
