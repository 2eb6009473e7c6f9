import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { arch, cpus, freemem, release, totalmem, type } from 'node:os';
import { dirname } from 'node:path';
import { packageVersion } from '../output.ts';
import type { Check, Finding } from './finding.ts';

const GIGABYTE = 1_000_000_000;
const FREE_BYTES_MIN = GIGABYTE;
/** Below this the store cannot even write what a run notes. */
const FREE_BYTES_LEAST = 100_000_000;

/** What the program runs on. */
export function machineChecks(env: NodeJS.ProcessEnv): readonly Check[] {
  return [
    { name: 'program', look: program },
    { name: 'environment', look: () => environment(env) },
  ];
}

function program(): Finding {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const facts = {
    version: packageVersion(),
    node: process.versions.node,
    os: `${type()} ${release()} ${arch()}`,
    cpus: cpus().length,
    memoryBytes: totalmem(),
    memoryFreeBytes: freemem(),
    timeZone,
    now: new Date().toISOString(),
  };
  return {
    state: 'ok',
    detail: `ml-connector ${facts.version}, Node ${facts.node}, ${facts.os}, ${facts.cpus} processors, ${gigabytes(facts.memoryBytes)} of memory, time zone ${timeZone}`,
    facts,
  };
}

/** Of variables only the names are told. */
function environment(env: NodeJS.ProcessEnv): Finding {
  const names = Object.keys(env).filter((name) => /^ML_CONNECTOR_|^DATABASE_URL$|^NODE_/.test(name));
  const detail = names.length === 0 ? 'no variable of ours is set' : `set: ${names.toSorted().join(', ')}`;
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0') return { state: 'ok', detail };
  return {
    state: 'problem',
    detail:
      'NODE_TLS_REJECT_UNAUTHORIZED=0: any server could pass for JDE or Cin7, so no connection is opened',
    next: 'Take the variable away; name a private authority in jde.caFile or jde.ca.',
  };
}

/** Room beside the embedded store. */
export async function diskFinding(path: string): Promise<Finding> {
  const folder = dirname(path);
  if (!existsSync(folder)) return { state: 'ok', detail: `${folder} will be made at the first start` };
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const facts = { folder, freeBytes: free };
  const detail = `${gigabytes(free)} are free in ${folder}`;
  if (free >= FREE_BYTES_MIN) return { state: 'ok', detail, facts };
  const next = 'Make room: a full disk stops every run, and backups need as much again.';
  return { state: free < FREE_BYTES_LEAST ? 'problem' : 'warning', detail, next, facts };
}

export function gigabytes(bytes: number): string {
  return bytes < GIGABYTE ? `${Math.round(bytes / 1_000_000)} MB` : `${(bytes / GIGABYTE).toFixed(1)} GB`;
}
