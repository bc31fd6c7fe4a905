// Sums of layers in which every unit reads every input, such as learned ones and those with noise: sixteen at a time, by SIMD
// instructions of WebAssembly. Each sum is added up in the direct engine's order, and every product and every sum is rounded
// to float32, so that nothing differs from what it does by itself.

import { once } from "../diagnostics/memo.ts";
import { Assembler, MOST_PAGES, PAGE, platform } from "./webassembly/assembler.ts";
import { f32x4, i32, increase, loop, v128 } from "./webassembly/instructions.ts";

/** Weights below which handing a layer over takes longer than adding it up. */
const LEAST_WEIGHTS = 256;
/** Units whose sums are made at a time: as many as fill four vectors. */
const BLOCK = 16;
const VECTOR = 16;
const FLOAT = 4;
/** Pages for layers, 64 KiB each: when they are full, all are put there anew. */
const PAGES = 256;

/** A layer's biases, and its weights by unit and input. */
interface UnitWeights {
  readonly outputs: number;
  readonly bias: Float32Array;
  readonly weights: Float32Array;
  /** Whether every unit reads all inputs, all of them in the same order. */
  readonly isFull: boolean;
}

/** A layer's place in memory: inputs, then biases and weights block by block, then sums. All are indices of float32 numbers. */
interface Place {
  readonly era: number;
  readonly inputs: number;
  readonly blocks: number;
  readonly sums: number;
  readonly end: number;
}

interface Exports {
  readonly sum: (inputs: number, inputsEnd: number, blocks: number, sums: number, end: number) => number;
}

/** All layers share one memory, since each memory takes gigabytes of address space. */
class Room {
  numbers: Float32Array;
  readonly sum: Exports["sum"];
  readonly #places = new WeakMap<UnitWeights, Place>();
  readonly #grow: (numbers: number) => Float32Array;
  #era = 0;
  #free = 0;

  constructor() {
    const { Memory, Module, Instance } = platform();
    const memory = new Memory({ initial: PAGES, maximum: MOST_PAGES, shared: false });
    this.numbers = new Float32Array(memory.buffer);
    this.sum = (new Instance(new Module(moduleBytes()), { env: { memory } }).exports as Exports).sum;
    this.#grow = (numbers) => {
      memory.grow(Math.ceil((numbers * FLOAT - memory.buffer.byteLength) / PAGE));
      return new Float32Array(memory.buffer);
    };
  }

  placeOf(layer: UnitWeights): Place {
    const known = this.#places.get(layer);
    if (known?.era === this.#era) return known;
    const place = this.#put(layer);
    this.#places.set(layer, place);
    return place;
  }

  #put(layer: UnitWeights): Place {
    const { outputs, weights, bias } = layer;
    const length = weights.length / outputs;
    const room = BLOCK * Math.ceil(outputs / BLOCK);
    const [before, size] = [Math.ceil(length / BLOCK) * BLOCK, (length + 1) * room];
    const needed = before + size + room;
    if (this.#free + needed > this.numbers.length) [this.#era, this.#free] = [this.#era + 1, 0];
    if (needed > this.numbers.length) this.numbers = this.#grow(needed);
    const blocks = this.#free + before;
    for (let block = 0, at = blocks; block < room; block += BLOCK)
      for (let input = -1; input < length; input++)
        for (let unit = block; unit < block + BLOCK; unit++) {
          const number = input < 0 ? bias[unit] : weights[unit * length + input];
          this.numbers[at++] = unit < outputs ? number! : 0;
        }
    const [inputs, sums] = [this.#free, blocks + size];
    this.#free += needed;
    return { era: this.#era, inputs, blocks, sums, end: sums + room };
  }
}

const room = once(() => new Room());

/** Tells whether a layer's sums are made here. */
export const isMadeFull = ({ isFull, weights }: UnitWeights): boolean =>
  isFull && weights.length >= LEAST_WEIGHTS;

/** All sums of a layer in one cell, before they are rectified; `offsets` say where its inputs lie in `source`, from `base` on. */
export function fullSums(
  layer: UnitWeights,
  offsets: Int32Array,
  source: Float32Array,
  base: number,
  target: Float32Array,
): void {
  const all = room();
  const { inputs, blocks, sums, end } = all.placeOf(layer);
  const { numbers } = all;
  const length = layer.weights.length / layer.outputs;
  for (let at = 0; at < length; at++) numbers[inputs + at] = source[base + offsets[at]!]!;
  all.sum(FLOAT * inputs, FLOAT * (inputs + length), FLOAT * blocks, FLOAT * sums, FLOAT * end);
  for (let unit = 0; unit < target.length; unit++) target[unit] = numbers[sums + unit]!;
}

/** `sum(inputs, inputsEnd, blocks, sums, end)`: of addresses; a block is a vector of biases, and one of weights for each input. */
function moduleBytes(): Uint8Array {
  const assembler = new Assembler();
  assembler.define(
    "sum",
    ["inputs", "inputsEnd", "blocks", "sums", "end"],
    ({ inputs, inputsEnd, blocks, sums, end }, make) => {
      const [from, input] = [make.number(), make.vector()];
      const parts = Array.from({ length: BLOCK / (VECTOR / FLOAT) }, make.vector);
      const next = increase(blocks, i32.const(BLOCK * FLOAT));
      const products = parts.map((part, at) =>
        part.set(f32x4.add(part.get(), f32x4.mul(v128.load(at * VECTOR, blocks.get()), input.get()))),
      );
      return [
        loop(i32.ne(sums.get(), end.get()), [
          ...parts.map((part, at) => part.set(v128.load(at * VECTOR, blocks.get()))),
          next,
          from.set(inputs.get()),
          loop(i32.ne(from.get(), inputsEnd.get()), [
            input.set(v128.load32_splat(0, from.get())),
            ...products,
            next,
            increase(from, i32.const(FLOAT)),
          ]),
          ...parts.map((part, at) => v128.store(at * VECTOR, sums.get(), part.get())),
          increase(sums, i32.const(BLOCK * FLOAT)),
        ]),
        i32.const(0),
      ];
    },
  );
  return assembler.bytes({ isShared: false, mostPages: MOST_PAGES }, ["sum"]);
}
