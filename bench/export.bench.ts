// Sending the log: events a second to each kind of destination over loopback, what making events alone costs, and what a governed call takes while a destination is dead.
import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import {
  type JsonValue,
  openDataKeys,
  openLog,
  openLogForReading,
  type LogOptions,
  LOCAL_TENANT,
  systemClock,
  systemRandom,
  systemTimers,
} from '@writ/core';
import { openTenantKeys } from '@writ/gateway';
import { startExport } from '@writ/gateway/export';
import { DEFAULT_DESTINATION, type DestinationSettings, eventSource, startExporter } from '@writ/stream';

import { durableFolder, draftsOfACall, fileSystem } from './durable.ts';
import { kafkaSink } from './export/kafka-sink.ts';
import { natsSink } from './export/nats-sink.ts';
import { otlpSink } from './export/otlp-sink.ts';
import { closed, listening, syslogSink, webhookSink } from './export/plain-sinks.ts';
import type { Sink } from './export/sink.ts';
import { cedarPoint, openLine } from './line.ts';
import { measureRound, print, type Round, rssMb, summarise } from './measure.ts';
import { typicalCall, typicalResult } from './typical.ts';

const BYTES = 1_024;
/** Entries that are sent to each destination. */
const ENTRIES = 5_000;
const ROUNDS = 3;
const ROUND_MS = 2_000;
/** How long the thread that sends has to come up and to find its destination dead, in milliseconds: what loading modules costs is not what sending costs. */
const SETTLE_MS = 5_000;

const folder = durableFolder('export');
const options = await optionsOf(folder);
const log = await openLog(options);
try {
  const { decision, outcome } = await draftsOfACall(BYTES);
  for (let at = 0; at < ENTRIES / 2; at += 50)
    await Promise.all(Array.from({ length: 50 }, () => log.writer.append(decision)));
  for (let at = 0; at < ENTRIES / 2; at += 50)
    await Promise.all(Array.from({ length: 50 }, (_, nth) => log.writer.append(closing(outcome, at + nth))));
  formatting();
  for (const batchSize of [50, 500]) {
    await throughput('webhook', batchSize, await webhookSink());
    await throughput('syslog', batchSize, await syslogSink());
    await throughput('nats', batchSize, await natsSink());
    await throughput('kafka', batchSize, await kafkaSink());
    await throughput('otlp logs', batchSize, await otlpSink(['logs']));
    await throughput('otlp logs, traces, metrics', batchSize, await otlpSink(['logs', 'traces', 'metrics']));
  }
  await decisions();
} finally {
  await log.close();
  rmSync(folder, { recursive: true, force: true });
}

async function optionsOf(path: string): Promise<LogOptions> {
  const keys = openDataKeys(path, { create: true, clock: systemClock, random: systemRandom });
  return {
    path,
    origin: keys.origin,
    tenant: LOCAL_TENANT,
    node: keys.node,
    softwareVersion: '0.0.0',
    signingKey: keys.signingKey,
    ...(await openTenantKeys({ data: path, node: keys.node }, { environment: process.env })),
    clock: systemClock,
    random: systemRandom,
  };
}

type Draft = Awaited<ReturnType<typeof draftsOfACall>>['outcome'];

/** `outcome` of the decision at index `at` behind the entry of the start. */
function closing(outcome: Draft, at: number): Draft {
  return outcome.detail.kind === 'outcome'
    ? { ...outcome, detail: { ...outcome.detail, decisionOf: at + 1 } }
    : outcome;
}

/** Entries read, made into events and rendered, and nothing sent. */
function formatting(): void {
  const reading = openLogForReading({ ...options, bodyKeys: [options.bodyKey] });
  const source = eventSource(
    { reader: reading.reader, refresh: () => Promise.resolve() },
    { disclose: [], format: 'ocsf', productVersion: '0.0.0' },
  );
  let events = 0;
  const begin = performance.now();
  for (let index = 0; index < ENTRIES; index += 1)
    for (const { text } of source.events(index)) if (text !== '') events += 1;
  const seconds = (performance.now() - begin) / 1_000;
  reading.close();
  print('export/format', { format: 'ocsf', entries: ENTRIES }, { rate: events / seconds });
}

