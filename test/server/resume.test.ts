import { expect, test } from 'vitest';
import { play, SERVER_KILLED } from '../many-workers/disasters.ts';
import { ROOM_IS_MADE, shareOnePlace } from '../many-workers/sharing.ts';
import { undisturbed } from '../many-workers/undisturbed.ts';

const [SUPPLIERS, ORDERS_EACH] = [8, 2];

test('a server that is killed and started anew goes on with its work by itself, and doubles nothing', async () => {
  const course = await play(SERVER_KILLED, {
    servers: 1,
    suppliers: SUPPLIERS,
    ordersEach: ORDERS_EACH,
    onOneMachine: true,
  });
  expect(course.content).toEqual(await undisturbed(SUPPLIERS, ORDERS_EACH));
  expect(course.runs).toMatchObject([
    { state: 'interrupted', kind: 'sync' },
    { state: 'succeeded', kind: 'sync' },
  ]);
  expect(course.writtenMs).toBeLessThan(30_000);
}, 120_000);

test('a long run makes room for one of another connection, and goes on behind it', async () => {
  expect(await shareOnePlace({ servers: 1 })).toEqual(ROOM_IS_MADE);
}, 120_000);
