import { describe, expect, test } from 'vitest';
import { logSettings } from '../config/observe.ts';
import { openLog } from './log.ts';

function opened(own: Record<string, unknown> = {}) {
  const lines: string[] = [];
  const log = openLog(logSettings.parse(own), (line) => lines.push(line));
  return { log, lines, records: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('a line of the log', () => {
  test('is JSON with a level in words and a moment in UTC', () => {
    const { log, records } = opened();
    log.info({ runId: 'r1' }, 'run started');
    expect(records()).toEqual([
      { level: 'info', time: expect.stringMatching(/^\d{4}-.*Z$/), runId: 'r1', msg: 'run started' },
    ]);
  });

  test('has no secret, wherever it came in', () => {
    const { log, lines, records } = opened();
    const error = Object.assign(new Error('Bearer canary-1'), { headers: { authorization: 'canary-2' } });
    log.error(error);
    log.error({ err: error }, 'refused');
    log.error(error, 'with Bearer canary-3');
    log.info({ a: { b: { c: { password: 'canary-4' } } } }, 'at https://u:canary-5@host/');
    log.info('one %s and %s', 'Basic canary-6', 'fine');
    log.child({ session: { cookie: 'canary-7' }, token: 'canary-8' }).info('child');
    log.info({ url: '/cb?code=canary-9&page=1' }, 'x');
    expect(lines).toHaveLength(7);
    expect(lines.join('')).not.toContain('canary');
    expect(records()[0]).toMatchObject({ msg: 'Bearer ***', err: { type: 'Error', message: 'Bearer ***' } });
    expect(records()[4]).toMatchObject({ msg: 'one Basic *** and fine' });
  });

  test('cannot be split in two by a text of others', () => {
    const { log, lines } = opened();
    log.warn({ name: 'a\n{"level":"error"}' }, 'said\r\n{"level":"error"}');
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd()).not.toContain('\n');
  });

  test('below the level is not written', () => {
    const { log, lines } = opened({ level: 'warn' });
    log.info('quiet');
    log.warn('loud');
    expect(lines).toHaveLength(1);
  });

  test('shows data of people only where that is wanted', () => {
    const quiet = opened();
    quiet.log.info({ to: 'anna@example.com' }, 'IBAN DE89370400440532013000');
    expect(quiet.lines.join('')).not.toMatch(/anna|DE89/);
    const open = opened({ personalData: true });
    open.log.info({ to: 'anna@example.com' }, 'mail');
    expect(open.lines.join('')).toContain('anna@example.com');
  });
});
