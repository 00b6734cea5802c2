/** What a client sends before its tunnel is open, kept for later; and whether it is still there, which a socket that nobody reads does not tell. */
import type { Duplex } from 'node:stream';

/** Bytes that are kept; past them the client waits. */
const MAX_EARLY = 65_536;

/** A client that waits. */
export interface Waiting {
  /** Stops listening, and gives back what came: it is read again from the socket. */
  release(): void;
}

/** Listens to `socket`, which already gave `head`. Where it leaves it is ended, and `gone` is called. */
export function waitOn(socket: Duplex, head: Buffer, gone: () => void): Waiting {
  const early: Buffer[] = head.length === 0 ? [] : [head];
  let length = head.length;
  const take = (chunk: Buffer): void => {
    early.push(chunk);
    length += chunk.length;
    if (length > MAX_EARLY) socket.pause();
  };
  const left = (): void => {
    gone();
    socket.destroy();
  };
  socket.on('data', take).once('end', left).once('close', left);
  return {
    release() {
      socket.off('data', take).off('end', left).off('close', left);
      socket.pause();
      if (length > 0 && !socket.destroyed) socket.unshift(Buffer.concat(early));
    },
  };
}
