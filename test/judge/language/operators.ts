// What operators and the functions of the language make of values.

import { Refused, type Value } from "./tree.ts";

function bit(value: Value | undefined): number {
  if (value !== 0 && value !== 1) throw new Refused(`${value} is no bit`);
  return value;
}

function number(value: Value | undefined): number {
  if (typeof value !== "number") throw new Refused(`${value} is no number`);
  return value;
}

/** Both numbers or both names. */
function alike(a: Value | undefined, b: Value | undefined): boolean {
  if (typeof a !== typeof b) throw new Refused(`${a} and ${b} cannot be compared`);
  return a === b;
}

function quotient(a: number, b: number): number {
  if (b === 0) throw new Refused("a division by zero");
  return Math.floor(a / b);
}

/** Applies an operator or function by its name. */
export function operate(name: string, [a, b, ...more]: readonly Value[]): Value {
  switch (name) {
    case "not":
      return 1 - bit(a);
    case "negative":
      return 0 - number(a);
    case "or":
      return bit(a) | bit(b);
    case "xor":
      return bit(a) ^ bit(b);
    case "and":
      return bit(a) & bit(b);
    case "==":
      return alike(a, b) ? 1 : 0;
    case "!=":
      return alike(a, b) ? 0 : 1;
    case "<":
      return number(a) < number(b) ? 1 : 0;
    case "<=":
      return number(a) <= number(b) ? 1 : 0;
    case ">":
      return number(a) > number(b) ? 1 : 0;
    case ">=":
      return number(a) >= number(b) ? 1 : 0;
    case "+":
      return number(a) + number(b);
    case "-":
      return number(a) - number(b);
    case "*":
      return number(a) * number(b);
    case "/":
      return quotient(number(a), number(b));
    case "%":
      return number(a) - number(b) * quotient(number(a), number(b));
    case "abs":
      return Math.abs(number(a));
    case "min":
      return Math.min(number(a), ...(b === undefined ? [] : [number(b)]), ...more.map(number));
    case "max":
      return Math.max(number(a), ...(b === undefined ? [] : [number(b)]), ...more.map(number));
    default:
      throw new Refused(`no function is called ${name}`);
  }
}
