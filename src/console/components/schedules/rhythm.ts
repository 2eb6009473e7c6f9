import type { Timing } from '../../api/settings.ts';

/** How people say when something happens. */
export type Rhythm =
  | { readonly kind: 'minutes'; readonly minutes: number }
  | { readonly kind: 'daily' | 'weekdays'; readonly at: string }
  | { readonly kind: 'days'; readonly at: string; readonly days: readonly string[] }
  | { readonly kind: 'cron'; readonly cron: string };

export const RHYTHM_KINDS: readonly Rhythm['kind'][] = ['minutes', 'daily', 'weekdays', 'days', 'cron'];

const WEEKDAYS = '1-5';

/** As the server keeps it. */
export function timingOf(rhythm: Rhythm, timeZone: string): Timing {
  if (rhythm.kind === 'minutes') return { cron: null, timeZone, everySeconds: rhythm.minutes * 60 };
  return { cron: cronOf(rhythm), timeZone, everySeconds: null };
}

function cronOf(rhythm: Exclude<Rhythm, { kind: 'minutes' }>): string {
  if (rhythm.kind === 'cron') return rhythm.cron.trim();
  const [hour = '0', minute = '0'] = rhythm.at.split(':');
  const days = { daily: '*', weekdays: WEEKDAYS, days: '' }[rhythm.kind];
  const chosen = rhythm.kind === 'days' ? rhythm.days.toSorted().join(',') : days;
  return `${Number(minute)} ${Number(hour)} * * ${chosen === '' ? '*' : chosen}`;
}

/** The plain words for a timing where there are any; else its cron line. */
export function rhythmOf({ cron, everySeconds }: Timing): Rhythm {
  if (everySeconds !== null && everySeconds % 60 === 0)
    return { kind: 'minutes', minutes: everySeconds / 60 };
  const text = cron ?? '';
  const [, minute, hour, days] = /^(\d{1,2}) (\d{1,2}) \* \* (\*|1-5|[0-6](?:,[0-6])*)$/.exec(text) ?? [];
  if (minute === undefined || hour === undefined || days === undefined) return { kind: 'cron', cron: text };
  const at = `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
  if (days === '*') return { kind: 'daily', at };
  if (days === WEEKDAYS) return { kind: 'weekdays', at };
  return { kind: 'days', at, days: days.split(',') };
}

/** Another way to say it, with what was chosen so far where it fits. */
export function asKind(rhythm: Rhythm, kind: Rhythm['kind'], timeZone: string): Rhythm {
  const at = 'at' in rhythm ? rhythm.at : '06:00';
  switch (kind) {
    case 'minutes':
      return { kind, minutes: 15 };
    case 'days':
      return { kind, at, days: ['1'] };
    case 'cron':
      return { kind, cron: timingOf(rhythm, timeZone).cron ?? '0 6 * * 1-5' };
    default:
      return { kind, at };
  }
}
