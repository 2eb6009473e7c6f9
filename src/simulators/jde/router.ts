import { answerDataService, answerNext, answerSimpleGet } from './data-service.ts';
import { answerDefaultConfig } from './default-config.ts';
import type { ServiceName } from './faults.ts';
import { answerOrchestration } from './orchestrator.ts';
import { html, type Reply } from './reply.ts';
import type { Call } from './service.ts';
import { readSimpleGet } from './simple-get.ts';
import { answerLogout, answerTokenRequest, answerValidate } from './token-request.ts';

export interface Route {
  version: Call['version'];
  service: ServiceName | undefined;
  /** The table, view or orchestration that the path names. */
  table?: string;
  answer: (call: Call) => Reply;
}

interface Rule {
  path: RegExp;
  methods: string[];
  versions: Call['version'][];
  service: ServiceName;
  /** Group 1 of the path is a table, a view or an orchestration. */
  answer: (call: Call, name: string, kind: string) => Reply;
}

const ALL: Call['version'][] = ['v1', 'v2', 'v3'];
const DATA: Call['version'][] = ['v1', 'v2'];

const RULES: Rule[] = [
  rule(/^tokenrequest$/, ['POST'], DATA, 'tokenrequest', answerTokenRequest),
  rule(/^tokenrequest\/logout$/, ['POST'], DATA, 'logout', answerLogout),
  rule(/^tokenrequest\/validate$/, ['POST'], ['v2'], 'validate', answerValidate),
  rule(/^orchestrator\/jde-login$/, ['GET', 'POST'], ALL, 'tokenrequest', answerTokenRequest),
  rule(/^orchestrator\/jde-logout$/, ['GET', 'POST'], ALL, 'logout', answerLogout),
  rule(/^orchestrator\/jde-validate-session$/, ['GET', 'POST'], ALL, 'validate', answerValidate),
  rule(/^orchestrator\/([^/]+)$/, ['GET', 'POST'], ALL, 'orchestrator', (call, name) =>
    answerOrchestration(name, call),
  ),
  rule(/^defaultconfig$/, ['GET', 'POST'], DATA, 'defaultconfig', answerDefaultConfig),
  rule(/^dataservice$/, ['POST'], DATA, 'dataservice', answerDataService),
  rule(/^dataservice\/next$/, ['GET', 'POST'], ['v2'], 'next', answerNext),
  rule(/^dataservice\/(?:table|view)\/([^/]+)$/, ['GET'], DATA, 'dataservice', (call, name, kind) =>
    answerSimpleGet(readSimpleGet(kind === 'view' ? 'view' : 'table', name, call.query), call),
  ),
];

/** Finds who answers a path; an unknown one gets the container's own 404 page. */
export function findRoute(method: string, path: string): Route {
  const [, version = 'v1', rest = ''] = /^\/+jderest\/(?:(v2|v3)\/)?(.*)$/.exec(path) ?? [];
  const isVersion = version === 'v2' || version === 'v3' ? version : 'v1';
  for (const each of RULES) {
    const found = each.path.exec(rest);
    if (!found || !each.versions.includes(isVersion)) continue;
    if (!each.methods.includes(method)) return container(isVersion, 405, 'Method Not Allowed');
    const name = decodeURIComponent(found[1] ?? '');
    const kind = rest.split('/')[1] ?? '';
    const table = name ? { table: name } : {};
    const answer = (call: Call): Reply => each.answer(call, name, kind);
    return { version: isVersion, service: each.service, ...table, answer };
  }
  return container(isVersion, 404, 'Not Found');
}

function container(version: Call['version'], status: number, title: string): Route {
  return { version, service: undefined, answer: () => html(status, title) };
}

function rule(
  path: RegExp,
  methods: string[],
  versions: Call['version'][],
  service: ServiceName,
  answer: Rule['answer'],
): Rule {
  return { path, methods, versions, service, answer };
}
