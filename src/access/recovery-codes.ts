import { hashSecret } from './secrets.ts';

const CODES = 10;
const GROUPS = 4;
const GROUP_LENGTH = 6;
/** Crockford's base 32: no I, L, O, U, which are misread. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * Ten codes for the day the phone is lost, such as `7GK2QD-...`. Each carries 120 random bits, above the 112 from which
 * OWASP ASVS 5.0 (6.5.2) asks for no slow hash.
 */
export function newRecoveryCodes(random: (bytes: number) => Uint8Array): readonly string[] {
  return Array.from({ length: CODES }, () =>
    Array.from({ length: GROUPS }, () =>
      Array.from(random(GROUP_LENGTH), (byte) => ALPHABET[byte % ALPHABET.length]).join(''),
    ).join('-'),
  );
}

/** @returns `undefined` for what cannot be a recovery code. Case, hyphens and spaces do not matter. */
export function recoveryCodeHash(typed: string): string | undefined {
  const bare = typed.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
  if (bare.length !== GROUPS * GROUP_LENGTH || Array.from(bare).some((sign) => !ALPHABET.includes(sign)))
    return undefined;
  return hashSecret(bare);
}
