import { createHmac } from 'node:crypto';

interface Signed {
  /** Stays the same when a message is sent again. */
  readonly id: string;
  readonly body: string;
  readonly secret: string;
  readonly nowMs: number;
}

/**
 * Headers by which a receiver knows that a message is ours, unchanged and new.
 *
 * - `ML-Connector-Signature: t=SECONDS,v1=HEX`: HMAC-SHA-256 over `SECONDS.BODY`, keyed by the secret as it is written.
 * - `webhook-id`, `webhook-timestamp`, `webhook-signature: v1,BASE64`: HMAC-SHA-256 over `ID.SECONDS.BODY`, keyed by the bytes that
 *   the part behind `whsec_` stands for, or by the secret as it is written where it has no such form.
 *   Source: specification of Standard Webhooks, 1.0.0.
 */
export function signatureHeaders({ id, body, secret, nowMs }: Signed): Readonly<Record<string, string>> {
  const seconds = Math.floor(nowMs / 1_000);
  const own = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  const standard = createHmac('sha256', standardKey(secret))
    .update(`${id}.${seconds}.${body}`)
    .digest('base64');
  return {
    'ml-connector-signature': `t=${seconds},v1=${own}`,
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': `v1,${standard}`,
  };
}

function standardKey(secret: string): Buffer {
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1];
  return encoded === undefined ? Buffer.from(secret) : Buffer.from(encoded, 'base64');
}

/** A new secret, in the form that Standard Webhooks expects. */
export function newSigningSecret(bytes: Buffer): string {
  return `whsec_${bytes.toString('base64')}`;
}
