import type { Cin7FaultAct } from '../../src/simulators/cin7/index.ts';
import type { FaultAction } from '../../src/simulators/jde/index.ts';
import type { Chance } from './chance.ts';

/** What happens to one call. */
export type CallFault =
  /** The other side takes no connection: the call is certainly not sent. */
  | { readonly kind: 'unreachable' }
  /** The call arrives late, or its answer does. */
  | { readonly kind: 'late'; readonly beforeMs: number; readonly afterMs: number }
  | { readonly kind: 'cin7'; readonly act: Cin7FaultAct; readonly name: string }
  | { readonly kind: 'jde'; readonly act: FaultAction; readonly name: string };

/** How often each kind of fault came. */
export class FaultCount {
  readonly byKind = new Map<string, number>();

  add(kind: string): void {
    this.byKind.set(kind, (this.byKind.get(kind) ?? 0) + 1);
  }

  of(kind: string): number {
    return this.byKind.get(kind) ?? 0;
  }

  get total(): number {
    return [...this.byKind.values()].reduce((sum, count) => sum + count, 0);
  }
}

const LATE_BEFORE_MS_MAX = 15_000;
const LATE_AFTER_MS_MAX = 20_000;

/** Everything that a call to Cin7 can suffer. */
export function drawCin7Fault(chance: Chance): CallFault {
  const name = chance.weighted(CIN7_WEIGHTS);
  if (name === 'unreachable') return { kind: 'unreachable' };
  if (name === 'late') return late(chance);
  return { kind: 'cin7', name: `cin7 ${name}`, act: cin7Act(name, chance) };
}

const CIN7_WEIGHTS = {
  unreachable: 4,
  late: 8,
  hangUpBefore: 6,
  hangUpAfter: 12,
  status500: 6,
  status502: 3,
  status503: 4,
  status503After: 3,
  status500After: 8,
  status403: 1,
  rateLimit429: 4,
  rateLimit503: 3,
  rateLimit400: 4,
  html: 3,
  errorIn200: 3,
  unreadable: 6,
  truncate: 6,
  hang: 2,
  hangAfter: 3,
} as const;

function cin7Act(
  name: Exclude<keyof typeof CIN7_WEIGHTS, 'unreachable' | 'late'>,
  chance: Chance,
): Cin7FaultAct {
  switch (name) {
    case 'hangUpBefore':
    case 'hangUpAfter':
    case 'status500After':
    case 'html':
    case 'errorIn200':
    case 'unreadable':
    case 'hang':
    case 'hangAfter':
      return { kind: name };
    case 'status500':
      return { kind: 'status', status: 500, body: 'An error has occurred.' };
    case 'status502':
      return { kind: 'status', status: 502, body: '<html>Bad Gateway</html>', contentType: 'text/html' };
    case 'status503':
      return { kind: 'status', status: 503, body: '' };
    case 'status503After':
      return { kind: 'status', status: 503, body: '', before: false };
    case 'status403':
      return { kind: 'status', status: 403, body: 'Incorrect credentials!' };
    case 'rateLimit429':
      return { kind: 'rateLimit', form: '429' };
    case 'rateLimit503':
      return { kind: 'rateLimit', form: '503' };
    case 'rateLimit400':
      return { kind: 'rateLimit', form: '400' };
    case 'truncate':
      return { kind: 'truncate', bytes: chance.whole(0, 400) };
  }
}

/** Everything that a call to AIS can suffer. `isRead`: it asks for rows. */
export function drawJdeFault(chance: Chance, isRead: boolean): CallFault {
  const name = chance.weighted(isRead ? JDE_READ_WEIGHTS : JDE_WEIGHTS);
  if (name === 'unreachable') return { kind: 'unreachable' };
  if (name === 'late') return late(chance);
  return { kind: 'jde', name: `jde ${name}`, act: jdeAct(name, chance) };
}

const JDE_WEIGHTS = {
  unreachable: 4,
  late: 8,
  status500: 5,
  status502: 3,
  html: 3,
  resetBefore: 5,
  resetAfter: 6,
  truncate: 5,
  truncateClean: 4,
  hang: 1,
} as const;

const JDE_READ_WEIGHTS = {
  ...JDE_WEIGHTS,
  invalidToken444: 4,
  invalidToken403: 4,
  killSession: 5,
  loseHtmlSession: 4,
  restart: 5,
  expireCursor: 8,
  sysErrors: 3,
  topLevelException: 3,
  dsError: 3,
  formErrors: 2,
  repeatPage: 3,
  dropLinks: 3,
  dropRows: 3,
} as const;

function jdeAct(
  name: Exclude<keyof typeof JDE_READ_WEIGHTS, 'unreachable' | 'late'>,
  chance: Chance,
): FaultAction {
  switch (name) {
    case 'status500':
      return { kind: 'status', status: 500, body: '{"message":"Internal Server Error"}' };
    case 'status502':
      return { kind: 'html', status: 502 };
    case 'html':
      return { kind: 'html', status: 503 };
    case 'resetBefore':
      return { kind: 'reset', when: 'before' };
    case 'resetAfter':
      return { kind: 'reset', when: 'after' };
    case 'truncate':
    case 'truncateClean':
      return { kind: name, bytes: chance.whole(0, 600) };
    case 'invalidToken444':
      return { kind: 'invalidToken', status: 444 };
    case 'invalidToken403':
      return { kind: 'invalidToken', status: 403 };
    case 'dropRows':
      return { kind: 'dropRows', count: 1 };
    case 'hang':
    case 'killSession':
    case 'loseHtmlSession':
    case 'restart':
    case 'expireCursor':
    case 'sysErrors':
    case 'topLevelException':
    case 'dsError':
    case 'formErrors':
    case 'repeatPage':
    case 'dropLinks':
      return { kind: name };
  }
}

function late(chance: Chance): CallFault {
  return {
    kind: 'late',
    beforeMs: chance.whole(0, LATE_BEFORE_MS_MAX),
    afterMs: chance.whole(0, LATE_AFTER_MS_MAX),
  };
}
