// Limits of the JavaScript machine, where these are what ends work that is too large.

/** Whether the stack or a table of the machine is full. */
export const isLimitOfMachine = (error: unknown): boolean =>
  error instanceof RangeError &&
  /call stack|maximum size|array (buffer )?length|string length/i.test(error.message);
