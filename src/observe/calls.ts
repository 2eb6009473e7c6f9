import type { Cin7CallReport } from '../connectors/cin7/index.ts';
import type { CallReport } from '../connectors/jde/index.ts';

/** One finished HTTP call of JDE or Cin7. Neither ids nor secrets are in it, and its texts are few. */
export interface OutboundCall {
  readonly system: 'jde' | 'cin7';
  readonly method: string;
  /** With a placeholder for what differs: `/jderest/v3/orchestrator/{name}`. */
  readonly path: string;
  /** `ok`, or what became of it: `refused`, `rateRefused`, `unanswered`, `http444`. */
  readonly result: string;
  readonly ms: number;
}

export function jdeCall({ method, path, status, tookMs }: CallReport): OutboundCall {
  const result = status === undefined ? 'unanswered' : status < 300 ? 'ok' : `http${status}`;
  return { system: 'jde', method, path: jdePath(path), result, ms: tookMs };
}

export function cin7Call({ method, path, outcome, tookMs }: Cin7CallReport): OutboundCall {
  const result = outcome === 'data' ? 'ok' : outcome;
  return { system: 'cin7', method, path: isTemplate(path) ? `/${path}` : 'other', result, ms: tookMs };
}

function jdePath(path: string): string {
  const named = path.replace(/(\/orchestrator\/).+$/, '$1{name}');
  return isTemplate(named.slice(1).replace('{name}', 'name')) ? named : 'other';
}

/** Words and versions, as the paths of both systems are made of. What an id could be in is not one. */
function isTemplate(path: string): boolean {
  return path.length <= 60 && path.split('/').every((part) => /^(v\d|[a-z]+\d?(-[a-z]+)*)$/i.test(part));
}
