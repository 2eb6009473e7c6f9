import { actInCin7 } from './acts-in-cin7.ts';
import { readBooks } from './books.ts';
import type { Chance } from './chance.ts';
import { changeJde } from './changes-in-jde.ts';
import type { End, Passed } from './incarnation.ts';
import { type Finding, judge } from './judge.ts';
import { beginRival, type Rival, ROBBED, STANDS_STILL } from './rival.ts';
import type { Stage } from './stage.ts';
import type { SyncEnding, SyncOptions, World } from './world.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** How far the clock of the connector's machine may be wrong. */
const CLOCK_SHIFT_MS_MAX = 4 * MINUTE_MS;
const QUIET_SYNCS_MAX = 10;
/** A supervisor starts the process again until the lease of the dead one has run out. */
const LEASE_MS = 25_000;

/** Plays a story on a stage: people at work, syncs in trouble, and at last the verdict. */
export class Player {
  syncs = 0;
  readonly #stage: Stage;
  readonly #world: World;
  readonly #chance: Chance;
  readonly #found: Finding[] = [];
  #unmapped: World['crosswalk'];
  /** What the last sync did that came to its end. */
  #passed: Passed = { operation: 400, write: 10 };

  constructor(stage: Stage, chance: Chance, unmapped: World['crosswalk']) {
    this.#stage = stage;
    this.#world = stage.world;
    this.#chance = chance;
    this.#unmapped = unmapped;
  }

  async play(): Promise<readonly Finding[]> {
    const steps = this.#chance.whole(1, 4);
    this.#setServerZone();
    this.#stage.note();
    for (let step = 0; step < steps; step += 1) {
      await this.#pause(step);
      await this.#syncInTrouble();
    }
    const unrest = await this.#findPeace();
    this.#stage.note();
    const findings = judge(this.#stage.evidence, this.#stage.history, readBooks(this.#world.file.sqlite));
    this.#checkBudget();
    return [...this.#found, ...unrest, ...findings];
  }

  /** Time passes and people work. */
  async #pause(step: number): Promise<void> {
    const { time } = this.#world;
    const chance = this.#chance;
    const gapMs = step === 0 ? MINUTE_MS : this.#gapMs();
    const untilMs = time.nowMs + gapMs;
    const count = step === 0 ? 0 : chance.whole(1, 8);
    const moments = Array.from({ length: count }, () => time.nowMs + chance.whole(0, gapMs)).toSorted(
      (a, b) => a - b,
    );
    for (const moment of moments) {
      await time.runUntil(moment);
      this.#setServerZone();
      await this.#happen();
    }
    await time.runUntil(untilMs);
    this.#setServerZone();
  }

  /** Minutes, hours, or to just before or after midnight at the JDE server. */
  #gapMs(): number {
    const chance = this.#chance;
    switch (chance.weighted({ minutes: 3, hours: 4, midnight: 3, day: 1 })) {
      case 'minutes':
        return chance.whole(1, 30) * MINUTE_MS;
      case 'hours':
        return chance.whole(1, 12) * HOUR_MS;
      case 'midnight': {
        const offsetMs = this.#world.jde.switches.utcOffsetMinutes * MINUTE_MS;
        const local = this.#world.time.nowMs + offsetMs;
        const untilMidnight = 24 * HOUR_MS - (local % (24 * HOUR_MS));
        return Math.max(1_000, untilMidnight + chance.whole(-90, 90) * 1_000);
      }
      case 'day':
        return chance.whole(18, 36) * HOUR_MS;
    }
  }

