/** Repeatable chance: the same seed gives the same faults and the same identifiers. */
export interface Chance {
  /** A number in [0, 1). */
  next(): number;
  /** A version 4 GUID in lower case. */
  guid(): string;
}

/** Mulberry32: small, quick and good enough for faults and identifiers. */
export function chanceFrom(seed: number): Chance {
  let state = seed >>> 0;
  const bits = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const hex = (value: number): string => value.toString(16).padStart(8, '0');
  return {
    next: () => bits() / 4_294_967_296,
    guid: () => {
      const first = hex(bits());
      const second = hex(bits());
      const third = hex(((bits() & 0x3fffffff) | 0x80000000) >>> 0);
      const fourth = hex(bits());
      return `${first}-${second.slice(0, 4)}-4${second.slice(5)}-${third.slice(0, 4)}-${third.slice(4)}${fourth}`;
    },
  };
}

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
export const ZERO_GUID = '00000000-0000-0000-0000-000000000000';

export function isGuid(text: string): boolean {
  return GUID.test(text);
}
