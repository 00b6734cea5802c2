/** What the callers' side of a log sends to its thread. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openDraft, SAMPLE_LOG_KEYS, sampleLogIdentity } from '../../testing/index.ts';
import { openLog } from '../index.ts';

test('callers that one turn of the event loop serves wake the thread once, whichever microtask they come from', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'writ-turn-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const log = await openLog({ ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, path: join(folder, '.writ') });
  const post = vi.spyOn(Worker.prototype, 'postMessage');
  onTestFinished(() => post.mockRestore());
  const appended = [log.writer.append(openDraft('a'))];
  for (const digest of ['b', 'c']) {
    await Promise.resolve();
    appended.push(log.writer.append(openDraft(digest)));
  }
  const results = await Promise.all(appended);
  expect(results.map(({ status }) => status)).toEqual(['committed', 'committed', 'committed']);
  expect(post.mock.calls.map(([message]) => (message as { readonly type: string }).type)).toEqual(['append']);
  await log.close();
});
