// How long work lets others have their turn.

/** Lets a progress bar and an interrupt have their turn. Throws the signal's reason if it aborts. */
export async function breathe(signal?: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => setTimeout(resolve, 0));
  signal?.throwIfAborted();
}
