// Kinds of pictures, apart from what draws them: runs that draw none need not load it.

export type PictureFormat = "svg" | "png" | "gif";

const PICTURE_FORMATS: readonly PictureFormat[] = ["svg", "png", "gif"];

/** The kind of picture that a file's extension stands for, or null. */
export const pictureFormatOf = (path: string): PictureFormat | null =>
  PICTURE_FORMATS.find((format) => path.toLowerCase().endsWith(`.${format}`)) ?? null;
