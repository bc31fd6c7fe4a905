/**
 * A union of nodes that their tags tell apart: what the nodes of each kind hold, and what all of them do. Switches over the
 * tags are closed by `unreachable`.
 */
export type Tagged<Kinds, Common = unknown> = {
  readonly [Tag in keyof Kinds]: { readonly tag: Tag } & Common & Readonly<Kinds[Tag]>;
}[keyof Kinds];
