import { subscribe } from 'node:diagnostics_channel';
import { createWriteStream, type WriteStream, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { stringify } from 'csv-stringify/sync';
import { type Cin7Simulator, startCin7Simulator } from '../../src/simulators/cin7/index.ts';
import { toCin7Company, toCrosswalk } from '../../src/simulators/dataset/index.ts';
import { type JdeSimulator, startJdeSimulator } from '../../src/simulators/jde/index.ts';
import { benchTables } from './data-set.ts';
import type { CallOf, FarSideAsk, FarSideOrder, FarSideReply, Tally } from './far-side-talk.ts';

/** Both simulators in a process of their own, so that what they cost is not counted as the connector's. */
class FarSide {
  readonly #jde: JdeSimulator;
  readonly #startCin7: () => Promise<Cin7Simulator>;
  #cin7: Cin7Simulator;
  #recording: WriteStream | undefined;
  #tallied = { jde: 0, cin7: 0, refusals: 0 };

  private constructor(jde: JdeSimulator, cin7: Cin7Simulator, startCin7: () => Promise<Cin7Simulator>) {
    this.#jde = jde;
    this.#cin7 = cin7;
    this.#startCin7 = startCin7;
    subscribe('http.server.request.start', (message) => {
      const { request } = message as { request: IncomingMessage }; // What Node publishes under this name.
      if (this.#recording !== undefined) record(request, this.#recording, this.#sideOf(request));
    });
  }

  static async open(order: FarSideOrder): Promise<FarSide> {
    const { dataset, tables } = benchTables(order.size);
    const company = toCin7Company(dataset);
    writeFileSync(
      order.crosswalkPath,
      stringify([...toCrosswalk(dataset)], { header: true, columns: ['kind', 'code', 'target'] }),
    );
    const startCin7 = (): Promise<Cin7Simulator> =>
      startCin7Simulator({ company, allowance: order.allowance });
    return new FarSide(await startJdeSimulator({ tables }), await startCin7(), startCin7);
  }

  async answer(ask: FarSideAsk): Promise<FarSideReply> {
    switch (ask.do) {
      case 'where': {
        const { url, accountId, applicationKey } = this.#cin7;
        return { jdeUrl: this.#jde.url, cin7Url: url, accountId, applicationKey };
      }
      case 'record':
        this.#recording = createWriteStream(ask.path);
        return {};
      case 'stopRecording':
        await new Promise((done) => this.#recording?.end(() => done(undefined)));
        this.#recording = undefined;
        return {};
      case 'tally':
        return this.#tally();
      case 'emptyCin7':
        await this.#cin7.stop();
        this.#cin7 = await this.#startCin7();
        this.#tallied = { ...this.#tallied, cin7: 0, refusals: 0 };
        return this.answer({ do: 'where' });
    }
  }

  /** What came since the last time that somebody asked. */
  #tally(): Tally {
    const jde: CallOf[] = this.#jde.calls
      .slice(this.#tallied.jde)
      .map(({ service, tables, at, status }) => ({ what: `${service} ${tables.join('+')}`, at, status }));
    const cin7: CallOf[] = this.#cin7.calls
      .slice(this.#tallied.cin7)
      .map(({ method, path, at, status }) => ({ what: `${method} ${path}`, at, status }));
    const refusals = this.#cin7.refusals - this.#tallied.refusals;
    this.#tallied = {
      jde: this.#jde.callCount,
      cin7: this.#cin7.callCount,
      refusals: this.#cin7.refusals,
    };
    const holds = { suppliers: this.#cin7.suppliers().length, purchases: this.#purchases() };
    return { jde, cin7, refusals, ...holds };
  }

  #purchases(): number {
    return this.#cin7.purchasesWithNote('').length;
  }

  #sideOf(request: IncomingMessage): 'jde' | 'cin7' {
    return String(request.socket.localPort) === new URL(this.#jde.url).port ? 'jde' : 'cin7';
  }
}

const OWN_HEADERS = new Set(['host', 'connection', 'content-length', 'transfer-encoding']);

/** Writes down a call as it came in, for the bare loop to make it again. */
function record(request: IncomingMessage, into: WriteStream, side: 'jde' | 'cin7'): void {
  const chunks: Buffer[] = [];
  const push = request.push.bind(request);
  // Whoever answers the call reads the body; this only sees it go by.
  request.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
    if (Buffer.isBuffer(chunk)) chunks.push(chunk);
    if (chunk === null) {
      const headers = Object.entries(request.headers).filter(([name]) => !OWN_HEADERS.has(name));
      const { method, url } = request;
      const body = Buffer.concat(chunks).toString();
      into.write(`${JSON.stringify({ side, method, url, headers: Object.fromEntries(headers), body })}\n`);
    }
    return push(chunk, encoding);
  };
}

let farSide: FarSide | undefined;

process.on('message', (message) => {
  // Both ends are of this folder.
  const { id, order, ask } = message as { id: number; order?: FarSideOrder; ask?: FarSideAsk };
  // Whoever asked may be gone: then there is nobody to tell.
  const say = (answer: object): void => void process.send?.({ id, ...answer }, () => undefined);
  void (async () => {
    try {
      if (order !== undefined) farSide = await FarSide.open(order);
      const reply = await farSide?.answer(ask ?? { do: 'where' });
      say({ reply });
    } catch (error) {
      say({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  })();
});
process.on('disconnect', () => process.exit());
