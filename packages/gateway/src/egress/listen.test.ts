import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { listenLocally } from './listen.ts';

/** A folder that goes with the test. */
function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'writ-listen-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function server(answer: string = ''): Server {
  const made = createServer((socket) => {
    // Whoever only looks whether somebody answers goes away at once.
    socket.on('error', () => {});
    socket.end(answer);
  });
  onTestFinished(() => void made.close());
  return made;
}

async function said(path: string): Promise<string> {
  const socket = connect(path);
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(socket, 'close');
  return text;
}

describe('a socket', () => {
  test('is made in a folder that only its user enters, and is only theirs to open', async () => {
    const socket = join(scratch(), 'run', 'a.sock');
    await listenLocally(server(), { socket });
    expect(statSync(join(socket, '..')).mode & 0o777).toBe(0o700);
    expect(statSync(socket).mode & 0o777).toBe(0o600);
  });

  test.each([
    ['read', 0o740],
    ['write', 0o720],
    ['enter', 0o701],
  ])('is not made where others may %s', async (_what, mode) => {
    const folder = join(scratch(), 'open');
    mkdirSync(folder);
    chmodSync(folder, mode);
    await expect(listenLocally(server(), { socket: join(folder, 'a.sock') })).rejects.toMatchObject({
      code: 'key.permissions',
    });
    expect(lstatSync(join(folder, 'a.sock'), { throwIfNoEntry: false })).toBeUndefined();
  });

  test('does not take the place of one that answers', async () => {
    const socket = join(scratch(), 'a.sock');
    await listenLocally(server('first'), { socket });
    await expect(listenLocally(server('second'), { socket })).rejects.toMatchObject({ code: 'io.failed' });
    expect(await said(socket)).toBe('first');
  });

  test('does not take the place of what is none', async () => {
    const socket = join(scratch(), 'a.sock');
    writeFileSync(socket, 'kept');
    await expect(listenLocally(server(), { socket })).rejects.toMatchObject({ code: 'io.failed' });
    expect(readFileSync(socket, 'utf8')).toBe('kept');
  });
});
