/** What a switch may hold, and what is said about it. */
export interface SwitchKind<T> {
  /** The allowed values; or what may stand there, in words, if they cannot be listed. */
  values: readonly T[] | string;
  default: T;
  explanation: string;
  /** What no public source states, so that it must be looked at on the real server. Absent: documented. */
  unverified?: string;
}

interface Words {
  is: string;
  unverified?: string;
}

/** One of a list of values; the first is the default. */
export function oneOf<const T extends string>(values: readonly [T, ...T[]], words: Words): SwitchKind<T> {
  return { values, default: values[0], ...explained(words) };
}

export function onOff(byDefault: boolean, words: Words): SwitchKind<boolean> {
  return { values: [false, true], default: byDefault, ...explained(words) };
}

export function wholeNumber(byDefault: number, words: Words & { unit: string }): SwitchKind<number> {
  return { values: `a whole number of ${words.unit}`, default: byDefault, ...explained(words) };
}

export function text(byDefault: string, words: Words): SwitchKind<string> {
  return { values: 'any text', default: byDefault, ...explained(words) };
}

function explained(words: Words): { explanation: string; unverified?: string } {
  return { explanation: words.is, ...(words.unverified ? { unverified: words.unverified } : {}) };
}
