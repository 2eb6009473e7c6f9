import { hostname } from 'node:os';

/** Names this process as the holder of a lease. */
export function leaseHolder(): string {
  return `${hostname()}:${process.pid}`;
}

/** Whether a holder is certainly gone: it was on this machine, and no such process is there. */
export function isHolderDead(holder: string): boolean {
  const at = holder.lastIndexOf(':');
  const pid = Number(holder.slice(at + 1));
  if (holder.slice(0, at) !== hostname() || !Number.isInteger(pid)) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
