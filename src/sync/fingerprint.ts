import { hash } from 'node:crypto';

/** Hash of a payload. Members are put in order first, so that only values count. */
export function fingerprintOf(payload: unknown): string {
  return hash('sha256', JSON.stringify(payload, inOrder), 'base64url');
}

function inOrder(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
