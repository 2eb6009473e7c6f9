import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const program = z.object({ path: z.string(), args: z.array(z.string()) });

/**
 * Makes a PostgreSQL server and runs it as long as somebody holds the other end of its standard input, then stops it and removes its
 * folder. So the server ends with whoever started it, also when that one is killed.
 */
export const keeperOrder = z.object({
  initdb: program,
  postgres: program,
  /** Who may sign in, and how. */
  hostRules: z.string(),
  /** The server's own, removed at the end. Its data go into `data`, what it says into `server.log`. */
  folder: z.string(),
  env: z.record(z.string(), z.string()),
  /** PostgreSQL refuses to run as root. */
  ids: z.object({ uid: z.int(), gid: z.int() }).optional(),
});

export type KeeperOrder = z.output<typeof keeperOrder>;

async function keep(order: KeeperOrder): Promise<void> {
  const log = openSync(join(order.folder, 'server.log'), 'a');
  let running: ChildProcess | undefined;
  let stopped = false;
  const run = async ({ path, args }: KeeperOrder['initdb']): Promise<boolean> => {
    if (stopped) return false;
    const { env, ids = {} } = order;
    running = spawn(path, args, { cwd: order.folder, env, stdio: ['ignore', log, log], ...ids });
    const [code] = await once(running, 'exit');
    return code === 0;
  };
  const stop = (): void => {
    stopped = true;
    // At once: what it holds is thrown away.
    running?.kill('SIGQUIT');
  };
  process.stdin.on('end', stop).on('error', stop).resume();
  // Ctrl-C reaches every process of a terminal; the one that holds the other end decides.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', stop);
  try {
    if (!(await run(order.initdb))) return;
    writeFileSync(join(order.folder, 'data', 'pg_hba.conf'), order.hostRules);
    await run(order.postgres);
  } finally {
    if (stopped) rmSync(order.folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  await keep(keeperOrder.parse(JSON.parse(process.argv[2] ?? '{}')));
  process.exit();
}
