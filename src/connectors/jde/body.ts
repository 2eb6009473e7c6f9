import type { Dispatcher } from 'undici';
import { Fault } from '../../faults/fault.ts';
import { parseExactJson } from './exact-json.ts';
import { isSessionStatus, SessionLost } from './session-lost.ts';

interface BodyLimits {
  readonly what: string;
  readonly bytesMax: number;
}

/**
 * Reads and parses the body of an answer, never more than `bytesMax` of it. An empty body is `undefined`.
 *
 * @throws Fault `jde.answer_too_large`, or `jde.answer_unreadable` for what is not JSON or not in its character set; an answer
 *   without JSON and with an error status becomes the Fault of that status.
 */
export async function readBody(answer: Dispatcher.ResponseData, limits: BodyLimits): Promise<unknown> {
  const { statusCode: status, headers } = answer;
  const announced = Number(headers['content-length'] ?? 0);
  if (announced > limits.bytesMax) {
    // The rest of the answer is of no use: the connection is dropped with it.
    answer.body.on('error', () => undefined).destroy();
    throw tooLarge(limits);
  }
  const bytes = await collect(answer, limits);
  if (bytes.length === 0) return status === 200 ? unreadable(limits, 'an empty answer') : undefined;
  const type = String(headers['content-type'] ?? '');
  const isHtml = /html/i.test(type) || bytes[0] === LESS_THAN;
  if (isHtml) throw webPage(limits, status);
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') return unreadable(limits, 'a compressed answer');
  try {
    return parseExactJson(textOf(bytes, type));
  } catch {
    // The parser's own words quote the answer, which may hold a token.
    if (status !== 200) return undefined;
    return unreadable(limits, 'something that is not complete JSON');
  }
}

async function collect(answer: Dispatcher.ResponseData, limits: BodyLimits): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer.body) {
    // A body of undici yields buffers unless an encoding was set on it.
    const bytes = chunk as Buffer;
    length += bytes.length;
    if (length > limits.bytesMax) throw tooLarge(limits);
    chunks.push(bytes);
  }
  const [only] = chunks;
  return chunks.length === 1 && only ? only : Buffer.concat(chunks, length);
}

/** AIS sends UTF-8. A byte that does not fit fails the answer instead of becoming a wrong letter in a name. */
function textOf(bytes: Buffer, contentType: string): string {
  const charset = /charset="?([\w-]+)/i.exec(contentType)?.[1] ?? 'utf-8';
  return new TextDecoder(charset, { fatal: true }).decode(bytes);
}

function webPage(limits: BodyLimits, status: number): Fault {
  const message = `AIS answered ${limits.what} with a web page and status ${status}`;
  if (status >= 500) return new Fault('jde.server_error', message);
  if (isSessionStatus(status)) return new SessionLost(message, { isDenial: status !== 444 });
  if (status === 405) return new Fault('jde.host_not_allowed', message);
  return new Fault(
    status >= 300 && status !== 408 && status !== 429 ? 'jde.refused' : 'jde.answer_unreadable',
    message,
  );
}

function unreadable(limits: BodyLimits, found: string): never {
  throw new Fault('jde.answer_unreadable', `AIS answered ${limits.what} with ${found}`);
}

function tooLarge(limits: BodyLimits): Fault {
  return new Fault(
    'jde.answer_too_large',
    `AIS answered ${limits.what} with more than ${limits.bytesMax} bytes`,
  );
}

const LESS_THAN = 0x3c;
