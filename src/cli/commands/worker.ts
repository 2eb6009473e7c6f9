import { localRequester, REAL_SURROUNDINGS } from '../../app.ts';
import { work } from '../../worker.ts';
import { type ExitCode, packageVersion, printJson, printLine } from '../output.ts';
import { loadOrDefault, stopOnSignal } from '../session.ts';

interface WorkerOptions {
  readonly config: string;
  readonly json?: boolean;
}

/** `ml-connector worker`: carries runs out beside other processes on the same PostgreSQL, until it is told to stop. */
export async function worker(options: WorkerOptions): Promise<ExitCode> {
  const stop = stopOnSignal();
  try {
    const working = await work({
      loaded: loadOrDefault(options.config),
      version: packageVersion(),
      env: process.env,
      surroundings: REAL_SURROUNDINGS,
      requester: localRequester('worker'),
      say: (sentence) => {
        if (options.json === true) printJson({ notice: sentence });
        else printLine(sentence);
      },
    });
    const { healthUrl } = working;
    if (options.json === true) printJson({ working: true, health: healthUrl ?? null });
    else
      printLine(
        `This worker takes up runs. ${healthUrl === undefined ? '' : `Health: ${healthUrl}. `}Ctrl-C ends it.`,
      );
    try {
      await new Promise<void>((done) => {
        if (stop.signal.aborted) done();
        else stop.signal.addEventListener('abort', () => done(), { once: true });
      });
    } finally {
      await working.close();
    }
    return 0;
  } finally {
    stop.dispose();
  }
}
