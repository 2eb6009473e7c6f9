import type { Big } from 'big.js';
import { type Problem, Refusal } from './answers.ts';
import { decimalOf } from './decimals.ts';
import { isObject, type Json, type JsonObject, objectRows } from './json.ts';
import { isGuid } from './random.ts';
import type { Cin7Switches } from './switches.ts';
import { assumed, recorded } from './texts.ts';

/** Collects what is wrong with a request; the answer reports a handful of it. */
export class Problems {
  readonly #found: Problem[] = [];

  add(text: string, code: 400 | 404 = 400): void {
    this.#found.push({ ErrorCode: code, Exception: text });
  }

  get any(): boolean {
    return this.#found.length > 0;
  }

  /** Refuses the request if anything is wrong with it. */
  settle(): void {
    if (this.#found.length > 0) throw new Refusal(this.#found);
  }
}

interface TextRule {
  readonly max?: number;
  readonly required?: boolean;
  readonly oneOf?: readonly string[];
}

/**
 * Reads the fields of one object of a request body. Unknown fields are never looked at: that is how the
 * service loses them in silence. `undefined` means absent, so that PUT can keep what it has.
 */
export class Fields {
  readonly #body: JsonObject;
  readonly #problems: Problems;
  readonly #switches: Cin7Switches;

  constructor(body: JsonObject, problems: Problems, switches: Cin7Switches) {
    this.#problems = problems;
    this.#switches = switches;
    this.#body = switches.bodyFieldNames === 'anyCase' ? lowerKeys(body) : body;
  }

  raw(name: string): Json | undefined {
    return this.#body[this.#switches.bodyFieldNames === 'anyCase' ? name.toLowerCase() : name];
  }

  has(name: string): boolean {
    return this.raw(name) !== undefined;
  }

  /** Text, `null` when sent as null, `undefined` when absent. Numbers and booleans are taken as their text. */
  text(name: string, rule: TextRule = {}): string | null | undefined {
    const value = this.raw(name);
    const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
    if (rule.required === true && (text === undefined || text === null)) {
      this.#problems.add(recorded.missing(name));
      return undefined;
    }
    if (text === undefined || text === null) return text;
    if (typeof text !== 'string') {
      this.#problems.add(assumed.invalid(name));
      return undefined;
    }
    if (rule.required === true && text.trim() === '') this.#problems.add(recorded.empty(name));
    if (rule.max !== undefined && text.length > rule.max && this.#switches.maximumLengths === 'enforced') {
      this.#problems.add(recorded.tooLong(name, rule.max));
    }
    if (rule.oneOf !== undefined && text !== '' && !includesAnyCase(rule.oneOf, text)) {
      this.#problems.add(assumed.notOneOf(name, rule.oneOf));
    }
    return text;
  }

  decimal(name: string, rule: { required?: boolean } = {}): Big | undefined {
    const value = this.raw(name);
    if (value === undefined || value === null || value === '') {
      if (rule.required === true) this.#problems.add(recorded.missing(name));
      return undefined;
    }
    const decimal = decimalOf(value);
    if (decimal === undefined) this.#problems.add(assumed.invalid(name));
    return decimal;
  }

  /** True or false, also as text; `undefined` when absent or null. */
  flag(name: string): boolean | undefined {
    const value = this.raw(name);
    if (typeof value === 'boolean') return value;
    if (typeof value === 'string' && /^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
    if (value !== undefined && value !== null && value !== '') this.#problems.add(assumed.invalid(name));
    return undefined;
  }

  /** A GUID in lower case. */
  guid(name: string, rule: { required?: boolean } = {}): string | undefined {
    const value = this.raw(name);
    if (value === undefined || value === null || value === '') {
      if (rule.required === true) this.#problems.add(recorded.missing(name));
      return undefined;
    }
    if (typeof value === 'string' && isGuid(value)) return value.toLowerCase();
    this.#problems.add(name === 'ID' ? recorded.idNotGuid : assumed.invalid(name));
    return undefined;
  }

  /** A date as the service answers it: without zone for a day, as sent otherwise. `null` clears. */
  date(name: string, rule: { required?: boolean } = {}): string | null | undefined {
    const value = this.raw(name);
    if (value === undefined || value === null || value === '') {
      if (rule.required === true) this.#problems.add(recorded.missing(name));
      return value === undefined ? undefined : null;
    }
    if (typeof value === 'string' && !Number.isNaN(Date.parse(value))) {
      return /^\d{4}-\d\d-\d\d$/.test(value) ? `${value}T00:00:00` : value.replace(/(\.\d+)?Z$/, '');
    }
    this.#problems.add(assumed.invalid(name));
    return undefined;
  }

  /** The objects of an array member; `undefined` when it is absent. */
  rows(name: string): Fields[] | undefined {
    const value = this.raw(name);
    if (!Array.isArray(value)) return undefined;
    return objectRows(value).map((row) => new Fields(row, this.#problems, this.#switches));
  }

  object(name: string): Fields | undefined {
    const value = this.raw(name);
    return isObject(value) ? new Fields(value, this.#problems, this.#switches) : undefined;
  }
}

export function includesAnyCase(values: readonly string[], text: string): boolean {
  const wanted = text.toLowerCase();
  return values.some((value) => value.toLowerCase() === wanted);
}

function lowerKeys(body: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name.toLowerCase(), value]));
}
