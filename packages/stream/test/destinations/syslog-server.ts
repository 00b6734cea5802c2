/** A receiver of syslog in this process, over TLS with certificates of both sides, that does what a test says. */
import { once } from 'node:events';
import {
  type AddressInfo,
  connect,
  createServer as createNetServer,
  type Server as NetServer,
  type Socket,
} from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { testAuthority } from '../../../../scripts/testing/certificate-authority.ts';

/** PEM of both sides. */
interface Pems {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** A receiver that lives through its own death. */
export interface SyslogServer {
  /** What a sender needs. */
  readonly client: Pems;
  /** A certificate of an authority that it does not know. */
  readonly stranger: Pems;
  readonly port: () => number;
  readonly taken: string[];
  /** Messages it takes before it resets connections. */
  capacity: number;
  isHanging: boolean;
  kill(): Promise<void>;
  restart(): Promise<void>;
}

const FRAME = /^(\d{1,7}) /;
const UID = /\buid="((?:[^"\\\]]|\\.)*)"/;

/** Starts one. */
export async function syslogServer(): Promise<SyslogServer> {
  const authority = testAuthority('syslog');
  const own = authority.issue({ address: [127, 0, 0, 1] });
  let port = 0;
  let front: NetServer | undefined;
  let latest: Socket | undefined;
  const sockets = new Set<Socket>();
  const options = { ...own, ca: authority.cert, requestCert: true, rejectUnauthorized: true };
  const receiver: SyslogServer = {
    client: { ca: authority.cert, ...authority.issue({}) },
    stranger: { ca: authority.cert, ...testAuthority('strangers').issue({}) },
    port: () => port,
    taken: [],
    capacity: Number.POSITIVE_INFINITY,
    isHanging: false,
    async kill() {
      for (const socket of sockets) socket.destroy();
      front?.close();
      await (front === undefined ? undefined : once(front, 'close'));
      front = undefined;
    },
    async restart() {
      if (front !== undefined) return;
      // A socket of TLS cannot be reset: what stands before it can.
      front = createNetServer((socket) => {
        latest = keep(socket, sockets);
        const inner = keep(connect(innerPort, '127.0.0.1'), sockets);
        socket.pipe(inner);
        inner.pipe(socket);
      });
      front.listen(port, '127.0.0.1');
      await once(front, 'listening');
      ({ port } = front.address() as AddressInfo);
    },
  };
  const inner = createServer(options, (socket) => {
    socket.on('error', () => {});
    if (!receiver.isHanging) read(socket, receiver, () => latest?.resetAndDestroy());
  });
  inner.on('tlsClientError', () => {});
  inner.listen(0, '127.0.0.1');
  inner.unref();
  await once(inner, 'listening');
  const { port: innerPort } = inner.address() as AddressInfo;
  await receiver.restart();
  return receiver;
}

function keep(socket: Socket, sockets: Set<Socket>): Socket {
  sockets.add(socket);
  socket.on('error', () => {});
  socket.once('close', () => sockets.delete(socket));
  return socket;
}

function read(socket: TLSSocket, receiver: SyslogServer, reset: () => void): void {
  let waiting = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    waiting = Buffer.concat([waiting, chunk]);
    for (;;) {
      const [head = '', length] = FRAME.exec(waiting.subarray(0, 16).toString('latin1')) ?? [];
      if (length === undefined || waiting.length < head.length + Number(length)) return;
      const message = waiting.subarray(head.length, head.length + Number(length)).toString();
      waiting = waiting.subarray(head.length + Number(length));
      if (receiver.capacity <= 0) {
        reset();
        return;
      }
      receiver.capacity -= 1;
      receiver.taken.push(UID.exec(message)?.[1]?.replace(/\\(["\\\]])/g, '$1') ?? '');
    }
  });
}
