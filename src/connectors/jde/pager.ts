import type { TableSpec } from '../../domain/source-row.ts';
import { Fault } from '../../faults/fault.ts';
import type { AisClient } from './client.ts';
import { browseRequest, type Condition } from './conditions.ts';
import type { DateFormat } from './date-format.ts';
import { nextCall } from './next-link.ts';
import { orchestrationCall, readOrchestrationPage } from './orchestration.ts';
import { type DayContext, type RawPage, readPage } from './page.ts';
import type { Ticket } from './sign-in.ts';

interface PagerDeps {
  readonly client: AisClient;
  readonly now: () => number;
  readonly spec: TableSpec;
  /** Conditions that hold for the whole read. */
  readonly conditions: readonly Condition[];
  readonly signal: AbortSignal;
}

/** Fetches pages of one table, by link while a result set is open, else by conditions. */
export class Pager {
  readonly #deps: PagerDeps;
  readonly #orchestration: string | undefined;
  #href: string | undefined;
  #ticket: Ticket | undefined;
  /** First keys of the pages of the open result set. */
  #firstKeys = new Set<string>();
  #emptyPages = 0;

  constructor(deps: PagerDeps) {
    this.#deps = deps;
    this.#orchestration = deps.client.settings.orchestrations[deps.spec.table];
  }

  /** The last page was, or the next will be, asked by a link. */
  get follows(): boolean {
    return this.#href !== undefined;
  }

  /** Whether our result set can still be alive: another read of this session may have taken its place. */
  get isOpen(): boolean {
    const { client } = this.#deps;
    return client.settings.cursorsPerSession === 'many' || client.cursorOwner === this;
  }

  get dateFormat(): DateFormat | undefined {
    return this.#ticket?.dateFormat;
  }

  /** An orchestration may return more than it was asked for; the data service must not. */
  get mayReturnOthers(): boolean {
    return this.#orchestration !== undefined;
  }

  get asksByLeadingKeyOnly(): boolean {
    return this.#orchestration !== undefined;
  }

  /** The next page of the open result set, or the first one of a new result set under these conditions on the key. */
  async turn(keyConditions: readonly Condition[]): Promise<RawPage> {
    if (this.#href !== undefined && this.#ticket !== undefined) return this.#next(this.#href, this.#ticket);
    this.#firstKeys = new Set();
    const conditions = [...this.#deps.conditions, ...keyConditions];
    return this.#orchestration === undefined
      ? this.#browse(conditions)
      : this.#orchestrate(this.#orchestration, keyConditions);
  }

  /** Takes up the link of a page. False when there is none that can be followed. */
  follow(page: RawPage): boolean {
    const { client, spec } = this.#deps;
    if (page.nextHref === undefined || client.settings.paging === 'key' || !this.isOpen) return false;
    this.#emptyPages = page.rows.length === 0 ? this.#emptyPages + 1 : 0;
    if (this.#emptyPages > EMPTY_PAGES_MAX) {
      throw new Fault(
        'jde.page_repeated',
        `AIS returned more than ${EMPTY_PAGES_MAX} empty pages of ${spec.table}`,
      );
    }
    this.#href = page.nextHref;
    return true;
  }

  startAnew(): void {
    this.#href = undefined;
  }

  /** @throws Fault `jde.page_repeated` when a page of this result set began with the same row. */
  noteFirstRow(key: string): void {
    if (this.#firstKeys.has(key)) {
      const message = `AIS returned the page of ${this.#deps.spec.table} that begins with ${key} twice`;
      throw new Fault('jde.page_repeated', message);
    }
    this.#firstKeys.add(key);
  }

  /** An orchestration that does not say whether more follows is asked until it brings nothing new. */
  endsWithoutGain(page: RawPage): boolean {
    return this.#orchestration !== undefined && page.rows.length < this.#deps.client.settings.pageSize;
  }

  async #browse(conditions: readonly Condition[]): Promise<RawPage> {
    const { client, spec, signal } = this.#deps;
    const { pageSize, paging } = client.settings;
    return client.ask(
      ({ dateFormat }) => {
        client.cursorOwner = this;
        const nextPages = paging === 'next';
        const body = browseRequest(spec, { conditions, pageSize, dateFormat, nextPages });
        return { what: `browse ${spec.table}`, method: 'POST', path: '/jderest/v2/dataservice', body };
      },
      (answer, ticket) => {
        this.#ticket = ticket;
        return readPage(answer, spec.table, this.#day());
      },
      signal,
    );
  }

  async #next(href: string, ticket: Ticket): Promise<RawPage> {
    const { client, spec, signal } = this.#deps;
    const call = nextCall(href, ticket, client.settings);
    if (call === undefined)
      throw new Fault('jde.refused', `AIS linked ${spec.table} to something else than a next page`);
    const answer = await client.askOnce({ ...call, what: `next page of ${spec.table}` }, ticket, signal);
    return readPage(answer, spec.table, this.#day());
  }

  async #orchestrate(name: string, keyConditions: readonly Condition[]): Promise<RawPage> {
    const { client, spec, signal, conditions } = this.#deps;
    const { settings } = client;
    return client.ask(
      ({ dateFormat }) => orchestrationCall(name, spec, { conditions, keyConditions, dateFormat, settings }),
      (answer, ticket) => {
        this.#ticket = ticket;
        return readOrchestrationPage(answer, spec.table, this.#day());
      },
      signal,
    );
  }

  #day(): DayContext {
    const { client, now } = this.#deps;
    return { timeZone: client.settings.timeZone, nowMs: now() };
  }
}

const EMPTY_PAGES_MAX = 3;
