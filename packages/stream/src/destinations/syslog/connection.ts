/** The steps of one connection of syslog. Each rejects with what ended the connection. */
import type { Socket } from 'node:net';
import { Fault, type Timers } from '@writ/core';

/** Resolves once `socket` is connected, and its certificate checked where it has one. */
export async function afterConnecting(socket: Socket, isTls: boolean): Promise<void> {
  const over = Promise.withResolvers<void>();
  // What a receiver says is nothing that syslog knows; it is read so that its end is seen.
  socket.resume();
  // Stays to the end: an error that nobody listens for would end the process.
  socket.on('error', over.reject);
  socket.once(isTls ? 'secureConnect' : 'connect', over.resolve);
  socket.once('close', () => over.reject(unavailable()));
  await over.promise;
}

/** Resolves after `ms` in which the receiver did not end the connection. Throws `export.refused` where it did. */
export async function stayedOpen(socket: Socket, timers: Timers, ms: number): Promise<void> {
  const over = Promise.withResolvers<void>();
  const refuse = (): void =>
    over.reject(
      new Fault('export.refused', 'the receiver of syslog ended the connection as soon as it was there', {
        hint: 'look whether it accepts our certificate and our address',
      }),
    );
  const cancel = timers.after(ms, over.resolve);
  for (const event of ['end', 'close', 'error']) socket.once(event, refuse);
  if (socket.readableEnded || socket.destroyed) refuse();
  try {
    await over.promise;
  } finally {
    cancel();
    for (const event of ['end', 'close', 'error']) socket.off(event, refuse);
  }
}

/** Resolves once the receiver has ended its side, after `octets` were written and our side ended, of which `onTold` is told. Throws `export.unavailable` where it ended it before. */
export async function delivered(socket: Socket, octets: Uint8Array, onTold: () => void): Promise<void> {
  const over = Promise.withResolvers<void>();
  let hasEnded = false;
  socket.once('error', over.reject);
  socket.once('end', () => {
    if (hasEnded) over.resolve();
    else over.reject(unavailable());
  });
  socket.once('close', () => over.reject(unavailable()));
  if (socket.readableEnded || socket.destroyed) over.reject(unavailable());
  else
    socket.end(octets, () => {
      hasEnded = true;
      onTold();
    });
  await over.promise;
}

function unavailable(): Fault {
  return new Fault('export.unavailable', 'the receiver of syslog ended the connection before it had all');
}