  async #happen(): Promise<void> {
    const chance = this.#chance;
    switch (chance.weighted({ jde: 12, cin7: 4, map: 1, restart: 1, clock: 1 })) {
      case 'jde':
        this.#stage.tell(changeJde(this.#stage, chance));
        break;
      case 'cin7':
        this.#stage.tell(actInCin7(this.#stage, chance));
        break;
      case 'map':
        await this.#mapOne();
        break;
      case 'restart':
        this.#world.jde.restart();
        this.#world.faults.add('jde restart between calls');
        this.#stage.tell('AIS restarts');
        break;
      case 'clock':
        this.#moveClock();
        break;
    }
  }

  async #mapOne(): Promise<void> {
    const [row, ...rest] = this.#unmapped;
    if (row === undefined) return;
    this.#stage.note();
    this.#unmapped = rest;
    await this.#world.time.run(this.#world.map([row]));
    this.#stage.note();
    this.#stage.tell(`a person maps ${row.kind} ${row.code} to ${row.target}`);
  }

  #moveClock(): void {
    this.#world.clockShiftMs = this.#chance.whole(-CLOCK_SHIFT_MS_MAX, CLOCK_SHIFT_MS_MAX);
    this.#world.faults.add(CLOCK_JUMPS);
    this.#stage.tell(`the clock of this machine is ${this.#world.clockShiftMs} ms off`);
  }

  #setServerZone(): void {
    const { jde, time, circumstances } = this.#world;
    const minutes = offsetMinutes(circumstances.timeZone, time.nowMs);
    if (this.syncs > 0 && minutes !== jde.switches.utcOffsetMinutes) {
      this.#world.faults.add('clocks of JDE change');
      this.#stage.tell(`JDE is now ${minutes} minutes ahead of UTC`);
    }
    jde.switches.utcOffsetMinutes = minutes;
  }

  /** One sync with whatever the seed puts in its way; after a crash the process is started again, soon. */
  async #syncInTrouble(): Promise<void> {
    const chance = this.#chance;
    const world = this.#world;
    world.trouble = { calm: 0, light: 0.05, heavy: 0.15, storm: 0.35 }[
      chance.weighted({ calm: 3, light: 4, heavy: 3, storm: 1 })
    ];
    this.#scheduleDuringSync();
    const rival = chance.hits(0.25) ? await this.#beginRival() : undefined;
    let crashes = chance.hits(0.5) ? chance.weighted({ once: 6, twice: 3, thrice: 1 }) : undefined;
    for (;;) {
      const end = crashes === undefined ? undefined : this.#drawEnd();
      const password = end === undefined && chance.hits(0.06) ? 'wrong' : undefined;
      const ending = await this.#sync({
        ...(end === undefined ? {} : { end }),
        ...(password === undefined ? {} : { password }),
        ...(rival === undefined ? {} : { clockShiftMs: rival.clockShiftMs }),
      });
      if (ending.kind === 'refused') {
        await world.time.runUntil(world.time.nowMs + LEASE_MS);
        continue;
      }
      if (ending.kind === 'ended') break;
      world.faults.add('crash');
      crashes = crashes === 'thrice' ? 'twice' : crashes === 'twice' ? 'once' : undefined;
      const restartMs = chance.pick([1, 500, 5_000, 30_000, 200_000]);
      await world.time.runUntil(world.time.nowMs + restartMs);
    }
    if (rival !== undefined) this.#tellEnding('the one before it', await world.time.run(rival.ending));
    world.trouble = 0;
    world.away.jde = false;
    world.away.cin7 = false;
  }

  async #beginRival(): Promise<Rival> {
    this.syncs += 1;
    this.#stage.tell(`sync ${this.syncs} begins, and lives on while another one comes`);
    const rival = await beginRival(this.#world, this.#chance, this.#passed);
    this.#stage.tell(`sync ${this.syncs} ${rival.story}`);
    return rival;
  }

  /** Half of the deaths come at a write to Cin7, where most can go wrong. */
  #drawEnd(): End {
    const chance = this.#chance;
    if (chance.hits(0.5))
      return { before: 'write', number: chance.whole(1, Math.max(6, this.#passed.write)) };
    return { before: 'operation', number: chance.whole(1, Math.ceil(this.#passed.operation * 1.05)) };
  }

  /** What happens while the sync is at work. */
  #scheduleDuringSync(): void {
    const chance = this.#chance;
    const { time, away } = this.#world;
    const changes = chance.hits(0.4) ? chance.whole(1, 3) : 0;
    const within = chance.pick([2_000, 10_000, 60_000]);
    for (let left = changes; left > 0; left -= 1) {
      time.at(time.nowMs + chance.whole(1, within), () => {
        const told = chance.hits(0.8) ? changeJde(this.#stage, chance) : actInCin7(this.#stage, chance);
        this.#stage.tell(told);
      });
    }
    if (chance.hits(0.05)) {
      const side = chance.weighted({ jde: 1, cin7: 1 });
      time.at(time.nowMs + chance.whole(1, 20_000), () => {
        away[side] = true;
        this.#stage.tell(`${side} is away`);
      });
      time.at(time.nowMs + chance.whole(20_000, 600_000), () => (away[side] = false));
    }
    if (chance.hits(0.05)) time.at(time.nowMs + chance.whole(1, 20_000), () => this.#moveClock());
    if (chance.hits(0.1)) {
      time.at(time.nowMs + chance.whole(1, 8_000), () => {
        this.#world.jde.restart();
        this.#world.faults.add('jde restart between calls');
        this.#stage.tell('AIS restarts');
      });
    }
  }

  async #sync(options: SyncOptions): Promise<SyncEnding> {
    const { time, trouble } = this.#world;
    this.syncs += 1;
    this.#stage.tell(
      `sync ${this.syncs} begins${trouble === 0 ? '' : `, ${trouble * 100} % of the calls in trouble`}`,
    );
    const refusedBefore = this.#world.refusedSignIns;
    const callsBefore = this.#world.jde.calls.length;
    const ending = await time.run(this.#world.sync(options));
    if (options.password !== undefined)
      this.#checkSignIns(this.#world.refusedSignIns - refusedBefore, callsBefore);
    if (ending.kind === 'ended') {
      if (ending.ending.state === 'succeeded') {
        this.#stage.hasSucceeded = true;
        this.#passed = ending.passed;
      }
    }
    this.#tellEnding(`sync ${this.syncs}`, ending);
    return ending;
  }

  #tellEnding(who: string, ending: SyncEnding): void {
    switch (ending.kind) {
      case 'ended': {
        const { state, fault } = ending.ending;
        this.#stage.tell(`${who} ${state}${fault === undefined ? '' : `: ${fault.code} ${fault.message}`}`);
        break;
      }
      case 'crashed': {
        const { operation, write } = ending.passed;
        this.#stage.tell(`${who}: the process dies before operation ${operation}, ${write / 2} writes`);
        break;
      }
      case 'refused':
        this.#stage.tell(`${who} is refused: ${ending.code}`);
        break;
    }
    this.#stage.note();
  }

  /** A password that was heard to be refused is not sent a second time, and one whose refusal was lost not a third: that would lock the user. */
  #checkSignIns(refusals: number, callsBefore: number): void {
    const { jde, faults } = this.#world;
    const looked = jde.calls
      .slice(callsBefore)
      .filter(({ service, status }) => service === 'tokenrequest' && (status === 0 || status === 403)).length;
    faults.add('wrong password');
    this.#stage.tell('the password was wrong');
    if (looked > WRONG_SIGN_INS_MAX)
      this.#found.push({ kind: 'wrong', what: `a wrong password was sent ${looked} times` });
    if (refusals > 1)
      this.#found.push({ kind: 'wrong', what: `a refused password was sent ${refusals} times` });
  }

  /** Where no clock was moved and no process stood still, Cin7 never has to refuse a call for being one too many. */
  #checkBudget(): void {
    const { cin7, faults } = this.#world;
    const asked = RATE_LIMITS.reduce((sum, kind) => sum + faults.of(kind), 0);
    const isExcused = [CLOCK_JUMPS, ROBBED, STANDS_STILL].some((kind) => faults.of(kind) > 0);
    if (isExcused || cin7.refusals <= asked) return;
    this.#found.push({
      kind: 'wrong',
      what: `Cin7 refused ${cin7.refusals - asked} calls over the allowance`,
    });
  }

  /** Nothing goes wrong any more: runs follow each other until one has nothing to do. */
  async #findPeace(): Promise<readonly Finding[]> {
    const { jde, cin7, time, file } = this.#world;
    jde.clearFaults();
    cin7.clearFaults();
    this.#stage.tell('peace');
    for (let round = 1; round <= QUIET_SYNCS_MAX; round += 1) {
      await time.runUntil(time.nowMs + 2 * HOUR_MS);
      this.#setServerZone();
      const refused = readBooks(file.sqlite).parked.filter((row) => RETRIED_BY_PEOPLE.has(row.code));
      if (refused.length > 0) {
        const records = refused.map((row) => ({ flow: row.flow, recordKey: row.record_key }));
        await time.run(this.#world.retry(records));
      }
      const writes = cin7.writes;
      const ending = await this.#sync({});
      const isQuiet =
        ending.kind === 'ended' && ending.ending.state === 'succeeded' && cin7.writes === writes;
      if (isQuiet && round >= 2) return [];
    }
    return [{ kind: 'wrong', what: `${QUIET_SYNCS_MAX} syncs without trouble do not come to rest` }];
  }
}

const WRONG_SIGN_INS_MAX = 2;
const CLOCK_JUMPS = 'clock of this machine jumps';
const RATE_LIMITS = ['cin7 rateLimit429', 'cin7 rateLimit503', 'cin7 rateLimit400'] as const;

/** What Cin7 refused in passing is tried again by people. */
const RETRIED_BY_PEOPLE: ReadonlySet<string> = new Set([
  'cin7.refused',
  'cin7.fails',
  'cin7.stored_differently',
]);

function offsetMinutes(timeZone: string, atMs: number): number {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(
    atMs,
  );
  const name = parts.find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
  const [, sign = '+', hours = '0', minutes = '0'] = /GMT([+-])(\d+):(\d+)/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