/** Sends all to `sink`, and counts what it has then: a figure of events that did not arrive is none. */
async function throughput(type: string, batchSize: number, sink: Sink | undefined): Promise<void> {
  if (sink === undefined) {
    console.error(`${type}: what takes it is not installed`);
    return;
  }
  const reading = openLogForReading({ ...options, bodyKeys: [options.bodyKey] });
  const settings = settingsOf(`${type.replaceAll(/[^a-z]+/g, '-')}-${batchSize}`, sink.target);
  const cpu = process.cpuUsage();
  const begin = performance.now();
  const exporter = startExporter({
    data: folder,
    destinations: [{ ...settings, batchSize }],
    log: { reader: reading.reader, refresh: () => Promise.resolve() },
    productVersion: '0.0.0',
    note: () => Promise.resolve(),
    secret: () => '',
    clock: systemClock,
    random: systemRandom,
    timers: systemTimers,
  });
  const sent = (): number => {
    const state = exporter.states().get(settings.name);
    return state !== undefined && 'sent' in state ? state.sent : 0;
  };
  while (sent() < ENTRIES) await new Promise((resolve) => setTimeout(resolve, 5));
  const seconds = (performance.now() - begin) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const events = sent();
  print(
    'export/send',
    { type, batch: batchSize, file_system: fileSystem(folder) },
    { rate: events / seconds, cpu_us: (user + system) / events },
  );
  await exporter.close();
  reading.close();
  const arrived = await sink.arrived();
  await sink.close();
  if (arrived < events) throw new Error(`${type} has ${arrived} of ${events} events`);
}

function settingsOf(name: string, target: Sink['target']): DestinationSettings {
  return { ...DEFAULT_DESTINATION, name, target, from: 'start', flushMs: 10 };
}

/** A governed call that is recorded on the disk, with no destination, one that is not there, and one that takes connections and says nothing. */
async function decisions(): Promise<void> {
  const silent = createServer(() => {});
  const silentPort = await listening(silent);
  const line = await openLine({ decisionPoint: cedarPoint(), log });
  const variants = [
    ['none', undefined],
    ['refused', 1],
    ['hanging', silentPort],
  ] as const;
  const rounds = variants.map(() => [] as Round[]);
  const call = (): Promise<unknown> =>
    line.guard.enforce(typicalCall(BYTES), (): Promise<JsonValue> => Promise.resolve(typicalResult(BYTES)));
  await measureRound(call, { ms: ROUND_MS });
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [at, [name, port]] of variants.entries()) rounds[at]?.push(await decided(call, name, port));
  for (const [at, [destination]] of variants.entries())
    print(
      'export/decision',
      { destination, bytes: BYTES, file_system: fileSystem(folder) },
      { ...summarise(rounds[at] ?? []), rss_mb: rssMb() },
    );
  await closed(silent);
}

async function decided(call: () => Promise<unknown>, name: string, port: number | undefined): Promise<Round> {
  if (port === undefined) return measureRound(call, { ms: ROUND_MS });
  const task = {
    data: folder,
    productVersion: '0.0.0',
    destinations: [settingsOf(`dead-${name}`, webhookAt(port))],
  };
  const sending = startExport(task, {
    append: () => Promise.resolve(),
    report: () => {},
    timers: systemTimers,
  });
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  try {
    return await measureRound(call, { ms: ROUND_MS });
  } finally {
    await sending.close();
  }
}

function webhookAt(port: number): Sink['target'] {
  return { type: 'webhook', url: `http://127.0.0.1:${port}/`, body: 'lines', format: 'ocsf', headers: [] };
}
