/** Spans of the day, `22:00-06:00`, in which a system is left alone. The end does not belong to a span. */
export interface QuietHours {
  readonly spans: readonly string[];
  readonly timeZone: string;
}

/** The span that a moment lies in; undefined outside of all. */
export function quietSpanAt(hours: QuietHours, atMs: number): string | undefined {
  return hours.spans.length === 0 ? undefined : spanFinder(hours)(atMs);
}

function spanFinder({ spans, timeZone }: QuietHours): (atMs: number) => string | undefined {
  const clock = clockOf(timeZone);
  return (atMs) => {
    const time = clock.format(atMs);
    return spans.find((span) => isWithin(span, time));
  };
}

export function clockTime(timeZone: string, atMs: number): string {
  return clockOf(timeZone).format(atMs);
}

function clockOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
}

const MINUTE_MS = 60_000;
const MINUTES_OF_TWO_DAYS = 2 * 24 * 60;

/** The first minute from a moment on that lies in no span; the moment itself when it does not; undefined when all day is quiet. */
export function endOfQuiet(hours: QuietHours, atMs: number): number | undefined {
  if (quietSpanAt(hours, atMs) === undefined) return atMs;
  const spanAt = spanFinder(hours);
  const first = Math.floor(atMs / MINUTE_MS) * MINUTE_MS;
  for (let minute = 1; minute <= MINUTES_OF_TWO_DAYS; minute += 1) {
    const moment = first + minute * MINUTE_MS;
    if (spanAt(moment) === undefined) return moment;
  }
  return undefined;
}

function isWithin(span: string, time: string): boolean {
  const [from = '', to = ''] = span.split('-');
  return from <= to ? time >= from && time < to : time >= from || time < to;
}
