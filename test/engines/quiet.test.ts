// Quiet blocks left out, against machines that leave out nothing, at every step; and those against the direct engine
// and the rule.

import { describe, expect, test } from "vitest";
import { compile } from "../../src/compile.ts";
import type { Rule } from "../../src/compiler/schedule/rule.ts";
import { bitEngine } from "../../src/engines/bits/bit-engine.ts";
import type { Plan } from "../../src/engines/bits/bit-kernels.ts";
import { NotDigital } from "../../src/engines/bits/bit-patch.ts";
import { whatIsWrong } from "../../src/engines/bits/bit-run.ts";
import { Machine, type MachineOptions, type StartThreads } from "../../src/engines/bits/grid-memory.ts";
import { type Made, Maker } from "../../src/engines/bits/make.ts";
import { hasNarrow } from "../../src/engines/bits/narrow.ts";
import { CONTROL } from "../../src/engines/bits/thread-control.ts";
import { loadWorkers } from "../../src/engines/bits/workers.ts";
import { directEngine } from "../../src/engines/direct.ts";
import type { StepsMade, Watch } from "../../src/engines/engine.ts";
import { ruleEngine } from "../../src/engines/rule.ts";
import { runNetwork } from "../../src/engines/run.ts";
import { bounds, type Shape } from "../../src/grid/grid.ts";
import { prepareInput } from "../../src/grid/prepare.ts";
import { type Random, seededRandom } from "../../src/grid/random.ts";
import { type Network, sizeOf } from "../../src/network/network.ts";
import { decode, encode, haltTest } from "../../src/network/state.ts";
import { again, SEED } from "../seed.ts";
import { particles, quietGrid, randomSignals, wideShape } from "./signals.ts";

/** Programs to try, three shapes and three wide rows each; set CASES to try more. */
const CASES = Number(process.env.CASES ?? 8);
const SHAPES = 3;
const ROWS = 3;

/** A bit machine of a network, with its states as numbers. */
class Bits {
  readonly machine: Machine;
  readonly #network: Network;
  readonly #plan: Plan;
  readonly #shape: Shape;
  readonly #batch: number;

  constructor(network: Network, maker: Maker, made: Made, shape: Shape, options: MachineOptions) {
    this.#network = network;
    this.#shape = shape;
    this.#batch = options.batch;
    this.#plan = made.plan;
    this.machine = new Machine(maker.program(made, shape, options.batch, options.threads > 1), options);
  }

