import { isoTimeStamp, type ServerClock } from './clock.ts';

/** What goes back over the wire. */
export interface Reply {
  status: number;
  contentType: string;
  body: string;
  headers?: Record<string, string>;
}

/** A refusal that a service answers with; caught where the request came in. */
export class Refusal extends Error {
  readonly reply: Reply;

  constructor(reply: Reply) {
    super(`refused with ${reply.status}`);
    this.reply = reply;
  }
}

export function json(status: number, body: unknown): Reply {
  return jsonText(status, JSON.stringify(body));
}

export function jsonText(status: number, body: string): Reply {
  return { status, contentType: 'application/json', body };
}

export function html(status: number, title: string): Reply {
  const body = `<!DOCTYPE html>\n<html><head><title>${status} ${title}</title></head><body><h1>${title}</h1></body></html>\n`;
  return { status, contentType: 'text/html; charset=UTF-8', body };
}

/** The plain form of a service error. Oracle REST API guide: ServiceErrorResponse, validate session. */
export function serviceError(status: number, message: string, clock: ServerClock): Reply {
  return json(status, { message, exception: 'Exception', timeStamp: isoTimeStamp(clock) });
}

/** The form of an error of the HTML server. Oracle guide: links section in a data service response. */
export function sysErrors(status: number, text: string): Reply {
  return json(status, { sysErrors: [{ TITLE: text, DESC: text }] });
}
