/** A loopback way to a server that loses connections where a test says so. */
import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** What happens to what a client sends. `lose`: it never arrives. `lose_answer`: it arrives, and its answer does not. Either way both ends are cut. */
export type Fate = 'pass' | 'lose' | 'lose_answer';

/** A proxy under way. */
export interface Proxy {
  readonly url: string;
  /** Decides about each piece that a client sends; default `pass`. */
  judge: (sent: Buffer) => Fate;
  /** Whether new connections are turned away. */
  isClosed: boolean;
  /** Connections so far, those turned away included. */
  connections: number;
}

/** Judges pieces: the first `times` that contain `text` meet `fate`. */
export function fateOf(text: string, fate: Fate, times = 1): Proxy['judge'] {
  let left = times;
  return (sent) => {
    if (left === 0 || !sent.includes(text)) return 'pass';
    left -= 1;
    return fate;
  };
}

/** Starts a proxy before the server at `url`; it ends with the test. */
export async function startProxy(url: string): Promise<Proxy> {
  const target = new URL(url);
  const [port, host] = [Number(target.port), target.hostname];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    proxy.connections += 1;
    if (proxy.isClosed) {
      client.destroy();
      return;
    }
    const upstream = connect(port, host);
    let isAnswerLost = false;
    const cut = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', cut);
      socket.on('close', cut);
    }
    client.on('data', (sent) => {
      const fate = proxy.judge(sent);
      if (fate === 'lose') cut();
      else upstream.write(sent);
      if (fate === 'lose_answer') isAnswerLost = true;
    });
    upstream.on('data', (answer) => {
      if (isAnswerLost) cut();
      else client.write(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  target.port = String(typeof address === 'object' && address !== null ? address.port : 0);
  const proxy: Proxy = { url: target.href, judge: () => 'pass', isClosed: false, connections: 0 };
  return proxy;
}
