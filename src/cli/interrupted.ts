/** The reason of an abort by the user. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}
