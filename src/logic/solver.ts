// Satisfiability of clauses by search that learns from conflicts (Marques-Silva and Sakallah 1996), with two watched
// literals a clause and activities of variables (Moskewicz and others 2001), kept phases and restarts (Luby 1993).
//
// A literal is twice its variable, and 1 where it is negated. Clauses stay for all questions, and so does what is learned:
// it follows from the clauses alone, never from what a question assumes.

import { spend } from "../diagnostics/budget.ts";
import { larger } from "./nodes.ts";

/** What is decided of a question; null where that takes more conflicts than asked for. */
type Satisfiable = boolean | null;

const NONE = -1;
/** Numbers before the literals of a clause: how many there are, and, of those learned, the levels that met in it. */
const HEAD = 2;
const DECAY = 0.95;
const LARGEST_ACTIVITY = 1e100;
/** Conflicts between restarts, times Luby's sequence. */
const RESTART = 64;
/** Learned clauses that are kept at first; each time that half of them go, this many more are. */
const FIRST_LEARNED = 4000;
const MORE_LEARNED = 1000;

export class Solver {
  #variables = 0;
  /** By literal: 1 where it holds, -1 where its opposite does, 0 where it is open. */
  #values = new Int8Array(2048);
  #levels = new Int32Array(1024);
  #reasons = new Int32Array(1024);
  #phases = new Uint8Array(1024);
  #activities = new Float64Array(1024);
  #seen = new Uint8Array(1024);
  #trail = new Int32Array(1024);
  #assigned = 0;
  #propagated = 0;
  /** Where on the trail each level begins. */
  #limits: number[] = [];
  #clauses = new Int32Array(4096);
  #used = 0;
  /** By literal, the clauses in which its opposite is watched: each with another literal that may satisfy it. */
  #watches: number[][] = [];
  #learned: number[] = [];
  #mostLearned = FIRST_LEARNED;
  #step = 1;
  #isRefuted = false;
  /** A heap of the variables that may be decided, the most active one first, and where these are in it. */
  #heap: number[] = [];
  #places = new Int32Array(1024).fill(NONE);
  #questions = new Int32Array(1024);
  #question = 0;
  /** Conflicts so far: a measure of work that is the same on every machine. */
  conflicts = 0;

  /** Adds a variable, which is tried with this value first. */
  variable(phase: 0 | 1 = 0): number {
    const made = this.#variables++;
    if (made === this.#levels.length) this.#grow();
    this.#phases[made] = phase;
    this.#watches.push([], []);
    return made;
  }

  #grow(): void {
    const room = 2 * this.#levels.length;
    const copy = <T extends Int8Array | Uint8Array | Float64Array>(made: T, old: T): T => {
      made.set(old);
      return made;
    };
    this.#values = copy(new Int8Array(2 * room), this.#values);
    this.#phases = copy(new Uint8Array(room), this.#phases);
    this.#seen = copy(new Uint8Array(room), this.#seen);
    this.#activities = copy(new Float64Array(room), this.#activities);
    this.#levels = larger(this.#levels, room);
    this.#reasons = larger(this.#reasons, room);
    this.#trail = larger(this.#trail, room);
    this.#questions = larger(this.#questions, room);
    const before = this.#places.length;
    this.#places = larger(this.#places, room).fill(NONE, before);
  }

