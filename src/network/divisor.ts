/** The greatest common divisor of two whole numbers that are not negative; of 0 and another, the other. */
export const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b));
