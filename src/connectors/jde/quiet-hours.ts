import { clockTime, quietSpanAt } from '../../domain/quiet-hours.ts';
import { Fault } from '../../faults/fault.ts';
import type { JdeSettings } from './config.ts';

/** Throws `jde.quiet_hours` while the settings forbid calls. */
export function quietHoursGuard(settings: JdeSettings, now: () => number): () => void {
  if (settings.quietHours.length === 0) return () => undefined;
  const { timeZone } = settings;
  return () => {
    const atMs = now();
    const span = quietSpanAt({ spans: settings.quietHours, timeZone }, atMs);
    if (span === undefined) return;
    throw new Fault(
      'jde.quiet_hours',
      `It is ${clockTime(timeZone, atMs)} in ${timeZone}, within the quiet hours ${span}`,
      { field: 'jde.quietHours' },
    );
  };
}
