import { Cron } from 'croner';
import { Fault } from '../faults/fault.ts';

/** When something is due: a cron line in a time zone, or a distance. */
export interface Timing {
  readonly cron: string | null;
  readonly timeZone: string;
  readonly everySeconds: number | null;
}

/** AIS and Cin7 are read whole at most so often. */
const EVERY_SECONDS_MIN = 60;
const EVERY_SECONDS_MAX = 31 * 86_400;

/**
 * The first due moment after another one. In a daylight-saving night a time that does not exist is due at the moment when the clock
 * goes on, and one that exists twice is due once; a line for every hour is due in each real hour.
 *
 * @returns UTC milliseconds; null when the line never comes again.
 */
export function nextDue(timing: Timing, afterMs: number): number | null {
  if (timing.everySeconds !== null) return afterMs + timing.everySeconds * 1_000;
  return openCron(timing).nextRun(new Date(afterMs))?.getTime() ?? null;
}

/** The next due moments, to be shown. */
export function nextDues(timing: Timing, afterMs: number, count: number): readonly number[] {
  const moments: number[] = [];
  let last: number | null = afterMs;
  while (moments.length < count) {
    last = nextDue(timing, last);
    if (last === null) break;
    moments.push(last);
  }
  return moments;
}

/** @throws Fault `input.invalid` with the field `cron`, `everySeconds` or `timeZone`. */
export function checkTiming(timing: Timing): void {
  if ((timing.cron === null) === (timing.everySeconds === null))
    throw new Fault('input.invalid', 'Give either a cron line or a distance in seconds.', { field: 'cron' });
  if (!isTimeZone(timing.timeZone))
    throw new Fault('input.invalid', `"${timing.timeZone}" is no time zone. An example: America/Chicago.`, {
      field: 'timeZone',
    });
  if (timing.everySeconds !== null) {
    if (timing.everySeconds < EVERY_SECONDS_MIN || timing.everySeconds > EVERY_SECONDS_MAX)
      throw new Fault(
        'input.invalid',
        `The distance must be ${EVERY_SECONDS_MIN} seconds to ${EVERY_SECONDS_MAX / 86_400} days.`,
        { field: 'everySeconds' },
      );
    return;
  }
  if (nextDue(timing, 0) === null)
    throw new Fault('input.invalid', `"${timing.cron}" never comes.`, { field: 'cron' });
}

function openCron(timing: Timing): Cron {
  try {
    return new Cron(timing.cron ?? '', { timezone: timing.timeZone, paused: true, mode: '5-part' });
  } catch (cause) {
    throw new Fault(
      'input.invalid',
      `"${timing.cron}" is no cron line of five parts (minute hour day month weekday): ${(cause as Error).message}`,
      { cause, field: 'cron' },
    );
  }
}

export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
