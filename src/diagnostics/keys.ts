// JSON in which an object has a key twice: parsers take one of the values and leave the other aside without a word, and not
// all take the same one.

/** A key that an object of a JSON text has more than once, or null if none has; the text must be JSON. */
export function keyTwice(json: string): string | null {
  const open: Set<string>[] = [];
  for (let at = 0; at < json.length; at++) {
    if (json[at] === "{") open.push(new Set());
    else if (json[at] === "}") open.pop();
    if (json[at] !== '"') continue;
    const start = at;
    for (at++; json[at] !== '"'; at++) if (json[at] === "\\") at++;
    let next = at + 1;
    while (" \t\n\r".includes(json[next] ?? "end")) next++;
    if (json[next] !== ":") continue;
    const key = JSON.parse(json.slice(start, at + 1)) as string;
    if (open.at(-1)!.has(key)) return key;
    open.at(-1)!.add(key);
  }
  return null;
}
