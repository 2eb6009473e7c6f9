import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A network between a process and the database that can be cut. */
export interface Cable {
  readonly port: number;
  /** Ends all connections, and takes no new ones. */
  cut(): void;
  /** Keeps all connections, and lets nothing through in either direction. */
  swallow(): void;
  /** Lets everything through again. What was swallowed meanwhile arrives now, as after a pause of a real network. */
  mend(): void;
  close(): Promise<void>;
}

export async function layCable(toPort: number): Promise<Cable> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let state: 'whole' | 'cut' | 'swallowing' = 'whole';
  const server: Server = createServer((near) => {
    if (state === 'cut') {
      near.destroy();
      return;
    }
    const far = connect(toPort, '127.0.0.1');
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const [from, to] of [pair, [far, near] as const]) {
      from.on('data', (bytes) => {
        if (!to.write(bytes)) from.pause();
      });
      to.on('drain', () => {
        if (state === 'whole') from.resume();
      });
      from.on('error', () => undefined);
      from.on('close', () => {
        to.destroy();
        pairs.delete(pair);
      });
      if (state === 'swallowing') from.pause();
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const each = (act: (socket: Socket) => void): void => [...pairs].flat().forEach(act);
  return {
    port: (server.address() as AddressInfo).port, // It listens on TCP.
    cut() {
      state = 'cut';
      each((socket) => socket.destroy());
    },
    swallow() {
      state = 'swallowing';
      each((socket) => socket.pause());
    },
    mend() {
      state = 'whole';
      each((socket) => socket.resume());
    },
    async close() {
      each((socket) => socket.destroy());
      await new Promise((done) => server.close(done));
    },
  };
}
