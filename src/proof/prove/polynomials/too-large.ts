/** A proof by polynomials takes more room than it may. */
export class PolynomialsTooLarge extends Error {
  constructor() {
    super("internal: polynomials too large");
  }
}
