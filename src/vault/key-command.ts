import { execFile } from 'node:child_process';
import { Fault } from '../faults/fault.ts';
import { type MasterKey, parseMasterKey } from './master-key.ts';

const COMMAND_MS_MAX = 10_000;
const OUTPUT_BYTES_MAX = 4_096;

interface KeyCommand {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs?: number;
}

/** Runs the command that prints the master key, without a shell, bounded in time and in what it may print. */
export function readKeyFromCommand({ argv, cwd, env, timeoutMs }: KeyCommand): Promise<MasterKey> {
  const [program = '', ...args] = argv;
  const place = `the command ${program}`;
  const options = {
    cwd,
    env: { ...env },
    timeout: timeoutMs ?? COMMAND_MS_MAX,
    killSignal: 'SIGKILL',
    maxBuffer: OUTPUT_BYTES_MAX,
    windowsHide: true,
  } as const;
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, options, (error, stdout) => {
      try {
        // What the command printed may be half a key: it is in no message.
        if (error !== null) throw commandFault(place, error, options.timeout);
        resolve(parseMasterKey(stdout, place));
      } catch (fault) {
        reject(fault instanceof Error ? fault : new Error(String(fault)));
      }
    });
    // A command that asks for a password gets no answer instead of waiting for one.
    child.stdin?.end();
  });
}

function commandFault(
  place: string,
  error: { readonly code?: unknown; readonly killed?: boolean; readonly signal?: unknown },
  timeoutMs: number,
): Fault {
  const field = 'vault.masterKeyCommand';
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
    return new Fault(
      'vault.key_malformed',
      `The master key cannot be used: ${place} prints more than a key.`,
      {
        field,
      },
    );
  const why =
    error.killed === true
      ? `did not end within ${timeoutMs / 1_000} s`
      : typeof error.code === 'number'
        ? `ended with exit code ${error.code}`
        : `could not be run (${String(error.code ?? error.signal)})`;
  return new Fault('vault.key_unreadable', `The master key cannot be read: ${place} ${why}.`, { field });
}
