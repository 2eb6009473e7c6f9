import { Fault } from '../faults/fault.ts';
import { type GuessableWords, worthOf } from './password-pieces.ts';

/** Characters, of any script. OWASP ASVS 5.0 (6.2.9) asks that at least 64 are allowed; the bound keeps hashing short. */
export const PASSWORD_LENGTH_MAX = 256;

/** What the pieces of a password must be worth together: seven unrelated characters, or three words and a little. */
const WORTH_MIN = 7;
const PRODUCT_WORDS = [
  'ml-connector',
  'mlconnector',
  'connector',
  'cin7',
  'oracle',
  'jdedwards',
  'jde',
  'enterpriseone',
];
const CONTEXT_WORD_MIN = 3;

interface PasswordRules {
  readonly lengthMin: number;
  /** Names that stand near the password: of the user, of the company, of connections. */
  readonly context: readonly string[];
}

/**
 * Says no to passwords that are guessed first. No rule asks for capitals, digits or signs: they make passwords harder to
 * remember and hardly harder to guess (OWASP ASVS 5.0, 6.2.5). Any character counts, and none is changed (6.2.8).
 *
 * @throws Fault `access.password_weak` with what is wrong, without the password.
 */
export async function assertGoodPassword(password: string, rules: PasswordRules): Promise<void> {
  const length = Array.from(password).length;
  if (length < rules.lengthMin)
    throw weak(`It has ${length} characters; at least ${rules.lengthMin} are needed.`);
  if (length > PASSWORD_LENGTH_MAX) throw weak(`It is longer than ${PASSWORD_LENGTH_MAX} characters.`);
  // The list is only in memory once a password was chosen.
  const { COMMON_PASSWORDS } = await import('./common-passwords.ts');
  const words = guessableWords(COMMON_PASSWORDS, rules.context);
  if (words.common.has(password.toLowerCase())) throw weak('It is one of the most common passwords.');
  if (worthOf(password, words) >= WORTH_MIN) return;
  throw weak(
    'It is made of common words, names, years, repeats or neighbours on the keyboard, which are tried first.',
  );
}

function guessableWords(common: readonly string[], names: readonly string[]): GuessableWords {
  const context = new Set(
    [...PRODUCT_WORDS, ...names.flatMap((name) => [name, ...name.split(/[^\p{L}\p{N}]+/u)])]
      .map((name) => name.toLowerCase())
      .filter((name) => name.length >= CONTEXT_WORD_MIN),
  );
  return { common: new Set(common), context };
}

function weak(what: string): Fault {
  return new Fault('access.password_weak', `This password is not taken. ${what}`, { field: 'password' });
}
