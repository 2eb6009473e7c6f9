import { Fault } from '../../faults/fault.ts';
import type { JdeSettings } from './config.ts';

/** Throws `jde.quiet_hours` while the settings forbid calls. The end of a span does not belong to it. */
export function quietHoursGuard(settings: JdeSettings, now: () => number): () => void {
  if (settings.quietHours.length === 0) return () => undefined;
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: settings.timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return () => {
    const time = clock.format(now());
    const span = settings.quietHours.find((each) => isWithin(each, time));
    if (span === undefined) return;
    throw new Fault(
      'jde.quiet_hours',
      `It is ${time} in ${settings.timeZone}, within the quiet hours ${span}`,
      {
        field: 'jde.quietHours',
      },
    );
  };
}

function isWithin(span: string, time: string): boolean {
  const [from = '', to = ''] = span.split('-');
  return from <= to ? time >= from && time < to : time >= from || time < to;
}
