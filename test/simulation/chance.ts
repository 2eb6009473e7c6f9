/** Repeatable chance: the same seed draws the same numbers. */
export interface Chance {
  /** From 0 to below 1. */
  next(): number;
  /** A whole number from `from` to `to`, both included. */
  whole(from: number, to: number): number;
  /** True with this probability. */
  hits(probability: number): boolean;
  pick<T>(list: readonly [T, ...T[]]): T;
  /** One of a list that may be empty. */
  oneOf<T>(list: readonly T[]): T | undefined;
  /** Picks by weight; names with a weight of 0 never come. */
  weighted<N extends string>(weights: Readonly<Record<N, number>>): N;
  /** Chance of its own for a part of the story, so that a change of one part leaves the others as they were. */
  branch(name: string): Chance;
}

export function chanceOf(seed: number, name = ''): Chance {
  let state = mixed(name, seed);
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 4_294_967_296;
  };
  const whole = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    whole,
    hits: (probability) => next() < probability,
    // The index is below the length, and the list is not empty.
    pick: <T>(list: readonly [T, ...T[]]): T => list[whole(0, list.length - 1)] ?? list[0],
    oneOf: (list) => (list.length === 0 ? undefined : list[whole(0, list.length - 1)]),
    weighted<N extends string>(weights: Readonly<Record<N, number>>): N {
      const entries = Object.entries<number>(weights);
      let left = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      const found = entries.find(([, weight]) => (left -= weight) < 0) ?? entries.at(-1);
      if (found === undefined) throw new Error('Nothing to pick from.');
      return found[0] as N; // Object.entries forgets that the names are the keys of the table.
    },
    branch: (branchName) => chanceOf(seed, `${name}/${branchName}`),
  };
}

/** FNV-1a of the name, started from the seed. */
function mixed(name: string, seed: number): number {
  let hash = (0x811c9dc5 ^ Math.imul(seed + 1, 0x9e3779b1)) >>> 0;
  for (let index = 0; index < name.length; index += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash;
}
