import { isObject } from './answers.ts';
import type { JdeSettings } from './config.ts';
import type { AisCall } from './http.ts';
import type { Ticket } from './sign-in.ts';

/** The address of the link to the next page in an answer. It holds the token: never log it. */
export function nextHref(body: unknown): string | undefined {
  const links = isObject(body) ? body['links'] : undefined;
  if (!Array.isArray(links)) return undefined;
  for (const link of links) {
    if (!isObject(link) || link['rel'] !== 'next') continue;
    const href = link['href'];
    if (typeof href === 'string' && href !== '') return href;
  }
  return undefined;
}

/**
 * The call that follows a link. AIS writes the link with its own idea of its host, which is wrong behind a proxy, and
 * in Oracle's own example with a double slash; so only path and query are taken over, the latter encoded anew.
 *
 * @returns `undefined` when the link leads anywhere but to the next page of the data service.
 */
export function nextCall(
  href: string,
  ticket: Ticket,
  settings: JdeSettings,
): Omit<AisCall, 'what'> | undefined {
  const [address, query] = splitOnce(href, '?');
  const path = /\/(jderest\/v\d+\/dataservice\/next)$/.exec(address.replace(/(?<!:)\/{2,}/g, '/'))?.[1];
  if (path === undefined) return undefined;
  const parameters = query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => splitOnce(pair, '='))
    .map(([name, value]) => [decoded(name), decoded(value)] as const)
    .filter(([name]) => name !== 'token' || settings.nextTokenIn === 'query');
  if (!parameters.some(([name]) => name === 'deviceName')) parameters.push(['deviceName', ticket.deviceName]);
  return {
    method: settings.nextMethod,
    path: `/${path}`,
    query: parameters
      .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
      .join('&'),
  };
}

/** A plus stays a plus: tokens are Base64, and AIS writes blanks as %20. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function splitOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
