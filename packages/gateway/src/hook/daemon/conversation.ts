/** The daemon's half of what is said over one connection (client/wire.ts). */
import type { Socket } from 'node:net';
import { parseStrictJson, type JsonValue, type Random } from '@writ/core';
import {
  Incoming,
  type Keys,
  lengthOf,
  MAGIC,
  MAX_ABOUT_BYTES,
  MAX_FRAME_BYTES,
  proof,
  PROOF_BYTES,
  sameBytes,
} from '../client/index.ts';

/** What a hook asked, whose secret was proven. */
export interface Asked {
  readonly about: JsonValue;
  /** What the host wrote, as it came. */
  readonly payload: Uint8Array;
  /** Aborts when the hook is gone. */
  readonly signal: AbortSignal;
}

/** Answers what is asked; a rejection ends the connection, and the hook denies. */
export type Answer = (asked: Asked) => Promise<Uint8Array>;

/** What a conversation needs. */
export interface ConversationPorts {
  readonly secret: Uint8Array;
  readonly random: Random;
  readonly answer: Answer;
  /** Told why a connection came to nothing. */
  readonly refused: (why: string) => void;
}

/** Holds one conversation on `socket` and closes it. Never rejects. */
export async function converse(socket: Socket, ports: ConversationPorts): Promise<void> {
  const leaving = new AbortController();
  const incoming = new Incoming();
  let wake = (): void => undefined;
  socket.on('data', (chunk: Uint8Array) => {
    incoming.push(chunk);
    wake();
  });
  socket.on('error', () => leaving.abort());
  socket.on('close', () => {
    leaving.abort();
    wake();
  });
  const next = async (read: () => Uint8Array | undefined): Promise<Uint8Array> => {
    for (;;) {
      const found = read();
      if (found !== undefined) return found;
      if (leaving.signal.aborted) throw new Error('the hook left');
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  try {
    const { secret, random, answer } = ports;
    if (!sameBytes(await next(() => incoming.take(MAGIC.length)), MAGIC))
      throw new Error('the hook speaks another version');
    const client = await next(() => incoming.take(PROOF_BYTES));
    const keys: Keys = { secret, client, daemon: random.bytes(PROOF_BYTES) };
    socket.write(Buffer.concat([keys.daemon, proof(keys, 'daemon')]));
    const shown = await next(() => incoming.take(PROOF_BYTES));
    // INVARIANT: before this nobody makes the daemon keep more than a proof.
    if (!sameBytes(shown, proof(keys, 'client'))) throw new Error('the hook does not know the secret');
    const about = await next(() => incoming.frame(MAX_ABOUT_BYTES));
    const payload = await next(() => incoming.frame(MAX_FRAME_BYTES));
    const end = await next(() => incoming.take(PROOF_BYTES));
    if (!sameBytes(end, proof(keys, 'request', about, payload)))
      throw new Error('what was asked is not what the hook asked');
    const asked = {
      about: parseStrictJson(new TextDecoder().decode(about)),
      payload,
      signal: leaving.signal,
    };
    const reply = await answer(asked);
    socket.end(Buffer.concat([lengthOf(reply), reply, proof(keys, 'reply', reply)]));
  } catch (thrown) {
    if (!leaving.signal.aborted) ports.refused(thrown instanceof Error ? thrown.message : 'it failed');
    socket.destroy();
  }
}
