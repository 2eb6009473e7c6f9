import { hash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { benchTrail } from './trail.ts';

/** Measures the trail in a process of its own, whose memory is nobody else's. Arguments: entries, and `floor` for the bare program. */
/** What an entry of the trail has of text, about. */
const ENTRY_CHARACTERS = 400;
/** Entries of one transaction, as in the trail. */
const BATCH = 50;

const [count = '0', which = 'trail'] = process.argv.slice(2);
const entries = Number(count);
process.stdout.write(`${JSON.stringify(which === 'floor' ? floor() : await benchTrail({ entries }))}\n`);

/** As many texts of the size of an entry, chained by SHA-256, in one prepared statement; and read back with their hashes checked. */
function floor(): object {
  const folder = mkdtempSync(join(tmpdir(), 'bench-trail-floor-'));
  const db = new Sqlite(join(folder, 'floor.db'));
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.exec('create table entries (seq integer primary key, entry text not null, hash text not null)');
    const insert = db.prepare('insert into entries values (?, ?, ?)');
    const before = process.cpuUsage();
    let last = '';
    const batch = db.transaction((from: number, to: number) => {
      for (let seq = from; seq < to; seq += 1) {
        const entry = JSON.stringify({ seq, last, text: 'x'.repeat(ENTRY_CHARACTERS) });
        last = hash('sha256', entry);
        insert.run(seq, entry, last);
      }
    });
    for (let from = 0; from < entries; from += BATCH) batch(from, Math.min(from + BATCH, entries));
    const { user, system } = process.cpuUsage(before);
    const startedAt = performance.now();
    let intact = 0;
    for (const row of db.prepare('select entry, hash from entries order by seq').iterate()) {
      const stored = row as { entry: string; hash: string }; // The columns of the statement above.
      if (hash('sha256', stored.entry) === stored.hash) intact += 1;
    }
    if (intact !== entries) throw new Error(`${intact} of ${entries} are intact.`);
    return {
      appendCpuMicrosecondsPerEntry: (user + system) / entries,
      verifySeconds: (performance.now() - startedAt) / 1_000,
      peakMegabytes: process.resourceUsage().maxRSS / 1_024,
    };
  } finally {
    db.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
