// Destinations of one process: each at its own pace, and a cursor that a person mends while it runs.
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openLog, openLogForReading, systemRandom } from '@writ/core';
import { fakeClock, fakeTimers, openDraft, SAMPLE_LOG_KEYS, sampleLogIdentity } from '@writ/core/testing';
import { expect, onTestFinished, test, vi } from 'vitest';
import {
  cursorFile,
  cursorPath,
  type CursorPlace,
  DEFAULT_DESTINATION,
  type DestinationSettings,
  type Exporter,
  readStatus,
  resetCursor,
  startExporter,
  statusPath,
} from '../src/index.ts';

const ENTRIES = 5;
const WAITING = { timeout: 20_000, interval: 5 };

test('a cursor that cannot be used stops its destination alone, and is mended while it runs', async () => {
  const world = await exporterWorld(['good', 'bad']);
  mkdirSync(dirname(cursorPath(world.data, 'bad')));
  writeFileSync(cursorPath(world.data, 'bad'), 'damaged');
  const exporter = world.start();
  await vi.waitFor(() => {
    world.advance();
    expect(world.received('good')).toBe(world.size);
    expect(exporter.states().get('bad')).toMatchObject({
      phase: 'stopped',
      error: { code: 'export.cursor' },
    });
  }, WAITING);
  expect(world.received('bad')).toBe(0);
  expect(readStatus(statusPath(world.data, 'bad'))?.state).toMatchObject({ phase: 'stopped' });
  const gaps: unknown[] = [];
  const place = (next: number): CursorPlace => ({
    reader: world.reader,
    next,
    recordGap: (from, to) => Promise.resolve(void gaps.push([from, to])),
  });
  await expect(resetCursor(world.data, 'good', place(0))).rejects.toMatchObject({ code: 'export.running' });
  expect(await resetCursor(world.data, 'bad', place(2))).toStrictEqual({ next: 2 });
  // What it was sent is not known any more.
  expect(gaps).toStrictEqual([[0, 2]]);
  await vi.waitFor(() => {
    world.advance();
    expect(cursorFile(cursorPath(world.data, 'bad')).load()?.next).toBe(world.size);
  }, WAITING);
  expect(world.received('bad')).toBe(world.size - 2);
});

test('a cursor is not moved over entries before the log says so', async () => {
  const world = await exporterWorld(['good']);
  const place = {
    reader: world.reader,
    next: world.size,
    recordGap: () => Promise.reject(new Error('the log takes no entry')),
  };
  await expect(resetCursor(world.data, 'good', place)).rejects.toThrow('takes no entry');
  expect(cursorFile(cursorPath(world.data, 'good')).load()).toBeUndefined();
});

test('all that is left on the disk is a cursor and a status, for nobody else to read', async () => {
  const world = await exporterWorld(['good']);
  const exporter = world.start();
  await vi.waitFor(() => {
    world.advance();
    expect(exporter.states().get('good')).toMatchObject({ lagEntries: 0, sent: world.size });
  }, WAITING);
  await exporter.close();
  for (const file of [cursorPath(world.data, 'good'), statusPath(world.data, 'good')]) {
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(file).size).toBeLessThan(1_024);
    expect(readFileSync(file, 'utf8')).not.toContain('digest-');
  }
  expect(statSync(dirname(cursorPath(world.data, 'good'))).mode & 0o777).toBe(0o700);
});

interface ExporterWorld {
  readonly data: string;
  readonly reader: ReturnType<typeof openLogForReading>['reader'];
  readonly size: number;
  start(): Exporter;
  /** Lets a second go by. */
  advance(): void;
  /** Events that the destination has taken. */
  received(name: string): number;
}

async function exporterWorld(names: readonly string[]): Promise<ExporterWorld> {
  const data = mkdtempSync(join(tmpdir(), 'writ-exporter-'));
  onTestFinished(() => rmSync(data, { recursive: true, force: true }));
  const log = await openLog({ ...sampleLogIdentity(), path: data, ...SAMPLE_LOG_KEYS });
  for (let at = 0; at < ENTRIES; at += 1) await log.writer.append(openDraft(`digest-${at}`));
  await log.close();
  const counts = new Map<string, number>();
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      const name = (request.url ?? '').slice(1);
      counts.set(name, (counts.get(name) ?? 0) + body.trim().split('\n').length);
      response.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const reading = openLogForReading({
    path: data,
    origin: sampleLogIdentity().origin,
    bodyKeys: [SAMPLE_LOG_KEYS.bodyKey],
  });
  const { reader } = reading;
  const clock = fakeClock();
  const timers = fakeTimers(clock);
  const settings = (name: string): DestinationSettings => ({
    ...DEFAULT_DESTINATION,
    name,
    target: {
      type: 'webhook',
      url: `http://127.0.0.1:${port}/${name}`,
      body: 'lines',
      format: 'ocsf',
      headers: [],
    },
    from: 'start',
  });
  return {
    data,
    reader,
    size: reader.size(),
    start() {
      const exporter = startExporter({
        data,
        destinations: names.map(settings),
        log: { reader, refresh: () => Promise.resolve() },
        productVersion: '0.1.0',
        note: () => Promise.resolve(),
        secret: () => '',
        clock,
        random: systemRandom,
        timers,
      });
      onTestFinished(async () => {
        await exporter.close();
        reading.close();
        server.closeAllConnections();
        server.close();
      });
      return exporter;
    },
    advance: () => timers.advance(1_000),
    received: (name) => counts.get(name) ?? 0,
  };
}
