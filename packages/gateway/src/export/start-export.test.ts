import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type EntryDetail,
  LOCAL_TENANT,
  openDataKeys,
  openLog,
  systemClock,
  systemRandom,
  systemTimers,
} from '@writ/core';
import { fakeClock, fakeTimers } from '@writ/core/testing';
import type { DestinationSettings } from '@writ/stream';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openTenantKeys } from '../keys/index.ts';
import { type ExportTask, startExport } from './index.ts';

/** How long a thread may take: machines that run tests are shared. */
const WAITING = { timeout: 20_000, interval: 20 };

test('a destination that hangs is told by the thread, and the log by this one; ending waits for neither', async () => {
  const task = await taskFor(await silentPort(), { alertAfterMs: 1, timeoutMs: 60_000 });
  const details: EntryDetail[] = [];
  const exported = startExport(task, {
    append: (detail) => {
      details.push(detail);
      return Promise.resolve();
    },
    report: () => {},
    timers: systemTimers,
  });
  await vi.waitFor(() => {
    expect(exported.states().get('siem')).toMatchObject({ phase: 'sending', isBehind: true, sent: 0 });
  }, WAITING);
  expect(details).toMatchObject([{ kind: 'export', export: { destination: 'siem', status: 'behind' } }]);
  await exported.close();
  await exported.close();
});

test('an entry that the log does not take keeps no event back, and is tried again', async () => {
  const task = await taskFor(await silentPort(), { alertAfterMs: 1 });
  let attempts = 0;
  const exported = startExport(task, {
    append: () => {
      attempts += 1;
      return Promise.reject(new Error('the disk is full'));
    },
    report: () => {},
    timers: systemTimers,
  });
  await vi.waitFor(() => {
    expect(attempts).toBeGreaterThan(0);
    expect(exported.states().get('siem')).toMatchObject({ phase: 'sending', isBehind: false });
  }, WAITING);
  await exported.close();
});

test('a thread that cannot open the log is reported, and started again later', async () => {
  const data = temporaryFolder();
  const lines: string[] = [];
  const clock = fakeClock();
  const timers = fakeTimers(clock);
  const { destinations } = await taskFor(1, {});
  const exported = startExport(
    { data, productVersion: '0.1.0', destinations },
    { append: () => Promise.resolve(), report: (line) => lines.push(line), timers },
  );
  await vi.waitFor(() => expect(lines).toMatchObject([expect.stringContaining('key')]), WAITING);
  await vi.waitFor(() => expect(timers.pending).toBe(1), WAITING);
  // Neither what was told before nor that nothing waits: nobody knows.
  expect(exported.states().get('siem')).toMatchObject({ phase: 'stopped' });
  expect(exported.states().get('siem')).not.toHaveProperty('lagEntries');
  timers.advance(30_000);
  await vi.waitFor(() => expect(lines).toHaveLength(2), WAITING);
  await exported.close();
});

/** A data folder with a log, and a destination at `port`. */
async function taskFor(port: number, more: Partial<DestinationSettings>): Promise<ExportTask> {
  const data = temporaryFolder();
  const keys = openDataKeys(data, { create: true, clock: systemClock, random: systemRandom });
  const log = await openLog({
    path: data,
    origin: keys.origin,
    tenant: LOCAL_TENANT,
    node: keys.node,
    softwareVersion: '0.1.0',
    signingKey: keys.signingKey,
    ...(await openTenantKeys({ data, node: keys.node }, { environment: process.env })),
    clock: systemClock,
    random: systemRandom,
  });
  await log.close();
  const destination: DestinationSettings = {
    name: 'siem',
    target: {
      type: 'webhook',
      url: `http://127.0.0.1:${port}/`,
      body: 'lines',
      format: 'ocsf',
      headers: [],
    },
    disclose: [],
    from: 'start',
    batchSize: 50,
    flushMs: 1,
    timeoutMs: 30_000,
    alertAfterMs: 900_000,
    maxBacklog: 10_000_000,
    whenBehind: 'keep',
    whenRejected: 'stop',
    ...more,
  };
  return { data, productVersion: '0.1.0', destinations: [destination] };
}

/** A port that takes connections and says nothing. */
async function silentPort(): Promise<number> {
  const server = createServer((socket) => socket.on('error', () => {}));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'writ-export-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
