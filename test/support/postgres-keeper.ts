import { spawn } from 'node:child_process';
import { openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * Runs a PostgreSQL server as long as somebody holds the other end of its standard input, then stops it and removes its folder. So the
 * server ends with whoever started it, also when that one is killed.
 */
export const keeperOrder = z.object({
  program: z.string(),
  args: z.array(z.string()),
  /** The server's own, removed at the end. */
  folder: z.string(),
  env: z.record(z.string(), z.string()),
  /** PostgreSQL refuses to run as root. */
  ids: z.object({ uid: z.int(), gid: z.int() }).optional(),
});

export type KeeperOrder = z.output<typeof keeperOrder>;

function keep(order: KeeperOrder): void {
  const log = openSync(join(order.folder, 'server.log'), 'a');
  const server = spawn(order.program, order.args, {
    cwd: order.folder,
    env: order.env,
    stdio: ['ignore', log, log],
    ...order.ids,
  });
  const end = (): void => {
    rmSync(order.folder, { recursive: true, force: true });
    process.exit();
  };
  server.on('error', end);
  server.on('exit', end);
  // At once: what it holds is thrown away.
  const stop = (): void => void server.kill('SIGQUIT');
  process.stdin.on('end', stop).on('error', stop).resume();
  // Ctrl-C reaches every process of a terminal; the one that holds the other end decides.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', stop);
}

if (import.meta.main) keep(keeperOrder.parse(JSON.parse(process.argv[2] ?? '{}')));
