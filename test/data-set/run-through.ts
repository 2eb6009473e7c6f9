import type { RunEnding } from '../../src/jobs/execute-run.ts';
import type { RunSummary } from '../../src/sync/summary.ts';
import type { TestCompany } from '../support/company.ts';
import { type ArrivedContent, arrivedContent } from './arrived.ts';

/** A run that is over: how it ended, what it called, what stands where after it. */
export interface RunPicture {
  readonly ending: RunEnding<RunSummary>;
  /** `POST /supplier 200` -> how often. */
  readonly calls: ReadonlyMap<string, number>;
  readonly writes: number;
  readonly content: ArrivedContent;
  /** Flow -> key -> code. */
  readonly parked: Readonly<Record<string, ReadonlyMap<string, string>>>;
  /** Flow -> keys of the links that stand. */
  readonly linked: Readonly<Record<string, ReadonlySet<string>>>;
}

/** Runs a sync and takes a picture of everything after it. */
export async function syncAndLook(company: TestCompany): Promise<RunPicture> {
  const { cin7, database } = company;
  const callsBefore = cin7.callCount;
  const writesBefore = cin7.writes;
  const ending = await company.sync();
  const calls = new Map<string, number>();
  for (const { method, path, status } of cin7.calls.slice(callsBefore)) {
    const name = `${method} ${path} ${status}`;
    calls.set(name, (calls.get(name) ?? 0) + 1);
  }
  const parked = await database.db.selectFrom('parked').select(['flow', 'record_key', 'code']).execute();
  const links = await database.db
    .selectFrom('links')
    .select(['flow', 'record_key', 'state'])
    .where('state', '=', 'live')
    .execute();
  return {
    ending,
    calls,
    writes: cin7.writes - writesBefore,
    content: arrivedContent(cin7),
    parked: Object.fromEntries(
      FLOWS.map((flow) => [
        flow,
        new Map(parked.filter((row) => row.flow === flow).map((row) => [row.record_key, row.code])),
      ]),
    ),
    linked: Object.fromEntries(
      FLOWS.map((flow) => [
        flow,
        new Set(links.filter((row) => row.flow === flow).map((row) => row.record_key)),
      ]),
    ),
  };
}

const FLOWS = ['accounts', 'suppliers', 'purchases'];