  /** Adds a clause of different variables: one of its literals holds. */
  add(literals: readonly number[]): void {
    const open = literals.filter((literal) => this.#values[literal] !== -1);
    if (literals.some((literal) => this.#values[literal] === 1)) return;
    if (open.length === 0) this.#isRefuted = true;
    else if (open.length === 1) this.#assign(open[0]!, NONE);
    else this.#store(open, 0);
  }

  #store(literals: readonly number[], levels: number): number {
    const ref = this.#used;
    while (ref + HEAD + literals.length > this.#clauses.length) this.#clauses = larger(this.#clauses);
    this.#clauses[ref] = literals.length;
    this.#clauses[ref + 1] = levels;
    this.#clauses.set(literals, ref + HEAD);
    this.#used += HEAD + literals.length;
    this.#watch(ref);
    return ref;
  }

  #watch(ref: number): void {
    const [a, b] = [this.#clauses[ref + HEAD]!, this.#clauses[ref + HEAD + 1]!];
    this.#watches[a ^ 1]!.push(ref, b);
    this.#watches[b ^ 1]!.push(ref, a);
  }

  #assign(literal: number, reason: number): void {
    const variable = literal >> 1;
    this.#values[literal] = 1;
    this.#values[literal ^ 1] = -1;
    this.#levels[variable] = this.#limits.length;
    this.#reasons[variable] = reason;
    this.#trail[this.#assigned++] = literal;
  }

  /** Assigns what follows; the clause that does not hold, or NONE. */
  #propagate(): number {
    const [values, clauses, questions] = [this.#values, this.#clauses, this.#questions];
    const isGuess = this.#limits.length > 0;
    while (this.#propagated < this.#assigned) {
      const literal = this.#trail[this.#propagated++]!;
      const watches = this.#watches[literal]!;
      const falsified = literal ^ 1;
      let kept = 0;
      for (let at = 0; at < watches.length; at += 2) {
        const ref = watches[at]!;
        const blocker = watches[at + 1]!;
        if (values[blocker] === 1) {
          watches[kept++] = ref;
          watches[kept++] = blocker;
          continue;
        }
        const first = ref + HEAD;
        if (clauses[first] === falsified) {
          clauses[first] = clauses[first + 1]!;
          clauses[first + 1] = falsified;
        }
        const other = clauses[first]!;
        if (isGuess && values[other] === 0 && questions[other >> 1] !== this.#question) {
          // Nobody asks for it, and so it stays open, and the clause as it is, until guesses are undone.
          watches[kept++] = ref;
          watches[kept++] = other;
          continue;
        }
        const end = first + clauses[ref]!;
        let next = values[other] === 1 ? end : first + 2;
        if (next !== end) while (next < end && values[clauses[next]!] === -1) next++;
        if (next < end) {
          const found = clauses[next]!;
          clauses[first + 1] = found;
          clauses[next] = falsified;
          this.#watches[found ^ 1]!.push(ref, other);
          continue;
        }
        watches[kept++] = ref;
        watches[kept++] = other;
        if (values[other] === 1) continue;
        if (values[other] === -1) {
          for (at += 2; at < watches.length; at++) watches[kept++] = watches[at]!;
          watches.length = kept;
          return ref;
        }
        this.#assign(other, ref);
      }
      if (kept < watches.length) watches.length = kept;
    }
    return NONE;
  }

  #undo(level: number): void {
    if (this.#limits.length <= level) return;
    const start = this.#limits[level]!;
    for (let at = this.#assigned - 1; at >= start; at--) {
      const literal = this.#trail[at]!;
      const variable = literal >> 1;
      this.#values[literal] = 0;
      this.#values[literal ^ 1] = 0;
      this.#phases[variable] = 1 - (literal & 1);
      if (this.#questions[variable] === this.#question && this.#places[variable] === NONE)
        this.#insert(variable);
    }
    this.#assigned = start;
    this.#propagated = start;
    this.#limits.length = level;
  }

  /**
   * Returns what follows from a conflict: a clause whose first literal is the only one of its level, then one of the level
   * to go back to.
   */
  #analyse(conflict: number): number[] {
    const [clauses, seen, levels] = [this.#clauses, this.#seen, this.#levels];
    const current = this.#limits.length;
    const found = [NONE];
    const visited: number[] = [];
    let [open, ref, at, pivot] = [0, conflict, this.#assigned - 1, NONE];
    do {
      const first = ref + HEAD;
      const end = first + clauses[ref]!;
      for (let place = first; place < end; place++) {
        const literal = clauses[place]!;
        const variable = literal >> 1;
        if (literal === pivot || seen[variable] === 1 || levels[variable] === 0) continue;
        seen[variable] = 1;
        visited.push(variable);
        this.#bump(variable);
        if (levels[variable] === current) open++;
        else found.push(literal);
      }
      while (seen[this.#trail[at]! >> 1] === 0) at--;
      pivot = this.#trail[at--]!;
      ref = this.#reasons[pivot >> 1]!;
      open--;
    } while (open > 0);
    found[0] = pivot ^ 1;
    const needed = found.filter((literal, nth) => nth === 0 || !this.#isImplied(literal));
    for (const variable of visited) seen[variable] = 0;
    let highest = 1;
    for (let nth = 2; nth < needed.length; nth++)
      if (levels[needed[nth]! >> 1]! > levels[needed[highest]! >> 1]!) highest = nth;
    if (needed.length > 1) [needed[1], needed[highest]] = [needed[highest]!, needed[1]!];
    return needed;
  }

  /** Tells whether a literal of a learned clause follows from its others. */
  #isImplied(literal: number): boolean {
    const ref = this.#reasons[literal >> 1]!;
    if (ref === NONE) return false;
    const end = ref + HEAD + this.#clauses[ref]!;
    for (let place = ref + HEAD; place < end; place++) {
      const variable = this.#clauses[place]! >> 1;
      if (variable !== literal >> 1 && this.#seen[variable] === 0 && this.#levels[variable] !== 0)
        return false;
    }
    return true;
  }

  #bump(variable: number): void {
    this.#activities[variable]! += this.#step;
    if (this.#activities[variable]! > LARGEST_ACTIVITY) {
      for (let each = 0; each < this.#variables; each++) this.#activities[each]! /= LARGEST_ACTIVITY;
      this.#step /= LARGEST_ACTIVITY;
    }
    if (this.#places[variable] !== NONE) this.#rise(this.#places[variable]!);
  }

  /** Tells whether all clauses and assumptions can hold together where these variables are decided. */
  solve(assumptions: readonly number[], decided: Iterable<number>, most: number): Satisfiable {
    this.#question++;
    for (const variable of this.#heap) this.#places[variable] = NONE;
    this.#heap = [];
    for (const variable of decided) {
      this.#questions[variable] = this.#question;
      if (this.#values[2 * variable] === 0) this.#insert(variable);
    }
    const found = this.#search(assumptions, most);
    if (found !== true) this.#undo(0);
    return found;
  }

  /** Ends a question that was answered with yes: until then, `value` says how. */
  forget(): void {
    this.#undo(0);
  }

  /** Returns what a variable is, where a question was answered with yes. */
  value(variable: number): 0 | 1 {
    return this.#values[2 * variable] === 1 ? 1 : 0;
  }

  #search(assumptions: readonly number[], most: number): Satisfiable {
    const end = this.conflicts + most;
    for (let round = 1; ; round++) {
      const found = this.#untilRestart(assumptions, Math.min(end, this.conflicts + RESTART * luby(round)));
      if (found !== null) return found;
      this.#undo(0);
      if (this.conflicts >= end) return null;
      if (this.#learned.length > this.#mostLearned) this.#reduce();
    }
  }

  #untilRestart(assumptions: readonly number[], end: number): Satisfiable {
    if (this.#isRefuted) return false;
    for (;;) {
      const conflict = this.#propagate();
      if (conflict !== NONE) {
        spend();
        this.conflicts++;
        if (this.#limits.length === 0) {
          this.#isRefuted = true;
          return false;
        }
        this.#learn(this.#analyse(conflict));
        continue;
      }
      if (this.conflicts >= end) return null;
      const next = this.#next(assumptions);
      if (next === undefined) return true;
      if (next === NONE) return false;
      this.#limits.push(this.#assigned);
      if (this.#values[next] === 0) this.#assign(next, NONE);
    }
  }

  /** The next literal to assume or decide; NONE where an assumption cannot hold. */
  #next(assumptions: readonly number[]): number | undefined {
    const assumed = assumptions[this.#limits.length];
    if (assumed !== undefined) return this.#values[assumed] === -1 ? NONE : assumed;
    while (this.#heap.length > 0) {
      const variable = this.#take();
      if (this.#values[2 * variable] === 0) return 2 * variable + 1 - this.#phases[variable]!;
    }
    return undefined;
  }

  #learn(literals: readonly number[]): void {
    const [first, second] = literals;
    this.#undo(second === undefined ? 0 : this.#levels[second >> 1]!);
    if (second === undefined) this.#assign(first!, NONE);
    else {
      const levels = new Set(literals.map((literal) => this.#levels[literal >> 1]!)).size;
      const ref = this.#store(literals, levels);
      this.#learned.push(ref);
      this.#assign(first!, ref);
    }
    this.#step /= DECAY;
  }

  /** Leaves out half of what was learned, of which many levels met, and what holds anyway. */
  #reduce(): void {
    const levelsOf = (ref: number) => this.#clauses[ref + 1]!;
    const sorted = this.#learned.toSorted((a, b) => levelsOf(a) - levelsOf(b) || b - a);
    const gone = new Set(sorted.slice(sorted.length >> 1).filter((ref) => levelsOf(ref) > 2));
    for (const watches of this.#watches) watches.length = 0;
    const before = this.#clauses;
    this.#clauses = new Int32Array(before.length);
    const [used, learned] = [this.#used, new Set(this.#learned)];
    this.#used = 0;
    this.#learned = [];
    for (let ref = 0; ref < used; ref += HEAD + before[ref]!) {
      if (gone.has(ref)) continue;
      const literals = [...before.subarray(ref + HEAD, ref + HEAD + before[ref]!)];
      if (literals.some((literal) => this.#values[literal] === 1)) continue;
      const open = literals.filter((literal) => this.#values[literal] === 0);
      const made = this.#store(open, before[ref + 1]!);
      if (learned.has(ref)) this.#learned.push(made);
    }
    this.#mostLearned += MORE_LEARNED;
  }

  #insert(variable: number): void {
    this.#places[variable] = this.#heap.push(variable) - 1;
    this.#rise(this.#heap.length - 1);
  }

  #rise(from: number): void {
    const heap = this.#heap;
    const variable = heap[from]!;
    const activity = this.#activities[variable]!;
    let at = from;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const other = heap[above]!;
      if (this.#activities[other]! >= activity) break;
      heap[at] = other;
      this.#places[other] = at;
      at = above;
    }
    heap[at] = variable;
    this.#places[variable] = at;
  }

  /** The most active variable. */
  #take(): number {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    this.#places[first] = NONE;
    if (heap.length === 0) return first;
    const activity = this.#activities[last]!;
    let at = 0;
    for (let below = 1; below < heap.length; below = 2 * at + 1) {
      const right = below + 1;
      if (right < heap.length && this.#activities[heap[right]!]! > this.#activities[heap[below]!]!)
        below = right;
      const other = heap[below]!;
      if (this.#activities[other]! <= activity) break;
      heap[at] = other;
      this.#places[other] = at;
      at = below;
    }
    heap[at] = last;
    this.#places[last] = at;
    return first;
  }
}

/** 1, 1, 2, 1, 1, 2, 4, ... (Luby, Sinclair and Zuckerman 1993), from 1 on. */
function luby(at: number): number {
  let size = 1;
  while (size < at + 1) size *= 2;
  return size === at + 1 ? size / 2 : luby(at - size / 2 + 1);
}
