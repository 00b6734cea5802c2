/** A process that changes a key ring and is killed before its file operation of a number. Run as a program; the task is JSON in its first argument. */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
// The parts alone: the whole of the package takes twice as long to start, dozens of times.
import {
  addTenantKey,
  destroyTenantKeys,
  keyRingStatus,
  openKeyRing,
  rewrapKeyRing,
} from '../../src/identity/key-ring/index.ts';

/** What to do with the ring in the folder `keys`. */
export interface RingTask {
  readonly keys: string;
  readonly change: 'make' | 'rotate-kek' | 'rotate' | 'retire';
  /** Operations that are still done; absent: all. */
  readonly steps?: number;
}

const { keys, change, steps } = JSON.parse(process.argv[2] ?? 'null') as RingTask;
if (steps !== undefined) dieAfter(steps);
const clock = { now: () => Date.now(), monotonicNs: () => process.hrtime.bigint() };
const random = { bytes: (length: number) => new Uint8Array(randomBytes(length)) };
const ring = { keys, node: 'node-1', tenant: 'local', clock, random };
switch (change) {
  case 'make':
    await openKeyRing({ ...ring, create: true });
    break;
  case 'rotate-kek':
    await rewrapKeyRing(ring);
    break;
  case 'rotate':
    await addTenantKey(ring);
    break;
  case 'retire':
    await destroyTenantKeys(
      ring,
      keyRingStatus(keys)
        ?.bodies.slice(1)
        .map(({ id }) => id) ?? [],
    );
    break;
  default:
    change satisfies never;
}

/** As a power failure or an operator has it: nothing of the program runs any more, no `finally` either. */
function dieAfter(count: number): void {
  let left = count;
  const step = (): void => {
    if (left === 0) process.kill(process.pid, 'SIGKILL');
    left -= 1;
  };
  for (const name of ['writeFileSync', 'fsyncSync', 'linkSync', 'rmSync', 'mkdirSync'] as const) {
    const real = fs[name] as (...values: unknown[]) => unknown;
    Object.assign(fs, {
      [name]: (...values: unknown[]) => {
        step();
        return real(...values);
      },
    });
  }
  syncBuiltinESMExports();
}
