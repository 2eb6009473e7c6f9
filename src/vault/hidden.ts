import { inspect } from 'node:util';

export const HIDDEN = '[sealed]';

/** What holds a key shows nothing of it, whichever way it is printed: logs, errors, JSON, the inspector. */
export abstract class Hidden {
  toJSON(): string {
    return HIDDEN;
  }

  toString(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}
