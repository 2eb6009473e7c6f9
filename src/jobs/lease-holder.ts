import { hash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Names this process as the holder of a lease. */
export function leaseHolder(): string {
  return `${machineName()}:${process.pid}`;
}

/**
 * Names what a process id is unique on: containers that share a host name have process ids of their own, so that a missing one says
 * nothing about the process of another container.
 */
export function machineName(): string {
  if (process.platform !== 'linux') return hostname();
  const boot = orNothing(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'));
  const namespace = orNothing(() => readlinkSync('/proc/self/ns/pid'));
  return `${hostname()}/${hash('sha256', `${boot} ${namespace}`).slice(0, 8)}`;
}

function orNothing(read: () => string): string {
  try {
    return read().trim();
  } catch {
    return '';
  }
}

/** Whether a holder is certainly gone: it was on this machine, and no such process is there. */
export function isHolderDead(holder: string): boolean {
  const at = holder.lastIndexOf(':');
  const pid = Number(holder.slice(at + 1));
  if (holder.slice(0, at) !== machineName() || !Number.isInteger(pid)) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
