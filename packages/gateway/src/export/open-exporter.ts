/** Sends the log of a data folder in this process or thread: with its own connection to the log, and nothing of what decides. */
import { type EntryDetail, openDataKeys, systemClock, systemRandom, systemTimers } from '@writ/core';
import type { DestinationSettings, Exporter, SendFault } from '@writ/stream';
import { openTenantKeys } from '../keys/index.ts';
import { openDataLogForReading, readLogPlace } from '../log/index.ts';
import { type Environment, readExportSecret } from './read-secret.ts';

/** What is sent, and where. Plain data: it goes from thread to thread. */
export interface ExportTask {
  /** The data folder, absolute. */
  readonly data: string;
  /** Origin of the log, where the configuration says it. */
  readonly origin?: string;
  /** Version of Writ that is told in events. */
  readonly productVersion: string;
  readonly destinations: readonly DestinationSettings[];
  /** For tests. */
  readonly faults?: readonly SendFault[];
}

/** What it is given of the world. */
export interface ExportPorts {
  /** Appends an entry about a destination to the log; resolves once it is durable. */
  readonly note: (detail: EntryDetail) => Promise<void>;
  readonly environment: Environment;
}

/**
 * Begins to send; what a destination is guilty of stands in its state. Throws `key.*` and `log.*` where the log cannot be opened, `config.invalid`.
 */
export async function openExporter(
  { data, origin, productVersion, destinations, faults }: ExportTask,
  { note, environment }: ExportPorts,
): Promise<Exporter> {
  // Loaded where something is sent, and by nobody else.
  const { startExporter } = await import('@writ/stream');
  const keys = openDataKeys(data, {
    create: false,
    clock: systemClock,
    random: systemRandom,
    ...(origin === undefined ? {} : { origin }),
  });
  const log = await openDataLogForReading(
    readLogPlace(data),
    {
      path: data,
      origin: keys.origin,
      signingKey: keys.signingKey,
      ...(await openTenantKeys({ data, node: keys.node }, { environment })),
    },
    { environment },
  );
  const exporter = startExporter({
    data,
    destinations,
    log: { reader: log.reader, refresh: log.refresh },
    productVersion,
    note,
    secret: (source) => readExportSecret(source, environment),
    clock: systemClock,
    random: systemRandom,
    timers: systemTimers,
    ...(faults === undefined ? {} : { faults }),
  });
  return {
    states: () => exporter.states(),
    async close() {
      await exporter.close();
      await log.close();
    },
  };
}
