import { statSync } from 'node:fs';
import { schemaState } from '../../store/migrate.ts';
import { databaseVersion, latestTrailMs, quickFlaws, storeBytes } from '../../store/store-facts.ts';
import { listChains } from '../../store/trail-source.ts';
import { verifyTail } from '../../store/trail-tail.ts';
import { flawText } from '../../trail/checker.ts';
import { checkVault } from '../../vault/check.ts';
import { configuredKeySource } from '../../vault/key-source.ts';
import { credentialFindings } from './credentials.ts';
import { type Check, distance, type Finding, nameOf, type Ward } from './finding.ts';
import { diskFinding, gigabytes } from './machine.ts';

/** Entries of each trail that are verified. */
const TAIL = 1_000;
/** A larger file takes minutes to read. */
const QUICK_BYTES_MAX = 5_000_000_000;
/** Clocks of several machines may differ by this much and do no harm. */
const AHEAD_MS_MAX = 5 * 60_000;

/** Whether the store can be relied on. */
export function storeChecks(ward: Ward): readonly Check[] {
  return [
    { name: 'store.file', look: () => file(ward) },
    { name: 'store.integrity', look: () => integrity(ward) },
    ...(ward.path === undefined ? [] : [{ name: 'disk', look: () => diskFinding(ward.path ?? '') }]),
    { name: 'vault', look: () => vault(ward) },
    { name: 'credentials', look: () => credentialFindings(ward) },
    { name: 'trail', look: () => trails(ward) },
    { name: 'clock.store', look: () => clock(ward) },
  ];
}

/** Asked first: what follows needs the schema that this program knows. */
export async function schemaFinding(ward: Pick<Ward, 'database'>): Promise<Finding> {
  const { applied, newest } = await schemaState(ward.database.db);
  const facts = { applied, newest };
  if (applied === newest) return { state: 'ok', detail: `schema ${applied}`, facts };
  if (applied > newest)
    return {
      state: 'problem',
      detail: `schema ${applied}, written by a newer program; this one knows ${newest}`,
      next: 'Install the newer program. This one would refuse to start.',
      facts,
    };
  return {
    state: 'warning',
    detail: `schema ${applied}; this program needs ${newest}, so nothing more of the store was looked at`,
    next: 'Make a backup, then start the server: it brings the store to the new schema.',
    facts,
  };
}

async function file({ database, path }: Ward): Promise<Finding> {
  const bytes = await storeBytes(database, path);
  const version = await databaseVersion(database);
  const facts = { database: version, bytes, ...(path === undefined ? {} : { path }) };
  const detail = `${version}, ${gigabytes(bytes)}${path === undefined ? '' : `, ${path}`}`;
  const mode = path === undefined || process.platform === 'win32' ? 0o600 : statSync(path).mode & 0o777;
  if ((mode & 0o077) === 0) return { state: 'ok', detail, facts };
  return {
    state: 'warning',
    detail: `${detail}; others on this machine may read it (rights ${mode.toString(8)})`,
    next: `Run: chmod 600 ${path ?? ''}*`,
    facts: { ...facts, mode: mode.toString(8) },
  };
}

async function integrity({ database, path }: Ward): Promise<Finding> {
  if (database.dialect === 'postgres') return { state: 'ok', detail: 'looked after by PostgreSQL' };
  const bytes = await storeBytes(database, path);
  if (bytes > QUICK_BYTES_MAX)
    return { state: 'ok', detail: `not looked at: ${gigabytes(bytes)} take long; backup checks all of it` };
  const flaws = await quickFlaws(database.db);
  if (flaws.length === 0) return { state: 'ok', detail: 'quick check passed' };
  return {
    state: 'problem',
    detail: `the file is damaged: ${flaws.join('; ')}`,
    next: 'Stop the server, check the disk, and restore the newest backup.',
  };
}

async function vault({ database, loaded }: Ward): Promise<Finding> {
  const report = await checkVault(database.db, configuredKeySource(loaded, process.env));
  const { place, keyId, expectedKeyId, isChanging, secrets, broken } = report;
  const facts = { place, keyId, expectedKeyId, isChanging, sealed: secrets.total, opened: secrets.opened };
  if (broken.length > 0)
    return {
      state: 'problem',
      detail: `${secrets.opened} of ${secrets.total} stored secrets open with the master key of ${place}`,
      next: 'Run key check: it names them. Put the master key back from its backup. If it is lost for good, run key reset.',
      facts,
    };
  if (isChanging)
    return { state: 'warning', detail: 'a change of keys has not ended', next: 'Run key rotate.', facts };
  if (secrets.total === 0) return { state: 'ok', detail: 'nothing is sealed yet', facts };
  return { state: 'ok', detail: `all ${secrets.total} secrets open with the master key of ${place}`, facts };
}

async function trails(ward: Ward): Promise<readonly Finding[]> {
  const { db } = ward.database;
  const findings: Finding[] = [];
  for (const chain of await listChains(db)) {
    const { head, entries, flaw } = await verifyTail(db, chain, TAIL);
    const name = nameOf(ward, chain);
    const facts = { chain, connection: name, seq: head.seq, hash: head.hash, verified: entries };
    if (flaw === undefined)
      findings.push({
        state: 'ok',
        detail: `${name}: the last ${entries} of ${head.seq} entries are intact, last hash ${head.hash}`,
        facts,
      });
    else
      findings.push({
        state: 'problem',
        detail: `${name}: ${flawText(flaw)}`,
        next: 'Run audit verify --all with your anchors, keep a copy of the store, and find out who can write to it.',
        facts: { ...facts, flaw },
      });
  }
  return findings.length > 0 ? findings : [{ state: 'ok', detail: 'no entry yet' }];
}

async function clock({ database, nowMs }: Ward): Promise<Finding> {
  const latestMs = await latestTrailMs(database.db);
  if (latestMs === null || latestMs - nowMs < AHEAD_MS_MAX)
    return { state: 'ok', detail: 'no entry of a trail lies in the future' };
  return {
    state: 'problem',
    detail: `the last entry of a trail lies in the future: ${distance(latestMs, nowMs)}`,
    next: 'Set the clock of this machine, and of the others that share the store, by NTP.',
  };
}
