import type { CustomFetch } from 'openid-client';
import { Fault } from '../faults/fault.ts';

/** Discovery documents, key sets and tokens are a few kilobytes. */
const BODY_BYTES_MAX = 1_000_000;

/**
 * How the OpenID provider is called: over TLS (or on this machine, where that is allowed), without following redirects, and with a bound
 * on what is read. The discovery document names the other addresses, so each call is looked at.
 */
export function boundedFetch(carry: typeof fetch, options: { readonly allowHttp: boolean }): CustomFetch {
  return async (address, request) => {
    assertAddress(new URL(address), options);
    const init: RequestInit = { method: request.method, headers: request.headers, redirect: 'manual' };
    if (request.body !== undefined) init.body = request.body;
    if (request.signal !== undefined) init.signal = request.signal;
    const response = await carry(address, init);
    const body = await readBounded(response);
    const { status, statusText, headers } = response;
    // Statuses without a body must not be given one.
    return new Response(body.length === 0 ? null : body, { status, statusText, headers });
  };
}

/** @throws Fault `access.oidc_refused` for an address without TLS, unless it is this machine and that is allowed. */
export function assertAddress(url: URL, options: { readonly allowHttp: boolean }): void {
  const isLoopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && options.allowHttp && isLoopback)) return;
  throw new Fault(
    'access.oidc_refused',
    `The OpenID provider must be reached over https, not at ${url.origin}.`,
    {
      field: 'access.oidc.issuer',
    },
  );
}

async function readBounded(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX)
      throw new Fault('access.oidc_refused', 'An answer of the OpenID provider is too large.');
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
