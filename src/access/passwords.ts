import { hash, parseOptions, verify } from '@node-rs/argon2';
import { Fault } from '../faults/fault.ts';

/** Turns passwords into PHC strings, which carry algorithm and parameters, and checks them. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  verify(hashed: string, password: string): Promise<boolean>;
  /** Whether a hash was made with other parameters than today's; its password is hashed anew at the next sign-in. */
  isOutdated(hashed: string): boolean;
}

export interface Argon2Parameters {
  readonly memoryCost: number;
  readonly timeCost: number;
  readonly parallelism: number;
}

/** KiB, passes, lanes. Above the least that OWASP ASVS 5.0 (appendix C) asks of argon2id: 19,456 KiB at 2 passes. */
export const ARGON2_PARAMETERS: Argon2Parameters = { memoryCost: 47_104, timeCost: 2, parallelism: 1 };

/** Hashes at the same time: each takes 46 MiB. */
const AT_ONCE = 2;
const WAITING_MAX = 100;
const ARGON2ID = 2;

/** Argon2id. A flood of sign-ins can fill neither the memory nor the queue. */
export function argon2Hasher(parameters: Argon2Parameters = ARGON2_PARAMETERS): PasswordHasher {
  const gate = openGate();
  return {
    hash: (password) => gate(() => hash(password, parameters)),
    verify: (hashed, password) => gate(() => verify(hashed, password)),
    isOutdated(hashed) {
      const used = parseOptions(hashed);
      return (
        Number(used.algorithm) !== ARGON2ID ||
        used.memoryCost !== parameters.memoryCost ||
        used.timeCost !== parameters.timeCost ||
        used.parallelism !== parameters.parallelism
      );
    },
  };
}

function openGate(): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let busy = 0;
  return async (work) => {
    if (busy >= AT_ONCE) {
      if (waiting.length >= WAITING_MAX)
        throw new Fault('access.busy', 'Too many sign-ins at this moment.', { retryAfterMs: 2_000 });
      // The place is handed over: whoever leaves does not count itself off.
      await new Promise<void>((go) => waiting.push(go));
    } else busy += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) busy -= 1;
      else next();
    }
  };
}
