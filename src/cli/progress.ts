import { SingleBar as Bar, Presets, type SingleBar } from 'cli-progress';
import type { FlowName } from '../flows/flow.ts';
import type { Progress } from '../sync/ports.ts';
import { type FlowCounters, OUTCOMES } from '../sync/summary.ts';

export interface ProgressView {
  report(progress: Progress): void;
  end(): void;
}

/** Bars with rate and time left on a terminal, one line per finished step in a pipe, nothing with --json. */
export function openProgress(options: {
  json?: boolean | undefined;
  stream?: NodeJS.WriteStream;
}): ProgressView {
  if (options.json === true) return { report: () => undefined, end: () => undefined };
  const stream = options.stream ?? process.stderr;
  return stream.isTTY ? new BarView(stream) : new LineView(stream);
}

const settledOf = (counters: FlowCounters): number =>
  OUTCOMES.reduce((sum, outcome) => sum + counters[outcome], 0);

class LineView implements ProgressView {
  readonly #stream: NodeJS.WriteStream;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  report(progress: Progress): void {
    if (progress.phase === 'settle')
      this.#stream.write(
        `${progress.flow}: looking up ${progress.detail ?? ''} writes whose answer is unknown\n`,
      );
    if (progress.phase === 'offline') this.#stream.write(`${progress.flow}: ${offlineText(progress)}\n`);
    if (progress.phase !== 'done') return;
    const { counters, flow } = progress;
    const outcomes = OUTCOMES.filter((outcome) => counters[outcome] > 0).map(
      (outcome) => `${counters[outcome]} ${outcome}`,
    );
    if (counters.left > 0) outcomes.push(`${counters.left} left for a sync`);
    this.#stream.write(
      `${flow}: ${counters.rowsRead} rows read, ${counters.staged} records: ${outcomes.join(', ') || 'nothing to do'}\n`,
    );
  }

  end(): void {
    // Lines are complete as they are written.
  }
}

class BarView implements ProgressView {
  readonly #stream: NodeJS.WriteStream;
  #flow: FlowName | undefined;
  #bar: SingleBar | undefined;
  #startedAt = 0;
  #startedWith = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  report(progress: Progress): void {
    if (progress.phase === 'outcome') return;
    if (progress.phase === 'offline') {
      this.#bar?.update({ step: offlineText(progress) });
      return;
    }
    const { flow, counters } = progress;
    if (this.#flow !== flow) this.#open(flow);
    const settled = settledOf(counters);
    if (this.#startedWith === 0 && settled > 0) {
      this.#startedAt = performance.now();
      this.#startedWith = settled;
    }
    const seconds = (performance.now() - this.#startedAt) / 1_000;
    const perSecond = this.#startedWith > 0 && seconds > 0.5 ? (settled - this.#startedWith) / seconds : 0;
    const total = Math.max(counters.staged, 1);
    this.#bar?.setTotal(total);
    this.#bar?.update(progress.phase === 'done' ? total : settled, {
      step: stepOf(progress),
      rate: perSecond > 0 ? perSecond.toFixed(1) : '-',
      left: perSecond > 0 ? durationText((counters.staged - settled) / perSecond) : '-',
    });
    if (progress.phase === 'done') this.end();
  }

  end(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  #open(flow: FlowName): void {
    this.end();
    this.#flow = flow;
    this.#startedWith = 0;
    const format = `${flow.padEnd(9)} {bar} {value}/{total} · {rate}/s · {left} left · {step}`;
    this.#bar = new Bar(
      { format, stream: this.#stream, hideCursor: true, fps: 8, barsize: 24 },
      Presets.shades_classic,
    );
    this.#bar.start(1, 0, { step: 'starting', rate: '-', left: '-' });
  }
}

/** `45 s`, `12 min`, `3.4 h` */
function durationText(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5_400 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3_600).toFixed(1)} h`;
}

function offlineText(progress: Extract<Progress, { phase: 'offline' }>): string {
  return `offline, knocking at ${progress.side === 'jde' ? 'JDE' : 'Cin7'} — ${progress.detail}`;
}

function stepOf(progress: Exclude<Progress, { phase: 'outcome' | 'offline' }>): string {
  switch (progress.phase) {
    case 'settle':
      return `looking up ${progress.detail ?? ''} unanswered writes`;
    case 'read':
      return `reading ${progress.detail ?? ''} (${progress.counters.rowsRead} rows)`;
    case 'fetch':
      return `reading whole records (${progress.counters.rowsRead} rows)`;
    case 'work':
      return progress.counters.parked > 0 ? `${progress.counters.parked} parked` : 'writing';
    case 'done':
      return progress.counters.parked > 0 ? `done, ${progress.counters.parked} parked` : 'done';
  }
}
