import { localRequester } from '../../app.ts';
import { type PruneResult, previewPrune, pruneTrail } from '../../store/trail-prune.ts';
import { checkRetention } from '../../trail/retention.ts';
import { type ExitCode, printJson, printLine } from '../output.ts';
import { stopOnSignal } from '../session.ts';
import { type ChainOptions, chosenChains, type NamedChain, trailSigner, withTrail } from './audit-chains.ts';
import { momentMs } from './moments.ts';

interface PruneOptions extends ChainOptions {
  readonly before: string;
  readonly dryRun?: boolean;
}

/** `ml-connector audit prune`: removes old entries behind signed summaries. */
export function auditPrune(options: PruneOptions): Promise<ExitCode> {
  const span = { beforeMs: momentMs(options.before, '--before', 'start'), nowMs: Date.now() };
  checkRetention(span);
  return withTrail<ExitCode>(options, async (database, loaded) => {
    const { db } = database;
    const chains = await chosenChains(db, loaded, options);
    if (options.dryRun === true) {
      for (const named of chains)
        report(named, await previewPrune(db, { ...span, chain: named.chain }), options);
      return 0;
    }
    const stop = stopOnSignal();
    const by = {
      requester: localRequester('audit prune'),
      signer: await trailSigner(database, loaded, 'audit prune'),
      signal: stop.signal,
    };
    try {
      for (const named of chains)
        report(named, await pruneTrail(db, { ...span, ...by, chain: named.chain }), options);
    } finally {
      stop.dispose();
    }
    return 0;
  });
}

function report({ connection, chain }: NamedChain, result: PruneResult, options: PruneOptions): void {
  const dryRun = options.dryRun === true;
  if (options.json === true) {
    printJson({ connection, chain, ...result, dryRun });
    return;
  }
  const { removed, kept, firstSeq, lastSeq } = result;
  if (removed + kept === 0)
    printLine(`The trail of ${connection} has no entries from before ${options.before}.`);
  else
    printLine(
      `The trail of ${connection}: ${removed} entries of ${firstSeq} to ${lastSeq} ${dryRun ? 'would be' : 'were'} removed; ${kept} stay, the last outcomes of their records.`,
    );
}
