import { existsSync } from 'node:fs';
import { localRequester, REAL_SURROUNDINGS } from '../../app.ts';
import { configSchema } from '../../config/file.ts';
import { type LoadedConfig, loadConfig } from '../../config/load.ts';
import { serve as openServer } from '../../serve.ts';
import { type ExitCode, packageVersion, printJson, printLine } from '../output.ts';
import { stopOnSignal } from '../session.ts';

interface ServeOptions {
  readonly config: string;
  readonly port?: string;
  readonly json?: boolean;
}

const DEFAULT_FILE = 'ml-connector.yaml';

/** `ml-connector serve`: the HTTP API, the console, runs and schedules, until it is told to stop. */
export async function serve(options: ServeOptions): Promise<ExitCode> {
  const stop = stopOnSignal();
  const loaded = withPort(loadOrDefault(options.config), options.port);
  const served = await openServer({
    loaded,
    version: packageVersion(),
    env: process.env,
    surroundings: REAL_SURROUNDINGS,
    requester: localRequester('serve'),
    say: (sentence) => {
      if (options.json === true) printJson({ notice: sentence });
      else printLine(sentence);
    },
  });
  if (options.json === true) printJson({ listening: served.url });
  else printLine(`ml-connector listens on ${served.url}. Ctrl-C ends it.`);
  try {
    await new Promise<void>((done) => {
      if (stop.signal.aborted) done();
      else stop.signal.addEventListener('abort', () => done(), { once: true });
    });
    return 0;
  } finally {
    await served.close();
    stop.dispose();
  }
}

/** Without a file everything has its default, and connections are made in the console. */
function loadOrDefault(path: string): LoadedConfig {
  if (path === DEFAULT_FILE && !existsSync(path))
    return { config: configSchema.parse({ version: 1 }), folder: process.cwd() };
  return loadConfig(path);
}

function withPort(loaded: LoadedConfig, port: string | undefined): LoadedConfig {
  if (port === undefined) return loaded;
  const config = configSchema.parse({
    ...loaded.config,
    server: { ...loaded.config.server, port: Number(port) },
  });
  return { ...loaded, config };
}
