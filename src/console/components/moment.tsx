import { Tooltip } from '@mantine/core';
import { common } from '../texts/common.ts';

const local = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

interface MomentProps {
  readonly at: string | null;
  /** Says how long ago or ahead, instead of the date. */
  readonly ago?: boolean;
  readonly never?: string;
}

/** A moment in the viewer's zone; the UTC value appears on hover and focus. */
export function Moment({ at, ago = false, never = common.never }: MomentProps) {
  if (at === null) return <span>{never}</span>;
  const utc = at.replace('T', ' ').replace(/\.\d+Z$|Z$/, '');
  return (
    <Tooltip label={common.utc(utc)} events={{ hover: true, focus: true, touch: true }}>
      <time dateTime={at}>{ago ? distance(at) : local.format(new Date(at))}</time>
    </Tooltip>
  );
}

export function distance(at: string, nowMs: number = Date.now()): string {
  const seconds = Math.round((Date.parse(at) - nowMs) / 1_000);
  for (const [unit, size] of UNITS)
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  return relative.format(0, 'second');
}
