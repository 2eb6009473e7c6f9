import { invalidToken, presentedToken } from './authenticate.ts';
import type { FaultAction } from './faults.ts';
import { html, json, type Reply, serviceError, sysErrors } from './reply.ts';
import type { Call, Server } from './service.ts';

const TROUBLE = 'The simulator was told to fail here.';

/** What a call suffers besides the answer it gets. */
export interface Suffering {
  /** An answer in place of the real one. */
  instead?: Reply;
  waitMs: number;
  hang: boolean;
  reset?: 'before' | 'after';
  truncate?: { bytes: number; clean: boolean };
}

/** Lets faults happen: to the server, to the page of this call, and to its transport. */
export function suffer(actions: readonly FaultAction[], call: Call, tables: readonly string[]): Suffering {
  const suffering: Suffering = { waitMs: 0, hang: false };
  for (const action of actions) apply(action, call, tables, suffering);
  return suffering;
}

function apply(action: FaultAction, call: Call, tables: readonly string[], suffering: Suffering): void {
  const { server, effects } = call;
  const instead = insteadOf(action, server, tables);
  if (instead) suffering.instead = instead;
  switch (action.kind) {
    case 'killSession':
      killSession(server, presentedToken(call));
      break;
    case 'loseHtmlSession':
      loseHtmlSession(server, presentedToken(call));
      break;
    case 'restart':
      restartServer(server);
      break;
    case 'expireCursor':
      server.cursors.expireOf(presentedToken(call));
      break;
    case 'repeatPage':
      effects.repeatPage = true;
      break;
    case 'dropRows':
      effects.dropRows = action.count;
      break;
    case 'dropLinks':
      effects.dropLinks = true;
      break;
    case 'formErrors':
      effects.formErrors = [formError(action.text ?? TROUBLE)];
      break;
    case 'slow':
      suffering.waitMs += action.ms;
      break;
    case 'hang':
      suffering.hang = true;
      break;
    case 'reset':
      suffering.reset = action.when ?? 'before';
      break;
    case 'truncate':
    case 'truncateClean':
      suffering.truncate = { bytes: action.bytes, clean: action.kind === 'truncateClean' };
      break;
    case 'status':
    case 'html':
    case 'invalidToken':
    case 'sysErrors':
    case 'topLevelException':
    case 'dsError':
      break;
    default:
      action satisfies never;
  }
}

function insteadOf(action: FaultAction, server: Server, tables: readonly string[]): Reply | undefined {
  switch (action.kind) {
    case 'status':
      return {
        status: action.status,
        contentType: action.contentType ?? 'application/json',
        body: action.body ?? '',
      };
    case 'html':
      return html(action.status, 'Service Unavailable');
    case 'invalidToken':
      return invalidToken(server, action.status);
    case 'sysErrors':
      return sysErrors(200, action.text ?? TROUBLE);
    case 'topLevelException':
      return serviceError(200, action.text ?? TROUBLE, server.clock);
    case 'dsError':
      return json(200, { [`ds_${tables[0] ?? ''}`]: { error: { message: action.text ?? TROUBLE } } });
    default:
      return undefined;
  }
}

export function restartServer(server: Server): void {
  server.sessions.closeAll();
  server.cursors.expireAll();
}

function loseHtmlSession(server: Server, token: string): void {
  const session = server.sessions.peek(token);
  if (session) session.isLost = true;
  server.cursors.expireOf(token);
}

export function killSession(server: Server, token: string): void {
  server.sessions.close(token);
  server.cursors.expireOf(token);
}

/** A form error, with the members and the code of a recorded one. */
function formError(text: string): Record<string, string> {
  return { CODE: '0052', TITLE: text, ERRORCONTROL: '1', DESC: text, MOBILE: text };
}
