import { hintOf } from '../faults/fault.ts';
import type { FaultCode } from '../faults/fault-codes.ts';
import type { Trouble } from '../store/notices.ts';
import type { NewlyParked } from '../store/parked-news.ts';
import type { NoticeEvent } from './events.ts';
import { bounded, type Message } from './message.ts';

type EventOf<N extends NoticeEvent['event']> = Extract<NoticeEvent, { event: N }>;
type Words = Omit<Message, 'connection' | 'data'>;

/** What people read of an event. `name` is that of the connection; null: the event is about all of the connector. */
export function messageOf(event: NoticeEvent, name: string | null): Message {
  return bounded({ ...wordsOf(event, name ?? 'ml-connector'), connection: name, data: event });
}

function wordsOf(event: NoticeEvent, name: string): Words {
  switch (event.event) {
    case 'run.failed':
      return failedRun(event, name);
    case 'run.no_progress':
      return {
        title: `${name}: the sync does not get on`,
        lines: [`The last ${event.runs} runs ended with the same work left behind.`],
        hint: 'Open the last run and look at what it says; if it names nothing, ask for help with its number.',
        path: runPath(event.runId),
      };
    case 'connection.offline':
      return offline(event, name);
    case 'parked.new':
      return parked(event, name);
    case 'freshness.stale':
      return stale(event, name);
    case 'reconcile.differences':
      return differences(event, name);
    case 'trail.damaged':
      return {
        title: `${name}: the audit trail was changed from outside`,
        lines: [
          `Entry ${event.seq} does not fit the chain (${event.problem}). The connector never changes an entry, so somebody or something wrote into its store.`,
        ],
        hint: 'Keep a copy of the store as it is now, run audit verify, and compare with your last export of the trail.',
        path: event.chain === 'system' ? '/trail' : `${connectionPath(name)}/trail`,
      };
    case 'key.problem':
      return {
        title: `${name}: credentials cannot be opened`,
        lines: [event.text],
        hint: event.hint,
        path: event.connectionId === null ? '/settings' : `${connectionPath(name)}/settings`,
      };
    case 'sign_in.blocked':
      return {
        title: `Signing in as ${event.user} is blocked for ${count(event.minutes, 'minute')}`,
        lines: [`There were too many wrong tries, the last one from ${event.origin}.`],
        hint: 'If it was not you or a colleague, change the password and look at the trail for that address.',
        path: '/trail',
      };
  }
}

function failedRun(event: EventOf<'run.failed'>, name: string): Words {
  const code: FaultCode | undefined = event.code;
  return {
    title: `${name}: the ${event.runKind} failed`,
    lines: [event.text, ...(code === undefined ? [] : [`Code: ${code}`])],
    hint:
      code === undefined
        ? 'This is an error of the connector itself. Look at its log around that time, and report it with the number of the run.'
        : hintOf(code),
    path: runPath(event.runId),
  };
}

function offline(event: EventOf<'connection.offline'>, name: string): Words {
  const system = SYSTEMS[event.side];
  return {
    title: `${name}: ${system} cannot be reached`,
    lines: [
      event.text,
      'Nothing is lost: the run waits, knocks once in a while, and goes on by itself when it is back.',
    ],
    hint:
      event.side === 'jde'
        ? 'Ask the JDE administrator whether the AIS Server is up, then run the connection test.'
        : 'Check the internet connection of the connector; if other sites answer, look at the status page of Cin7.',
    path: connectionPath(name),
  };
}

/** Causes that need nobody are told last. */
function parked(event: EventOf<'parked.new'>, name: string): Words {
  const causes = event.causes.toSorted((a, b) => Number(follows(a)) - Number(follows(b)));
  const total = causes.reduce((sum, cause) => sum + cause.count, 0);
  const shown = causes.slice(0, CAUSES_MAX);
  const rest = causes.slice(CAUSES_MAX).reduce((sum, cause) => sum + cause.count, 0);
  const lines = shown.map((cause) => causeLine(cause));
  if (rest > 0) lines.push(`And ${rest} more for other causes.`);
  return {
    title: `${name}: ${total === 1 ? '1 record needs' : `${total} records need`} attention`,
    lines: ['They were not written to Cin7. All others went on as usual.', ...lines],
    hint: 'Open the list of parked records: each says what to correct. What was corrected is tried again by itself in the next run.',
    path: `${connectionPath(name)}/parked`,
  };
}

