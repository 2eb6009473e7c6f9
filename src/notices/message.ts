/** A notice in words, ready for every channel. Stored as JSON text. */
export interface Message {
  /** One line, without a full stop. */
  readonly title: string;
  /** Sentences, each its own paragraph. */
  readonly lines: readonly string[];
  /** What to do next; empty where there is nothing. */
  readonly hint: string;
  /** Page of the console, from `/` on. */
  readonly path: string;
  /** Name of the connection; null: all of the connector. */
  readonly connection: string | null;
  /** The same for programs. */
  readonly data: Readonly<Record<string, unknown>>;
}

const TITLE_CHARS_MAX = 200;
const LINE_CHARS_MAX = 1_000;
const LINES_MAX = 40;

/** Bounds a message: what other systems answer may be long, and mail and chat are not made for it. */
export function bounded(message: Message): Message {
  const lines = message.lines.slice(0, LINES_MAX).map((line) => cut(line, LINE_CHARS_MAX));
  return { ...message, title: cut(message.title, TITLE_CHARS_MAX), lines };
}

/** One line of at most so many characters; control characters become blanks. */
export function cut(text: string, charsMax: number): string {
  const line = text.replace(/\p{Cc}+/gu, ' ').trim();
  const chars = Array.from(line);
  return chars.length <= charsMax ? line : `${chars.slice(0, charsMax - 1).join('')}…`;
}

export function parseMessage(text: string): Message {
  return JSON.parse(text) as Message; // Written by `noteEvent`.
}

/** The page of the console that a message points at; absent without an address of the console. */
export function linkOf(message: Message, publicUrl: string | undefined): string | undefined {
  return publicUrl === undefined ? undefined : `${publicUrl.replace(/\/+$/, '')}${message.path}`;
}

/** All of a message as plain text. */
export function plainText(message: Message, link: string | undefined): string {
  const parts = [message.title, ...message.lines];
  if (message.hint !== '') parts.push(`Next step: ${message.hint}`);
  if (link !== undefined) parts.push(link);
  return parts.join('\n\n');
}
