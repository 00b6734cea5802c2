/** Listening for processes of this machine: on loopback, or on a Unix socket in a folder that only its owner enters. */
import { chmodSync, lstatSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { type AddressInfo, connect, type Server } from 'node:net';
import { dirname } from 'node:path';
import { Fault } from '@writ/core';
import { formatAddress, type LocalAddress } from '../config/index.ts';

const OTHERS = 0o077;
const FOLDER_MODE = 0o700;
const SOCKET_MODE = 0o600;

/** Where it was listened at, with the port that was taken. */
export type ListeningAt = LocalAddress;

/** Listens. Throws `io.failed` where it cannot, `key.permissions` where others could take the socket's place. */
export async function listenLocally(server: Server, where: LocalAddress): Promise<ListeningAt> {
  if ('socket' in where) {
    await makeRoom(where.socket);
    await listening(server, { path: where.socket }, where.socket);
    chmodSync(where.socket, SOCKET_MODE);
    return where;
  }
  const { host, port } = where;
  await listening(server, { host, port }, formatAddress(where));
  return { host, port: (server.address() as AddressInfo).port };
}

/** As a URL has it, or as the path of a socket. */
export function nameOfAddress(address: LocalAddress): string {
  return 'socket' in address ? `unix:${address.socket}` : `http://${formatAddress(address)}`;
}

/** Only in a folder of its user's own, and never in the place of something that lives. */
async function makeRoom(socket: string): Promise<void> {
  const folder = dirname(socket);
  mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
  const { mode, uid } = statSync(folder);
  const isOwn = process.getuid === undefined || (uid === process.getuid() && (mode & OTHERS) === 0);
  if (!isOwn) {
    const hint = `name a folder of your own with mode 0700 (\`chmod 700 ${folder}\`)`;
    throw new Fault('key.permissions', `others could take the place of the socket in \`${folder}\``, {
      file: folder,
      hint,
    });
  }
  const present = lstatSync(socket, { throwIfNoEntry: false });
  if (present === undefined) return;
  const isLeftOver = present.isSocket() && !(await answers(socket));
  if (!isLeftOver)
    throw new Fault('io.failed', `\`${socket}\` is there already`, {
      hint: 'end what listens there, or name another',
    });
  rmSync(socket, { force: true });
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(socket);
    const say = (isThere: boolean): void => {
      probe.destroy();
      resolve(isThere);
    };
    probe.once('connect', () => say(true));
    probe.once('error', () => say(false));
  });
}

function listening(
  server: Server,
  at: { path: string } | { host: string; port: number },
  name: string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: Error): void => {
      const hint = 'name an address of this machine and a free port (port 0 takes one)';
      reject(new Fault('io.failed', `cannot listen at ${name}: ${cause.message}`, { hint }, { cause }));
    };
    server.once('error', fail);
    server.listen(at, () => {
      server.off('error', fail);
      resolve();
    });
  });
}
