import { Secret, TOTP } from 'otpauth';

const SECRET_BYTES = 20;
const PERIOD_SECONDS = 30;
const DIGITS = 6;
/** Codes of one step before and after are taken: clocks of phones are a little off. */
const WINDOW = 1;

/** A new secret for an authenticator app, as base32. */
export function newTotpSecret(random: (bytes: number) => Uint8Array): string {
  return new Secret({ buffer: new Uint8Array(random(SECRET_BYTES)).buffer }).base32;
}

/** What an authenticator app reads from a QR code. Holds the secret: it is shown once and never logged. */
export function totpUri(secret: string, user: string): string {
  return totpOf(secret, user).toString();
}

/**
 * The time step that a code belongs to.
 *
 * @returns `undefined` where it belongs to none around now. Whether the step was used before is up to the caller.
 */
export function totpStepOf(secret: string, code: string, nowMs: number): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  const delta = totpOf(secret).validate({ token: code, timestamp: nowMs, window: WINDOW });
  return delta === null ? undefined : Math.floor(nowMs / 1_000 / PERIOD_SECONDS) + delta;
}

function totpOf(secret: string, user = ''): TOTP {
  // SHA-1 is what all authenticator apps know; its weakness (collisions) does not matter inside an HMAC.
  return new TOTP({
    issuer: 'ml-connector',
    label: user === '' ? 'user' : user,
    algorithm: 'SHA1',
    digits: DIGITS,
    period: PERIOD_SECONDS,
    secret: Secret.fromBase32(secret),
  });
}
