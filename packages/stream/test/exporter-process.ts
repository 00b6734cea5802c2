/** A process that sends a log until it is told to end or killed: what tests of crashes and of several processes start. Run as a program. */
import { openLog, openLogForReading, systemClock, systemRandom, systemTimers } from '@writ/core';
import { SAMPLE_LOG_KEYS, sampleDraft, sampleLogIdentity } from '@writ/core/testing';
import { DEFAULT_DESTINATION, type SendFault, startExporter } from '../src/index.ts';

/** What it is told, as JSON in its first argument. */
export interface ExporterTask {
  readonly data: string;
  readonly url: string;
  readonly faults?: readonly SendFault[];
}

const { data, url, faults } = JSON.parse(process.argv[2] ?? 'null') as ExporterTask;
const log = openLogForReading({
  path: data,
  origin: sampleLogIdentity().origin,
  bodyKeys: [SAMPLE_LOG_KEYS.bodyKey],
});
const exporter = startExporter({
  data,
  destinations: [
    {
      ...DEFAULT_DESTINATION,
      name: 'siem',
      target: { type: 'webhook', url, body: 'array', format: 'ocsf', headers: [] },
      from: 'start',
      batchSize: 7,
      flushMs: 5,
    },
  ],
  log: { reader: log.reader, refresh: () => Promise.resolve() },
  productVersion: '0.1.0',
  note: async (detail) => {
    const writer = await openLog({ ...sampleLogIdentity('note'), path: data, ...SAMPLE_LOG_KEYS });
    try {
      await writer.writer.append(sampleDraft(detail));
    } finally {
      await writer.close();
    }
  },
  secret: () => '',
  clock: systemClock,
  random: systemRandom,
  timers: systemTimers,
  ...(faults === undefined ? {} : { faults }),
});
process.stdout.write('started\n');
process.once('SIGTERM', () => {
  void exporter.close().then(() => log.close());
});
