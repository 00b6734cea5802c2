/** Sends one event to a destination in a process of its own, whose defaults of TLS a test chose; says whether it was taken. */
import { describeFault } from '@writ/core';
import { openDestination } from '../../src/destinations/index.ts';
import type { TargetSettings } from '../../src/destinations/index.ts';
import { eventsOf } from './events.ts';
import { testPorts } from './ports.ts';

/** Longest that it tries, in milliseconds: what the receiver of this test does with the bytes is nothing. */
const DEADLINE_MS = 20_000;

const target = JSON.parse(process.argv[2] ?? '{}') as TargetSettings;
try {
  const destination = await openDestination(target, testPorts());
  await destination.send(eventsOf(1), AbortSignal.timeout(DEADLINE_MS));
  console.log('sent');
} catch (fault) {
  console.log(`not sent: ${describeFault(fault)}`);
}
process.exit();