  /** A 1 for each bit of `planes()` that belongs to a cell: beyond the last column, bits have no meaning, and change. */
  cells(): Uint8Array {
    for (let grid = 0; grid < this.#batch; grid++)
      for (const place of this.#plan.stored.keys()) this.machine.write(grid, place, () => true);
    return this.planes();
  }

  /** A copy of the planes of all groups, one after another. */
  planes(): Uint8Array {
    const groups = Math.ceil(this.#batch / this.machine.layout.grids);
    return Buffer.concat(Array.from({ length: groups }, (_, group) => this.machine.planes(group)));
  }

  write(states: readonly Float32Array[], buffer: "present" | "kept" = "present"): void {
    for (const [grid, state] of states.entries())
      this.machine.writeNumbers(grid, this.#numbers(state), buffer);
    if (buffer === "present") this.machine.settle();
  }

  read(): Float32Array[] {
    const width = this.#network.channels.length;
    return Array.from({ length: this.#batch }, (_, grid) => {
      const state = new Float32Array(this.#shape.rows * this.#shape.cols * width);
      for (const [plane, { channel }] of this.#plan.planes.entries())
        if (!this.#plan.stored.includes(plane))
          for (let at = channel; at < state.length; at += width) state[at] = 1;
      this.machine.readNumbers(grid, this.#numbers(state), "present");
      return state;
    });
  }

  #numbers(state: Float32Array) {
    const width = this.#network.channels.length;
    return this.#plan.stored.map((stored, plane) => {
      const { channel, digit } = this.#plan.planes[stored]!;
      return { plane, numbers: { values: state.subarray(channel), width, digit, isAlone: false } };
    });
  }
}

interface Case {
  readonly network: Network;
  /** Null where the network is pruned, and may do anything where no run comes. */
  readonly rule: Rule | null;
  readonly maker: Maker;
  readonly made: Made;
  readonly random: Random;
  readonly about: string;
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** Whether planes agree in the bits that belong to cells. */
const sameCells =
  (cells: Uint8Array) =>
  (a: Uint8Array, b: Uint8Array): boolean =>
    sameBytes(a, b) || a.every((byte, i) => ((byte ^ b[i]!) & cells[i]!) === 0);

const numbersOf = ({ memory }: Pick<Machine, "memory">) => new Int32Array(memory.buffer);

/** Threads that start when they are told to. */
class LateThreads {
  readonly #startThreads: StartThreads;
  #start: (() => () => void) | null = null;
  #end: () => void = () => {};

  constructor(startThreads: StartThreads) {
    this.#startThreads = startThreads;
  }

  readonly startThreads: StartThreads = (...given) => {
    this.#start = () => this.#startThreads(...given);
    return () => this.#end();
  };

  /** Starts them, and waits until they can be called. */
  async start({ memory }: Machine): Promise<void> {
    if (this.#start === null) return;
    this.#end = this.#start();
    this.#start = null;
    const numbers = numbersOf({ memory });
    while (Atomics.load(numbers, CONTROL.serving / 4) === 0)
      await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Machines with blocks left out, by one thread and by two, also by one that comes later, and one that leaves out nothing. */
async function machinesOf({ network, maker, made, random }: Case, shape: Shape, batch: number) {
  const startThreads = await loadWorkers();
  const late = new LateThreads(startThreads);
  const make = (start: StartThreads | null, skips: boolean) =>
    new Bits(network, maker, made, shape, {
      batch,
      threads: start === null ? 1 : 2,
      startThreads: start,
      keeps: batch === 1,
      skips,
      waits: start === startThreads,
    });
  // Threads wait for one another at every step.
  const two = shape.rows > 1 && random.int(3) === 0 ? [make(startThreads, true)] : [];
  const joined = shape.rows > 1 && random.int(3) === 0 ? make(late.startThreads, true) : null;
  const join = async () => joined && late.start(joined.machine);
  const working = () => (joined ? numbersOf(joined.machine)[CONTROL.threads / 4] : null);
  const isJoined = () => joined === null || working() === joined.machine.threads;
  return {
    plain: make(null, false),
    quick: [make(null, true), ...two, ...(joined ? [joined] : [])],
    join,
    isJoined,
  };
}

/** Steps one by one, with new signals and new machines in between. */
async function everyStep(given: Case, shape: Shape, batch: number): Promise<number> {
  const { network, random, about } = given;
  const { plain, quick, join, isJoined } = await machinesOf(given, shape, batch);
  const all = [plain, ...quick];
  const isSame = sameCells(plain.cells());
  const statesNow = () =>
    Array.from({ length: batch }, () => encode(network, quietGrid(network, shape, random)));
  const write = (states: readonly Float32Array[]) => {
    for (const each of all) each.write(states);
  };
  write(statesNow());
  const vectors = Math.ceil(shape.cols / 128);
  const steps = Math.min(3 * vectors + 60, 300);
  let still = 0;
  const joins = random.int(steps - 1);
  for (let step = 0; step < steps; step++) {
    if (step === joins) await join();
    const before = plain.planes();
    for (const { machine } of all) machine.advance(1);
    const now = plain.planes();
    for (const [at, each] of quick.entries())
      expect(isSame(each.planes(), now), `${about}, step ${step + 1}, machine ${at}`).toBe(true);
    if (step > joins) expect(isJoined(), `${about}, step ${step + 1}`).toBe(true);
    still = isSame(before, now) ? still + 1 : 0;
    if (still > 40 || random.int(200) === 0) write(random.int(2) === 0 ? plain.read() : statesNow());
    if (still > 40) still = 0;
  }
  for (const { machine } of all) machine.close();
  return steps;
}

/** Some steps at once, watched: as many as until what is watched for comes about. */
async function watched(given: Case, shape: Shape): Promise<void> {
  const { network, random, about } = given;
  const { plain, quick } = await machinesOf(given, shape, 1);
  const isSame = sameCells(plain.cells());
  const state = encode(network, quietGrid(network, shape, random));
  for (const each of [plain, ...quick]) each.write([state]);
  const isHalted = haltTest(network);
  const numbers = network.channels.length * shape.rows * shape.cols;
  // Whether cells have halted is judged by the states as numbers, which takes long to read.
  const watch: Watch[] = [
    network.stop.kind === "halted" && numbers < 1e5 ? "halted" : "unchanged",
    ...(random.int(2) === 0 ? (["returned"] as const) : []),
  ];
  let kept = plain.machine.planes().slice();
  for (const { machine } of quick) machine.keep();
  for (let round = 0; round < 12; round++) {
    const most = 1 + random.int(40);
    let [made, ended]: [number, StepsMade["ended"]] = [0, null];
    while (made < most && ended === null) {
      const before = plain.machine.planes().slice();
      // Several heads, where a network relies on one, make numbers that have no room.
      if (plain.machine.advance(1).ended === "doubt") {
        ended = "doubt";
        break;
      }
      made++;
      const now = plain.machine.planes();
      const found: Record<Watch, boolean> = {
        halted: watch.includes("halted") && isHalted(plain.read()[0]!),
        unchanged: isSame(before, now),
        returned: isSame(kept, now),
      };
      ended = watch.find((each) => found[each]) ?? null;
    }
    for (const { machine } of quick) {
      const progress = machine.advance(most, watch);
      expect(progress, `${about}, ${watch}, round ${round}`).toEqual({ steps: made, ended });
      expect(isSame(machine.planes(), plain.machine.planes()), `${about}, round ${round}`).toBe(true);
    }
    if (ended !== null) break;
    if (random.int(3) > 0) continue;
    kept = plain.machine.planes().slice();
    for (const each of quick)
      if (random.int(2) === 0) each.machine.keep();
      else each.write(plain.read(), "kept");
  }
  for (const { machine } of [plain, ...quick]) machine.close();
}

/** Widths of rows on both sides of where there is code for narrow windows, and some with lanes that are not full. */
const ROW_WIDTHS = [2944, 2945, 3072, 3073, 3200, 3201, 4096, 4100, 5003, 12289] as const;

/** A row of one of some widths, on a machine that leaves out nothing, and on one that does. */
function bothMachines(
  { network, maker, random }: Omit<Case, "made">,
  batch: number,
  widths: readonly number[] = ROW_WIDTHS,
) {
  const shape = { rows: 1, cols: widths[random.int(widths.length)]! };
  const made = (random.int(3) === 0 ? maker.quickly(shape) : null) ?? maker.forShape(shape);
  const make = (skips: boolean) =>
    new Bits(network, maker, made, shape, {
      ...{ batch, threads: 1, startThreads: null, keeps: batch === 1, skips },
    });
  return { shape, made, both: [make(false), make(true)] as const };
}

/** Jumps of many steps on one row, watched or not, as machines make them that leave out nothing. */
async function jumps(given: Omit<Case, "made">, batch: number): Promise<void> {
  const { network, random, about } = given;
  const { shape, both } = bothMachines(given, batch);
  const [plain, quick] = both;
  const isSame = sameCells(plain.cells());
  const write = () => {
    const states = Array.from({ length: batch }, () => encode(network, quietGrid(network, shape, random)));
    for (const each of both) each.write(states);
    if (batch === 1) for (const { machine } of both) machine.keep();
  };
  const names: readonly Watch[] = ["halted", "unchanged", "returned"];
  write();
  for (let jump = 0; jump < 24; jump++) {
    const watch = batch === 1 ? names.filter(() => random.int(4) === 0) : [];
    const most = 1 + random.int([3, 40, 400][random.int(3)]!);
    const [wanted, progress] = both.map(({ machine }) => machine.advance(most, watch));
    const where = `${about}, ${shape.cols} cells, ${batch} grids, jump ${jump} of ${most}, ${watch}`;
    expect(progress, where).toEqual(wanted);
    expect(isSame(quick.planes(), plain.planes()), where).toBe(true);
    for (let grid = 0; grid < batch; grid++)
      expect(quick.machine.madeBy(grid), where).toBe(plain.machine.madeBy(grid));
    counts.jumps++;
    if (wanted!.ended === "doubt") break;
    if (random.int(8) === 0 || wanted!.ended === "unchanged") write();
    else if (batch === 1 && random.int(3) === 0) for (const { machine } of both) machine.keep();
  }
}

/** Single steps against the direct engine, and, on small grids, against the rule. */
async function asDirect({ network, rule, maker, made, random, about }: Case, shape: Shape): Promise<void> {
  const cost = sizeOf(network).nonzero * shape.rows * shape.cols;
  if (cost > 1e7) return;
  const bits = new Bits(network, maker, made, shape, {
    batch: 1,
    threads: 1,
    startThreads: null,
    keeps: false,
    skips: true,
  });
  const direct = directEngine(network);
  const byRule = rule && ruleEngine(rule);
  bits.write([encode(network, quietGrid(network, shape, random))]);
  for (let round = 0; round < 4; round++) {
    const before = bits.read()[0]!;
    // Where no run comes, a network that is pruned may do anything: the direct engine goes on there.
    if (whatIsWrong(network, shape, before, made.assumed) !== null) break;
    if (bits.machine.advance(1).ended === "doubt") break;
    const now = bits.read()[0]!;
    const run = direct.start(shape, [before]);
    await run.advance(1);
    const wanted = (await run.read())[0]!;
    const differing = wanted.findIndex((value, at) => value !== now[at]);
    expect(differing, `${about}, round ${round}`).toBe(-1);
    counts.asDirect++;
    if (byRule !== null && cost < 1e6)
      expect(decode(network, shape, now), `${about}, round ${round}`).toEqual(
        byRule.step(decode(network, shape, before)),
      );
    bits.machine.advance(random.int(60));
  }
}

const counts = { programs: 0, refused: 0, grids: 0, steps: 0, asDirect: 0, jumps: 0 };

async function tryProgram(seed: number): Promise<void> {
  const random = seededRandom(seed);
  const { name, text } = randomSignals(random);
  // With the head that a machine starts with alone, and with any number of them.
  const codes = random.int(3) === 0 ? { others: "integer" as const } : {};
  const prune = random.int(2) === 0;
  const made = compile({ name: `${name}.alg`, text }, { tokens: seed % 2 === 0, codes, prune });
  const { network } = made;
  const rule = prune ? null : made.rule;
  let maker: Maker;
  try {
    maker = new Maker(network);
  } catch (error) {
    if (!(error instanceof NotDigital)) throw error;
    counts.refused++;
    return;
  }
  counts.programs++;
  const own = { network, rule, maker, random };
  for (let row = 0; row < ROWS; row++)
    await jumps({ ...own, about: `${name}, ${again(seed)}\n${text}` }, random.int(3) === 0 ? 2 : 1);
  for (let at = 0; at < SHAPES; at++) {
    const shape = wideShape(random, Boolean(network.grid) && network.grid!.rows.tag === "number");
    const about = `${name}, ${shape.rows}x${shape.cols}, ${again(seed)}\n${text}`;
    const circuit = (random.int(3) === 0 ? maker.quickly(shape) : null) ?? maker.forShape(shape);
    const given = { network, rule, maker, made: circuit, random, about };
    // Side by side where they have room, or one after another.
    const batch = shape.cols <= 300 && random.int(2) === 0 ? 2 + random.int(4) : 1;
    counts.steps += await everyStep(given, shape, batch);
    counts.grids++;
    if (batch > 1) continue;
    await watched(given, shape);
    await asDirect(given, shape);
  }
}

describe("quiet blocks", () => {
  test(`${CASES} random programs, at every step`, async () => {
    const until = performance.now() + Number(process.env.SECONDS ?? 3600) * 1000;
    for (let seed = SEED; seed < SEED + CASES && performance.now() < until; seed++) {
      await tryProgram(seed);
      if (CASES > 100 && seed % 20 === 0) console.log(seed, JSON.stringify(counts));
    }
    if (CASES > 100) console.log(JSON.stringify(counts));
    expect(counts.grids).toBeGreaterThan(counts.refused);
    expect(counts.asDirect).toBeGreaterThan(0);
  }, 3600_000);

  test("the last cells of a row that go on end, come back, or leave another one", () => {
    const ends = new Set<string | null>();
    for (let seed = SEED; seed < SEED + 40; seed++) {
      const random = seededRandom(seed);
      const most = 3 + random.int(6);
      const last = random.int(2) === 0 ? 1 : 0;
      const text = `program counting {
        input on: bit
        input p: 0..${most}
        loop {
          each { p = if p == 0 then 0 else if p == ${most} then ${last} else p + 1 }
          halt when on == 1 and p == 0
        }
      }`;
      const { network, rule } = compile({ name: "counting.alg", text });
      const about = `${again(seed)}\n${text}`;
      const { shape, both } = bothMachines({ network, rule, maker: new Maker(network), random, about }, 1);
      const p = new Int32Array(shape.cols);
      const on = new Int32Array(shape.cols).fill(1);
      const place = () =>
        [random.int(shape.cols), shape.cols - 1 - random.int(4), random.int(4)][random.int(3)]!;
      const start = place();
      for (let cell = start; cell < Math.min(start + 1 + random.int(4), shape.cols); cell++)
        p[cell] = 1 + random.int(2);
      // It never halts, and does nothing.
      if (random.int(3) === 0) on[place()] = 0;
      const watch = (["halted", "returned"] as const).filter(() => random.int(4) > 0);
      const [wanted, progress] = both.map((each) => {
        each.write([encode(network, { ...shape, planes: { on, p } })]);
        each.machine.advance(1);
        each.machine.keep();
        return each.machine.advance(100, watch);
      });
      const where = `${shape.cols} cells from ${start} on, ${watch}, ${about}`;
      expect(progress, where).toEqual(wanted);
      const [wantedPlanes, planes] = both.map((each) => each.planes());
      expect(sameCells(both[0].cells())(planes!, wantedPlanes!), where).toBe(true);
      ends.add(wanted!.ended);
    }
    expect(ends).toEqual(new Set(["halted", "returned", null]));
  }, 60_000);

  test("two heads that meet are in doubt as without code of its own", () => {
    const text = `program meeting {
      input tape: 0..1
      machine on tape {
        start A at left
        halt H
        A 0 -> 0 right A
        A 1 -> 1 left B
        B 0 -> 0 left B
        B 1 -> 1 right H
      }
    }`;
    const { network, rule } = compile({ name: "meeting.alg", text });
    const ends = new Set<string | null>();
    for (let seed = SEED; seed < SEED + 40; seed++) {
      const random = seededRandom(seed);
      const about = again(seed);
      const { shape, both } = bothMachines({ network, rule, maker: new Maker(network), random, about }, 1);
      const head = new Int32Array(shape.cols);
      const start = random.int(shape.cols - 40);
      [head[start], head[start + 1 + random.int(12)]] = [1, 2];
      const tape = new Int32Array(shape.cols);
      const [wanted, progress] = both.map((each) => {
        each.write([encode(network, { ...shape, planes: { head, tape } })]);
        return each.machine.advance(30);
      });
      expect(progress, about).toEqual(wanted);
      ends.add(wanted!.ended);
    }
    expect(ends).toContain("doubt");
  }, 60_000);

  /** From states on, jumps of any number of steps from 2 on, as a machine makes them that leaves out nothing. */
  function expectSameJumps(both: readonly [Bits, Bits], state: Float32Array, most: number, about: string) {
    const isSame = sameCells(both[0].cells());
    for (let steps = 2; steps <= most; steps++) {
      const [wanted, progress] = both.map((each) => {
        each.write([state]);
        return each.machine.advance(steps);
      });
      expect(progress, `${about}, ${steps} steps`).toEqual(wanted);
      expect(isSame(both[1].planes(), both[0].planes()), `${about}, ${steps} steps`).toBe(true);
      if (wanted!.ended === "doubt") return;
    }
  }

  test("windows of about as many vectors as have code of their own", () => {
    for (let seed = SEED; seed < SEED + 4 * CASES; seed++) {
      const random = seededRandom(seed);
      const text = particles(random);
      const { network, rule } = compile({ name: "particles.alg", text }, { effort: 0, prune: false });
      const about = `${again(seed)}\n${text}`;
      const { shape, both } = bothMachines({ network, rule, maker: new Maker(network), random, about }, 1);
      const vectors = Math.ceil(shape.cols / 128);
      const { hi } = bounds(network.fields.find(({ name }) => name === "p")!.type);
      // Where a window ends at the row's last vector, and goes on at its first, too.
      const start = random.int(3) * vectors + [0, vectors - 10, random.int(vectors)][random.int(3)]!;
      // Two that are so far from one another, and perhaps one between them, in another lane.
      for (let apart = 7; apart < 15; apart++) {
        const p = new Int32Array(shape.cols);
        p[start] = 1 + random.int(hi);
        p[start + apart] = 1 + random.int(hi);
        if (random.int(3) === 0) p[start + 7 * vectors + random.int(apart)] = 1 + random.int(hi);
        const state = encode(network, { ...shape, planes: { p } });
        expectSameJumps(both, state, 10, `${shape.cols} cells from ${start} on, ${apart} apart, ${about}`);
      }
    }
  }, 120_000);

  /** Two particles that carry a number and bits of any number, which they change on their way. */
  function carriers(random: Random, count: number): string {
    const size = 2 + random.int(5);
    const bits = Array.from({ length: count }, (_, at) => {
      const other = `y${(at + 1) % count}`;
      return `y${at} = if left.p == 1 then left.y${at} != ${other} else if right.p == 2 then not right.${other} else y${at}`;
    });
    const number = `x = if left.p == 1 then (left.x + 1) % ${size} else if right.p == 2 then right.x else 0`;
    return [
      `program carriers { input p: 0..2  input x: 0..${size - 1}`,
      ...bits.map((_, at) => `  input y${at}: bit`),
      "  loop forever { each {",
      "    p = if left.p == 1 then 1 else if right.p == 2 then 2 else 0",
      ...[number, ...bits].map((line) => `    ${line}`),
      "  } } }",
    ].join("\n");
  }

  test("circuits of about as many gates as have code of their own", () => {
    for (let seed = SEED; seed < SEED + Math.ceil(CASES / 4); seed++) {
      const makeWith = (count: number) => {
        const random = seededRandom(seed);
        const text = carriers(random, count);
        const { network, rule } = compile({ name: "c.alg", text }, { effort: 0, prune: false, prove: false });
        const maker = new Maker(network);
        const about = `${count} bits, ${again(seed)}\n${text}`;
        const { shape, both, made } = bothMachines(
          { network, rule, maker, random, about },
          1,
          [3072, 4100, 5003],
        );
        const { layout } = both[1].machine;
        const options = { ...network, plan: made.plan, layout, band: 1, chunk: 2 };
        const isNarrow = hasNarrow({ ...options, isShared: false, tracksAlways: false });
        return { network, random, about, shape, both, isNarrow };
      };
      let [least, most] = [1, 2];
      while (makeWith(most).isNarrow) [least, most] = [most, 2 * most];
      while (most - least > 1) {
        const middle = Math.floor((least + most) / 2);
        if (makeWith(middle).isNarrow) least = middle;
        else most = middle;
      }
      for (const count of [least, most]) {
        const { network, random, about, shape, both, isNarrow } = makeWith(count);
        expect(isNarrow, about).toBe(count === least);
        for (let time = 0; time < 6; time++) {
          const state = encode(network, quietGrid(network, shape, random));
          expectSameJumps(both, state, 12, about);
        }
      }
    }
  }, 240_000);

  test("a particle that turns at the border of two lanes goes on", async () => {
    const text = `program turning {
      input p: 0..7
      loop forever { each {
        p = if right.p == 2 or right.p == 4 or right.p == 6 then right.p + 1
          else if right.p == 7 then 7
          else if left.p == 1 or left.p == 3 or left.p == 5 then left.p + 1
          else 0
      } }
    }`;
    const { network } = compile({ name: "turning.alg", text });
    const engine = await bitEngine(network);
    if ("reason" in engine) throw new Error(engine.reason);
    for (const cols of [3585, 4095, 4096, 4097, 4200, 8192]) {
      for (const border of [64, 65, 127]) {
        const start = border * Math.ceil(cols / 128);
        const p = new Int32Array(cols);
        if (start >= cols) continue;
        p[start - 1] = 1;
        for (const maxSteps of [1, 2, 3, 6, 7, 40, 400]) {
          const { grid } = await runNetwork(network, engine, { rows: 1, cols, planes: { p } }, { maxSteps });
          // Three times to the right and back, then to the left.
          const at = maxSteps > 6 ? start - 1 - (maxSteps - 6) : start - 1 + (maxSteps % 2);
          const about = `${cols} cells, border ${border}, ${maxSteps} steps`;
          expect(
            [...grid.planes.p!.keys()].filter((cell) => grid.planes.p![cell] !== 0),
            about,
          ).toEqual([at]);
        }
      }
    }
  });

  test("a machine of two states and four symbols halts after 3,932,964 steps", async () => {
    const text = `program bb24 {
      output tape: 0..3
      workspace left 2100, right 2100
      machine on tape {
        start A at left
        halt Z
        A 0 -> 1 right B
        A 1 -> 2 left A
        A 2 -> 1 right A
        A 3 -> 1 right A
        B 0 -> 1 left B
        B 1 -> 1 left A
        B 2 -> 3 right B
        B 3 -> 1 right Z
      }
    }`;
    const { network } = compile({ name: "bb24.alg", text });
    const engine = await bitEngine(network);
    if ("reason" in engine) throw new Error(engine.reason);
    const input = prepareInput(network, { rows: 1, cols: 1, planes: {} });
    const { grid, steps, halted } = await runNetwork(network, engine, input);
    expect({ steps, halted }).toEqual({ steps: 3_932_964, halted: true });
    expect(grid.planes.tape!.filter((symbol) => symbol !== 0)).toHaveLength(2050);
  });
});
