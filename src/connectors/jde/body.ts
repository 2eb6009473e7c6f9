import { TextDecoder } from 'node:util';
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
  const type = String(headers['content-type'] ?? '');
  const text = await readText(answer, type, limits);
  if (text === '') return status === 200 ? unreadable(limits, 'an empty answer') : undefined;
  if (/html/i.test(type) || text.startsWith('<')) throw webPage(limits, status);
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') return unreadable(limits, 'a compressed answer');
  try {
    return parseExactJson(text);
  } catch {
    // The parser's own words quote the answer, which may hold a token.
    return status === 200 ? unreadable(limits, 'something that is not complete JSON') : undefined;
  }
}

/**
 * Turns the body into text piece by piece, so that it is not held twice. AIS sends UTF-8. A byte that does not fit fails an
 * answer instead of becoming a wrong letter in a name.
 */
async function readText(
  answer: Dispatcher.ResponseData,
  contentType: string,
  limits: BodyLimits,
): Promise<string> {
  const decoder = decoderFor(answer.statusCode, contentType, limits);
  let text = '';
  let length = 0;
  for await (const chunk of answer.body) {
    // A body of undici yields buffers unless an encoding was set on it.
    const bytes = chunk as Buffer;
    length += bytes.length;
    if (length > limits.bytesMax) throw tooLarge(limits);
    text += decodePiece(decoder, bytes, limits);
  }
  return text + decodePiece(decoder, undefined, limits);
}

function decodePiece(decoder: TextDecoder, bytes: Buffer | undefined, limits: BodyLimits): string {
  try {
    return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
  } catch {
    return unreadable(limits, 'letters that are not in the character set it names');
  }
}

/** The words of an error may be in any character set: only data has to be right to the letter. */
function decoderFor(status: number, contentType: string, limits: BodyLimits): TextDecoder {
  const charset = /charset="?([\w-]+)/i.exec(contentType)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset, { fatal: status === 200 });
  } catch {
    return unreadable(limits, 'an unknown character set');
  }
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
