import { randomUUID } from 'node:crypto';
import type { Db } from '../store/database.ts';
import { type EnrolledProcess, forgetLostProcesses, forgetProcess, noteProcess } from '../store/processes.ts';
import { machineName } from './lease-holder.ts';

interface EntryParts {
  readonly db: Db;
  readonly role: EnrolledProcess['role'];
  readonly version: string;
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
}

const BEAT_MS = 10_000;
const LOST_MS = 24 * 3_600_000;

/** Keeps this process on the list of processes for as long as it lives. */
export async function enrolProcess(parts: EntryParts): Promise<{ leave(): Promise<void> }> {
  const { db, role, version, now, onError } = parts;
  const entry = {
    id: randomUUID(),
    role,
    host: machineName(),
    pid: process.pid,
    version,
    startedAtMs: now(),
  };
  await forgetLostProcesses(db, now() - LOST_MS);
  await noteProcess(db, entry, now());
  const beat = setInterval(() => void noteProcess(db, entry, now()).catch(onError), BEAT_MS);
  return {
    async leave() {
      clearInterval(beat);
      await forgetProcess(db, entry.id).catch(onError);
    },
  };
}