const CAUSES_MAX = 8;

function causeLine(cause: NewlyParked): string {
  const examples = cause.examples.join('; ');
  const more = cause.count > cause.examples.length ? ' and others' : '';
  const [one, many] = FLOW_WORDS.get(cause.flow) ?? ['record', 'records'];
  return `${count(cause.count, one, many)} (${cause.code}, ${cause.field}): ${examples}${more}. ${hintOf(cause.code)}`;
}

const follows = (cause: NewlyParked): boolean => cause.code === 'purchases.supplier_waiting';

function stale(event: EventOf<'freshness.stale'>, name: string): Words {
  const since =
    event.lastSuccessMs === null
      ? 'No sync has succeeded yet.'
      : `The last sync that succeeded ended ${moment(event.lastSuccessMs)}.`;
  return {
    title: `${name}: nothing fresh for more than ${duration(event.staleAfterMinutes)}`,
    lines: [since, 'What was entered in JDE since then may not be in Cin7.'],
    hint: 'Look at the runs of the connection: whether they fail, wait for each other, or are not scheduled at all.',
    path: connectionPath(name),
  };
}

function differences(event: EventOf<'reconcile.differences'>, name: string): Words {
  const total = event.differences.reduce((sum, difference) => sum + difference.count, 0);
  return {
    title: `${name}: JDE and Cin7 differ in ${count(total, 'record')}`,
    lines: event.differences
      .slice(0, CAUSES_MAX)
      .map(
        (difference) =>
          `${difference.count} ${difference.what}${difference.examples.length === 0 ? '' : `, for example ${difference.examples.join('; ')}`}.`,
      ),
    hint: 'Open the reconcile and go through its list. Nothing was changed on either side.',
    path: `${connectionPath(name)}/reconcile`,
  };
}

/** Added to trouble that was told before. */
export function repeatedMessage(message: Message, trouble: Trouble): Message {
  const since = trouble.times - trouble.timesTold;
  return bounded({
    ...message,
    title: `${message.title} (still)`,
    lines: [
      ...message.lines,
      `It was met ${count(since, 'time')} since the last message, ${count(trouble.times, 'time')} since ${moment(trouble.firstAtMs)}.`,
    ],
  });
}

/** One message for all trouble that is over. */
export function resolvedMessage(over: readonly Trouble[], name: string | null): Message {
  return bounded({
    title: `${name ?? 'ml-connector'}: back to normal`,
    lines: over.map(
      (trouble) =>
        `Over: ${trouble.title} (since ${moment(trouble.firstAtMs)}, met ${count(trouble.times, 'time')}).`,
    ),
    hint: '',
    path: name === null ? '/' : connectionPath(name),
    connection: name,
    data: {
      resolved: over.map(({ event, firstAtMs, lastAtMs, times }) => ({ event, firstAtMs, lastAtMs, times })),
    },
  });
}

export function testMessage(channelName: string): Message {
  return {
    title: 'A test of ml-connector',
    lines: [`The channel "${channelName}" works: notices arrive here.`],
    hint: '',
    path: '/settings',
    connection: null,
    data: {},
  };
}

const SYSTEMS = { jde: 'JD Edwards', cin7: 'Cin7' } as const;

const FLOW_WORDS: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['accounts', ['account', 'accounts']],
  ['suppliers', ['supplier', 'suppliers']],
  ['purchases', ['purchase order', 'purchase orders']],
]);

const runPath = (runId: string): string => `/runs/${encodeURIComponent(runId)}`;
/** Of the console. */
const connectionPath = (name: string): string => `/c/${encodeURIComponent(name)}`;

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

function moment(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function duration(minutes: number): string {
  if (minutes % 1_440 === 0) return count(minutes / 1_440, 'day');
  return minutes % 60 === 0 ? count(minutes / 60, 'hour') : count(minutes, 'minute');
}
