/** One test event to one destination. */
import { Fault } from '@writ/core';
import type { DestinationPorts } from '../destination.ts';
import { openDestination } from '../destinations/index.ts';
import type { DestinationSettings } from '../settings.ts';
import { formatOf } from './event-source.ts';
import { withDeadline } from './pause.ts';
import { testEvent } from './test-event.ts';

/** Sends it and answers its name. Nothing is recorded and no cursor moves. Throws what the destination throws. */
export async function sendTest(
  settings: DestinationSettings,
  about: { readonly origin: string; readonly productVersion: string },
  ports: DestinationPorts,
): Promise<string> {
  const { productVersion } = about;
  const options = { format: formatOf(settings.target), productVersion, now: ports.clock.now() };
  const event = testEvent(about.origin, options);
  const destination = await openDestination(settings.target, ports);
  try {
    const { signal } = new AbortController();
    const count = await withDeadline(ports.timers, settings.timeoutMs, signal, (ending) =>
      destination.send([event], ending),
    );
    if (count !== 1) throw new Fault('export.unavailable', 'the destination acknowledged nothing');
    return event.uid;
  } finally {
    await destination.close();
  }
}
