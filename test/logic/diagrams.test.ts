import { expect, test } from "vitest";
import { seededRandom } from "../../src/grid/random.ts";
import { ADD, type Diagram, Diagrams, MAX, type Operation } from "../../src/logic/diagrams.ts";
import { again, cases, SEED } from "../seed.ts";

const DIGITS: Operation = { of: (a, b) => 3 * a + b, commutative: false };

test("values and variables of functions are those of all their cases, however many nodes there are by then", () => {
  const random = seededRandom(SEED);
  for (let trial = 0; trial < cases(20); trial++) {
    const diagrams = new Diagrams();
    const made: Diagram[] = [diagrams.constant(0), diagrams.constant(2)];
    const pick = (): Diagram => made[Math.max(0, made.length - 1 - random.int(5))]!;
    for (let step = 0; step < 30; step++) {
      const variable = random.int(8);
      const tested = diagrams.branch(
        variable,
        diagrams.constant(random.int(3)),
        diagrams.constant(random.int(3)),
      );
      const operation = [ADD, MAX, DIGITS][random.int(3)]!;
      const of = diagrams.apply(operation, pick(), diagrams.apply(ADD, tested, diagrams.constant(0)));
      made.push(diagrams.map(of, (value) => value % 1009));
      // Once, or again after others.
      for (const each of [made.at(-1)!, pick()]) {
        const valueAt = (at: number) => diagrams.evaluate(each, (asked) => ((at >> asked) & 1) === 1);
        const values = Array.from({ length: 256 }, (_, at) => valueAt(at));
        expect(diagrams.valuesOf(each), again(SEED)).toEqual([...new Set(values)].sort((a, b) => a - b));
        const variables = Array.from({ length: 8 }, (_, asked) => asked);
        const matters = variables.filter((asked) =>
          values.some((value, at) => value !== values[at ^ (1 << asked)]),
        );
        expect(diagrams.support(each), again(SEED)).toEqual(matters);
      }
    }
  }
});
