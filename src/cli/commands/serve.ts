import { localRequester, REAL_SURROUNDINGS } from '../../app.ts';
import { configSchema } from '../../config/file.ts';
import type { LoadedConfig } from '../../config/load.ts';
import { serve as openServer } from '../../serve.ts';
import { type ExitCode, packageVersion, printJson, printLine } from '../output.ts';
import { loadOrDefault, stopOnSignal } from '../session.ts';

interface ServeOptions {
  readonly config: string;
  readonly port?: string;
  readonly json?: boolean;
}

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

function withPort(loaded: LoadedConfig, port: string | undefined): LoadedConfig {
  if (port === undefined) return loaded;
  const config = configSchema.parse({
    ...loaded.config,
    server: { ...loaded.config.server, port: Number(port) },
  });
  return { ...loaded, config };
}
