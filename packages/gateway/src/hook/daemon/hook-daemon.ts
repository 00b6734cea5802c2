/** The daemon of hooks: one per data folder, met by every hook of every host that was installed for it. */
import type { Socket } from 'node:net';
import { isAbsolute } from 'node:path';
import { type Clock, isJsonObject, type JsonValue, type Random, type Timers } from '@writ/core';
import { type Asked, converse } from './conversation.ts';
import type { HookFace } from './face.ts';
import { openHookFolder } from './folder.ts';
import { type HookSocket, listenInFolder } from './listen.ts';

/** How long a conversation may take until its hook has said what it asks, in milliseconds. */
const ASKING_MS = 30_000;
/** How often it looks whether it is still the one that hooks meet, in milliseconds. */
const LOOK_MS = 5_000;

/** What a daemon is made of. */
export interface HookDaemonOptions {
  readonly folder: string;
  readonly face: Pick<HookFace, 'handle' | 'pending' | 'close'>;
  readonly random: Random;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly report: (line: string) => void;
  /** What `status` tells beside what the daemon knows of itself. */
  readonly about: Readonly<Record<string, JsonValue>>;
  /** It ends by itself after this long without anything to do, in milliseconds. */
  readonly idleMs: number;
}

/** A daemon that serves. */
export interface HookDaemon {
  /** Resolves when it should end: told to, replaced by another, or idle. */
  readonly ended: Promise<'stopped' | 'replaced' | 'idle'>;
  /** Lets nobody in any more and gives up what is under way. Idempotent. */
  close(): void;
}

/** Serves hooks in `options.folder`. Throws `key.permissions` and `io.failed`. */
export async function serveHooks(options: HookDaemonOptions): Promise<HookDaemon> {
  const { folder, face, random, clock, timers, report, about, idleMs } = options;
  const nowMs = (): number => Number(clock.monotonicNs() / 1_000_000n);
  const secret = openHookFolder(folder, random);
  const ended = Promise.withResolvers<'stopped' | 'replaced' | 'idle'>();
  const sockets = new Set<Socket>();
  let busyAt = nowMs();
  let served = 0;
  const answer = async (asked: Asked): Promise<Uint8Array> => {
    const reply = await replyTo(asked);
    return Buffer.from(JSON.stringify(reply));
  };
  const replyTo = async ({ about: asked, payload, signal }: Asked): Promise<JsonValue> => {
    if (!isJsonObject(asked)) throw new Error('what is asked is no object');
    if (asked['control'] === 'status') return { ...about, pid: process.pid, served, pending: face.pending };
    if (asked['control'] === 'stop') {
      ended.resolve('stopped');
      return { pid: process.pid };
    }
    const { host, event, cwd, project } = asked;
    if (typeof host !== 'string' || typeof event !== 'string' || typeof cwd !== 'string')
      throw new Error('what is asked is no call');
    served += 1;
    const started = typeof project === 'string' && isAbsolute(project) ? { project } : {};
    return { ...(await face.handle({ host, event, cwd, ...started }, payload, signal)) };
  };
  const connected = (socket: Socket): void => {
    busyAt = nowMs();
    sockets.add(socket);
    const late = timers.after(ASKING_MS, () => socket.destroy());
    socket.once('close', () => {
      late();
      sockets.delete(socket);
      busyAt = nowMs();
    });
    const refused = (why: string): void => report(`a hook was not answered: ${why}`);
    void converse(socket, { secret, random, answer, refused });
  };
  const socket: HookSocket = await listenInFolder(folder, connected);
  let cancel = (): void => undefined;
  const look = (): void => {
    const isIdle = sockets.size === 0 && face.pending === 0 && nowMs() - busyAt >= idleMs;
    if (!socket.isOurs()) ended.resolve('replaced');
    else if (isIdle) ended.resolve('idle');
    cancel = timers.after(LOOK_MS, look);
  };
  cancel = timers.after(LOOK_MS, look);
  return {
    ended: ended.promise,
    close() {
      cancel();
      socket.close();
      face.close();
    },
  };
}
