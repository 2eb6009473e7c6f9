/** Texts that must not appear in anything that people or logs see. */
export class Secrets {
  readonly #texts: string[] = [];

  constructor(texts: readonly string[]) {
    for (const text of texts) this.add(text);
  }

  /** Keeps the newest few: a run may sign in many times. */
  add(secret: string): void {
    if (secret.length < SECRET_CHARS_MIN) return;
    this.#texts.push(...new Set([secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]));
    if (this.#texts.length > SECRETS_MAX) this.#texts.splice(FIRST_KEPT, this.#texts.length - SECRETS_MAX);
  }

  /** The text with all secrets, and everything that looks like an AIS token, replaced; control characters become blanks. */
  hide(text: string): string {
    let clean = text;
    for (const secret of this.#texts) clean = clean.replaceAll(secret, '***');
    return clean
      .replace(TOKEN, '***')
      .replace(/\p{Cc}+/gu, ' ')
      .trim();
  }
}

/** `044` and Base64, also as written in a URL. Source: seven recorded tokens, 2014 to 2025. */
const TOKEN = /044[\w+/%-]{40,}={0,2}[\w+/%-]*={0,2}/g;
/** Hiding every `a` of a message would hide the message. */
const SECRET_CHARS_MIN = 3;
const SECRETS_MAX = 200;
/** The password, added first, in its three spellings. */
const FIRST_KEPT = 3;
