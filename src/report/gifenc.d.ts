// The part of gifenc (which comes without types) that picture.ts uses.

declare module "gifenc" {
  interface FrameOptions {
    readonly palette?: readonly (readonly number[])[];
    readonly transparent?: boolean;
    readonly transparentIndex?: number;
    /** Milliseconds. */
    readonly delay?: number;
    readonly dispose?: number;
  }

  interface Encoder {
    writeFrame(indices: Uint8Array, width: number, height: number, options?: FrameOptions): void;
    finish(): void;
    bytes(): Uint8Array;
  }

  type CreateEncoder = () => Encoder;

  const gifenc: CreateEncoder | { readonly GIFEncoder: CreateEncoder };
  export default gifenc;
}
