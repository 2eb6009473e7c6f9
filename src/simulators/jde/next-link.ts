import type { Cursor } from './cursors.ts';
import type { Call } from './service.ts';

export interface Link {
  rel: 'next';
  href: string;
}

/** The name the server has for itself, behind a proxy. */
const INTERNAL_BASE_URL = 'http://e1ais.internal.example:9192';

/**
 * The link to the next page: absolute, token in clear, `|` not escaped.
 * Oracle guide: example of a links section in a data service response.
 */
export function nextLink(cursor: Cursor, call: Call): Link {
  const { nextLinkHost, nextLinkPath, nextLinkToken, nextLinkDeviceName } = call.server.switches;
  const base = nextLinkHost === 'internal' ? INTERNAL_BASE_URL : call.baseUrl;
  const path = nextLinkPath === 'doubleSlash' ? '//jderest' : '/jderest';
  const session = call.server.sessions.peek(cursor.token);
  const parameters = [
    `stackId=${cursor.stackId}`,
    `stateId=${cursor.stateId}`,
    `rid=${cursor.rid}`,
    `fullGridId=${cursor.target.gridId}`,
    `formOID=${cursor.target.name}`,
    ...(nextLinkToken === 'included' ? [`token=${encodeURIComponent(cursor.token)}`] : []),
    ...(nextLinkDeviceName === 'included' && session?.device !== undefined
      ? [`deviceName=${encodeURIComponent(session.device)}`]
      : []),
    `outputType=${cursor.outputType}`,
    `returnControlIDs=${cursor.returnControlIDs}`,
  ];
  return { rel: 'next', href: `${base}${path}/v2/dataservice/next?${parameters.join('&')}` };
}
