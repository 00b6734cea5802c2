/** Asks the daemon of one folder one question. */
import { closeSync, openSync, readSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { sameBytes } from './sha256.ts';
import { checkFolder, readSecret } from './trust.ts';
import { Incoming, type Keys, lengthOf, MAGIC, proof, PROOF_BYTES, SOCKET_NAME } from './wire.ts';

/** What is asked, and by whom. */
export interface Question {
  /** JSON of host, event and folder. */
  readonly about: Uint8Array;
  /** The bytes that the host wrote, once all are there. */
  readonly payload: Promise<Uint8Array>;
}

/**
 * The answer's bytes. `folder`: absolute.
 * Rejects with code `ENOENT` or `ECONNREFUSED` where nobody listens, and otherwise for whatever is not the daemon's own proven word.
 */
export function askDaemon(folder: string, question: Question): Promise<Uint8Array> {
  checkFolder(folder);
  const socket = within(folder, () => connect(SOCKET_NAME));
  return new Promise<Uint8Array>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the daemon ended without an answer')));
    converse(socket, folder, question).then(resolve, reject);
  }).finally(() => socket.destroy());
}

async function converse(socket: Socket, folder: string, { about, payload }: Question): Promise<Uint8Array> {
  const incoming = new Incoming();
  let wake = (): void => undefined;
  socket.on('data', (chunk) => {
    incoming.push(chunk);
    wake();
  });
  const next = async (read: () => Uint8Array | undefined): Promise<Uint8Array> => {
    for (;;) {
      const found = read();
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const client = randomBytes(PROOF_BYTES);
  socket.write(Buffer.concat([MAGIC, client]));
  const daemon = await next(() => incoming.take(PROOF_BYTES));
  const keys: Keys = { secret: readSecret(folder), client, daemon };
  const shown = await next(() => incoming.take(PROOF_BYTES));
  if (!sameBytes(shown, proof(keys, 'daemon'))) throw new Error('what answers there is not the daemon');
  // Nothing of the call leaves before both have shown who they are.
  socket.write(proof(keys, 'client'));
  const said = await payload;
  socket.write(
    Buffer.concat([lengthOf(about), about, lengthOf(said), said, proof(keys, 'request', about, said)]),
  );
  const reply = await next(() => incoming.frame());
  const end = await next(() => incoming.take(PROOF_BYTES));
  if (!sameBytes(end, proof(keys, 'reply', reply))) throw new Error('the answer is not the daemon’s');
  return reply;
}

/** What `act` makes at once with `folder` as the working folder: a socket's path has at most 107 bytes, and folders may have more. */
export function within<Made>(folder: string, act: () => Made): Made {
  const before = process.cwd();
  process.chdir(folder);
  try {
    return act();
  } finally {
    process.chdir(before);
  }
}

/** From the kernel, without `node:crypto`. */
function randomBytes(count: number): Uint8Array {
  const bytes = new Uint8Array(count);
  const file = openSync('/dev/urandom', 'r');
  try {
    if (readSync(file, bytes, 0, count, null) !== count) throw new Error('the kernel gives no random bytes');
  } finally {
    closeSync(file);
  }
  return bytes;
}
