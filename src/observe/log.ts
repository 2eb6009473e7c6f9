import { type DestinationStream, destination, type Logger, pino } from 'pino';
import type { LogSettings } from '../config/observe.ts';
import { type MaskRules, maskDeep, maskSecrets, maskText } from './mask.ts';

export type Log = Logger;

/**
 * The log of a process: JSON lines. Secrets are kept out of it by those who write; masking is the second net. It works on the
 * members of what is logged, at any depth, on the message, and once more on the finished line.
 *
 * @param write where lines go; default: standard error.
 */
export function openLog(settings: LogSettings, write?: (line: string) => void): Log {
  const rules: MaskRules = { personalData: settings.personalData };
  const record = (members: object): Record<string, unknown> =>
    // An object in, an object out.
    maskDeep(members, rules) as Record<string, unknown>;
  return pino(
    {
      level: settings.level,
      base: null,
      // UTC, readable by people and by programs.
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }), log: record },
      // Errors are made plain above, with their causes.
      serializers: { err: (error: unknown) => error, error: (error: unknown) => error },
      hooks: {
        logMethod(args, method) {
          method.apply(this, maskedArguments(args, rules));
        },
      },
    },
    lastNet(write ?? standardError(), rules),
  );
}

type LogArguments = Parameters<
  Parameters<NonNullable<NonNullable<Parameters<typeof pino>[0]>['hooks']>['logMethod'] & {}>[1]
>;

/** An error that is logged without words has its own message for one, which passes through here. */
function maskedArguments(args: readonly unknown[], rules: MaskRules): LogArguments {
  const [first, ...rest] = args;
  const list = first instanceof Error && rest.length === 0 ? [{ err: first }, first.message] : args;
  // What logging methods take, with its texts masked.
  return list.map((arg) => (typeof arg === 'string' ? maskText(arg, rules) : arg)) as unknown as LogArguments;
}

/** Members that a child logger was given pass no formatter, so the finished line is looked through as a whole. */
function lastNet(write: (line: string) => void, rules: MaskRules): DestinationStream {
  return { write: (line) => write(`${maskedLine(line, rules)}\n`) };
}

function maskedLine(line: string, rules: MaskRules): string {
  try {
    return JSON.stringify(maskDeep(JSON.parse(line), rules));
  } catch {
    return maskSecrets(line.trimEnd());
  }
}

/** Written at once: the last words of a process that dies are those that are needed. */
function standardError(): (line: string) => void {
  const stream = destination({ fd: 2, sync: true });
  return (line) => void stream.write(line);
}
