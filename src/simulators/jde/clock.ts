/** Time as the simulated server sees it: wall time of its own zone, from a clock that a test can move. */
export interface ServerClock {
  now(): number;
  /** Minutes that the server's wall clock is ahead of UTC. */
  utcOffsetMinutes(): number;
}

/** `2017-05-16:10.56.18`, local: form and data answers. Recorded response, demo server 2017. */
export function formTimeStamp(clock: ServerClock): string {
  const text = localIso(clock);
  return `${text.slice(0, 10)}:${text.slice(11, 19).replaceAll(':', '.')}`;
}

/** `2025-09-19T20:16:27.934+0000`: newer errors. Oracle REST API guide: validate session. */
export function isoTimeStamp(clock: ServerClock): string {
  return new Date(clock.now()).toISOString().replace('Z', '+0000');
}

/** The server's day, `2026-11-23`. */
export function localDate(clock: ServerClock): string {
  return localIso(clock).slice(0, 10);
}

/** HHmmss as a number without leading zeros, as JDE stores a time of day. */
export function localTime(clock: ServerClock): number {
  return Number(localIso(clock).slice(11, 19).replaceAll(':', ''));
}

/** Midnight of an ISO day in the server's zone, as epoch milliseconds. */
export function localMidnightMs(clock: ServerClock, day: string): number {
  return Date.parse(`${day}T00:00:00Z`) - clock.utcOffsetMinutes() * 60_000;
}

function localIso(clock: ServerClock): string {
  return new Date(clock.now() + clock.utcOffsetMinutes() * 60_000).toISOString();
}
