/** A connection to the very address that was judged. */
import { connect as connectTcp, type Socket } from 'node:net';
import type { Timers } from '@writ/core';

/** Why a connection was not made. */
export class Unreachable extends Error {
  readonly isLate: boolean;

  constructor(message: string, isLate: boolean) {
    super(message);
    this.name = 'Unreachable';
    this.isLate = isLate;
  }
}

/** What connecting stands on. */
export interface ConnectOptions {
  readonly timers: Timers;
  readonly connectMs: number;
  readonly signal: AbortSignal;
}

/** Connects to `address`, an IP address: nothing is looked up. Rejects with {@link Unreachable}. */
export function connectTo(
  address: string,
  port: number,
  { timers, connectMs, signal }: ConnectOptions,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host: address, port, noDelay: true, allowHalfOpen: true });
    const fail = (message: string, isLate: boolean): void => {
      release();
      socket.on('error', () => {});
      socket.destroy();
      reject(new Unreachable(message, isLate));
    };
    const cancel = timers.after(connectMs, () => fail('no connection was made in time', true));
    const abort = (): void => fail('the decision ended before it was connected', false);
    const broken = (fault: NodeJS.ErrnoException): void =>
      fail(`it cannot be connected to (${fault.code ?? 'error'})`, false);
    const release = (): void => {
      cancel();
      signal.removeEventListener('abort', abort);
      socket.off('error', broken);
    };
    signal.addEventListener('abort', abort, { once: true });
    socket.once('error', broken);
    socket.once('connect', () => {
      release();
      resolve(socket);
    });
    if (signal.aborted) abort();
  });
}
