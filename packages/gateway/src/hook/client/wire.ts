/**
 * What a hook's process and the daemon say to each other over a Unix socket. Both hold one secret, and neither believes who cannot show it:
 *
 *     client  magic, nonce
 *     daemon  nonce, proof "daemon"
 *     client  proof "client", frame (what is asked), frame (what the host said), proof "request" over both
 *     daemon  frame (the answer), proof "reply" over it
 *
 * A frame is its length, 4 bytes big-endian, and its bytes. A proof is an HMAC-SHA-256 by the secret over the role, both nonces and what it is for, so
 * nothing can be played again, turned round, or changed by whoever stands between.
 */
import { hmac } from './sha256.ts';

/** Names protocol and version. */
export const MAGIC: Uint8Array = new TextEncoder().encode('writ-hook/1\n');
/** Bytes of a nonce, of a proof, and of the secret. */
export const PROOF_BYTES = 32;
/** Most bytes of one frame: what a host may say about one call. */
export const MAX_FRAME_BYTES: number = 8 * 1024 * 1024;
/** Most bytes of what is asked beside it. */
export const MAX_ABOUT_BYTES: number = 64 * 1024;
/** Names inside the folder of the daemon. */
export const SOCKET_NAME = 'hook.sock';
export const SECRET_NAME = 'hook.secret';

/** Both nonces and the secret of one connection. */
export interface Keys {
  readonly secret: Uint8Array;
  readonly client: Uint8Array;
  readonly daemon: Uint8Array;
}

/** The proof of `role` for `parts`, each of which is bound with its length. */
export function proof(
  keys: Keys,
  role: 'daemon' | 'client' | 'request' | 'reply',
  ...parts: readonly Uint8Array[]
): Uint8Array {
  const lengths = parts.map(({ length }) => length).join(' ');
  const label = new TextEncoder().encode(`writ-hook/1 ${role} ${lengths}\n`);
  return hmac(keys.secret, label, keys.client, keys.daemon, ...parts);
}

/** The length that stands before `bytes`. */
export function lengthOf(bytes: Uint8Array): Uint8Array {
  const head = new Uint8Array(4);
  new DataView(head.buffer).setUint32(0, bytes.length);
  return head;
}

/** Bytes as they arrive, taken in the pieces that the protocol has. */
export class Incoming {
  #chunks: Uint8Array[] = [];
  #length = 0;
  /** What the frame under way needs, so that its pieces are joined once. */
  #expected = 4;

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  get length(): number {
    return this.#length;
  }

  /** The next `count` bytes, or `undefined` until they are there. */
  take(count: number): Uint8Array | undefined {
    if (this.#length < count) return undefined;
    const all = this.#whole();
    this.#chunks = [all.subarray(count)];
    this.#length -= count;
    return all.subarray(0, count);
  }

  /** The next frame. Throws for one that is longer than `most`. */
  frame(most: number = MAX_FRAME_BYTES): Uint8Array | undefined {
    if (this.#length < this.#expected) return undefined;
    const all = this.#whole();
    this.#chunks = [all];
    const size = new DataView(all.buffer, all.byteOffset, 4).getUint32(0);
    if (size > most) throw new Error(`a frame is longer than ${most} bytes`);
    this.#expected = 4 + size;
    if (this.#length < this.#expected) return undefined;
    this.#expected = 4;
    this.take(4);
    return this.take(size);
  }

  #whole(): Uint8Array {
    const [only] = this.#chunks;
    if (this.#chunks.length === 1 && only !== undefined) return only;
    const all = new Uint8Array(this.#length);
    let at = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  }
}
