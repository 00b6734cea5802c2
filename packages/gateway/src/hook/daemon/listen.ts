/** The socket that hooks meet: put in place whole, so that nobody finds it half made, and looked after, so that two daemons never share it. */
import { chmodSync, lstatSync, renameSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { Fault } from '@writ/core';
import { SOCKET_NAME, within } from '../client/index.ts';

/** Hooks at once; further ones wait to be let in. */
const MAX_CONNECTIONS = 256;

/** A socket that is listened at. */
export interface HookSocket {
  /** Whether it is still this daemon that hooks meet. */
  readonly isOurs: () => boolean;
  /** Nobody new is let in, and the socket's place is free again. Idempotent. */
  close(): void;
}

/** Listens in `folder` in the place of whatever stood there. Throws `io.failed`. */
export async function listenInFolder(
  folder: string,
  connected: (socket: Socket) => void,
): Promise<HookSocket> {
  const own = `${SOCKET_NAME}.${process.pid}`;
  const path = join(folder, own);
  rmSync(path, { force: true });
  const server = createServer({ allowHalfOpen: false }, connected);
  server.maxConnections = MAX_CONNECTIONS;
  // The place is taken at once, and only what is heard comes later.
  await within(folder, () => listening(server, own, path));
  chmodSync(path, 0o600);
  const place = join(folder, SOCKET_NAME);
  const { ino } = statSync(path);
  renameSync(path, place);
  const isOurs = (): boolean => lstatSync(place, { throwIfNoEntry: false })?.ino === ino;
  return {
    isOurs,
    close() {
      if (isOurs()) rmSync(place, { force: true });
      server.close();
    },
  };
}

function listening(server: Server, at: string, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: Error): void =>
      reject(new Fault('io.failed', `cannot listen at \`${path}\`: ${cause.message}`, {}, { cause }));
    server.once('error', fail);
    server.listen(at, () => {
      server.off('error', fail);
      resolve();
    });
  });
}
