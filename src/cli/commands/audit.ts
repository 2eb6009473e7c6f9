import { listTrail } from '../../store/trail.ts';
import { checkChain } from '../../trail/chain.ts';
import { type ExitCode, printJson, printLine } from '../output.ts';
import { type ConnectionOptions, withStore } from '../session.ts';

const PAGE = 5_000;

/** `ml-connector audit verify`: walks the whole trail of a connection and finds any entry that was changed, removed or moved. */
export function auditVerify(options: ConnectionOptions): Promise<ExitCode> {
  return withStore<ExitCode>(options, async (database, connection) => {
    let last: { seq: number; hash: string } | undefined;
    for (;;) {
      const entries = await listTrail(database.db, {
        chain: connection.id,
        afterSeq: last?.seq ?? 0,
        limit: PAGE,
      });
      if (entries.length === 0) break;
      const result = checkChain(last, entries);
      if ('flaw' in result) {
        if (options.json === true) printJson({ intact: false, ...result.flaw });
        else
          printLine(
            `The trail is damaged at entry ${result.flaw.seq}: ${result.flaw.problem}. Entries before it are intact.`,
          );
        return 1;
      }
      last = result.last;
    }
    const entries = last?.seq ?? 0;
    if (options.json === true) printJson({ intact: true, entries, lastHash: last?.hash ?? null });
    else
      printLine(
        `The trail is intact: ${entries} entries.${last === undefined ? '' : ` Last hash ${last.hash}.`}`,
      );
    return 0;
  });
}
