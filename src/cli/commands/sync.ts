import { backfillConnection, localRequester, syncConnection } from '../../app.ts';
import { Fault } from '../../faults/fault.ts';
import type { BackfillOrder } from '../../sync/backfill.ts';
import { type BackfillScope, parseScope } from '../../sync/backfill-scope.ts';
import type { Progress } from '../../sync/ports.ts';
import type { ExitCode } from '../output.ts';
import { openProgress } from '../progress.ts';
import { printRunEnding } from '../run-ending.ts';
import { type ConnectionOptions, stopOnSignal, withConnection } from '../session.ts';

export interface BackfillOptions {
  readonly backfill?: boolean;
  readonly flow?: string;
  readonly since?: string;
  readonly until?: string;
  readonly fromKey?: string;
  readonly toKey?: string;
}

interface SyncOptions extends ConnectionOptions, BackfillOptions {
  readonly discard?: boolean;
}

/** `ml-connector sync`, and with `--backfill` a backfill */
export function sync(options: SyncOptions): Promise<ExitCode> {
  const order = backfillOrder(options);
  const stop = stopOnSignal();
  return withConnection(options, 'sync', async (connection) => {
    const progress = openProgress(options);
    const running = {
      requester: localRequester('sync'),
      signal: stop.signal,
      report: (step: Progress) => progress.report(step),
    };
    const ending = await (order === undefined
      ? syncConnection(connection, running)
      : backfillConnection(connection, { ...running, ...order }));
    progress.end();
    const of = { db: connection.database.db, connectionId: connection.stored.id };
    return printRunEnding(ending, of, options);
  }).finally(() => stop.dispose());
}

/** What a backfill is to take; `undefined` without bounds, which goes on with the one under way. */
export function scopeOf(options: BackfillOptions): BackfillScope | undefined {
  const { flow, since, until, fromKey, toKey } = options;
  const bounds = [flow, since, until, fromKey, toKey];
  if (options.backfill !== true && bounds.some((bound) => bound !== undefined))
    throw new Fault(
      'input.invalid',
      '--flow, --since, --until, --from-key and --to-key belong to --backfill.',
      {
        field: '--backfill',
      },
    );
  return bounds.every((bound) => bound === undefined)
    ? undefined
    : parseScope({ flow, since, until, fromKey, toKey });
}

function backfillOrder(options: SyncOptions): BackfillOrder | undefined {
  const scope = scopeOf(options);
  if (options.backfill !== true) return undefined;
  return { ...(scope === undefined ? {} : { scope }), discard: options.discard === true };
}
