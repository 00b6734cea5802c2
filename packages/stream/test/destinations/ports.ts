/** What a destination is given of the world in tests: the real clock, and secrets by name. */
import { readFileSync } from 'node:fs';
import { systemClock, systemRandom, systemTimers } from '@writ/core';
import type { DestinationPorts } from '../../src/index.ts';

/** Ports whose environment is `secrets`; files are read as they are. */
export function testPorts(secrets: Readonly<Record<string, string>> = {}): DestinationPorts {
  return {
    clock: systemClock,
    random: systemRandom,
    timers: systemTimers,
    secret: (source) => ('env' in source ? (secrets[source.env] ?? '') : readFileSync(source.file, 'utf8')),
  };
}
