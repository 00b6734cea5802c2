/** A subscription at a server over stdio, where everything comes on one stream. */
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { resultOf, Session } from './session.ts';

const FIXTURE = fileURLToPath(new URL('../conformance/fixture/stdio.ts', import.meta.url));

test('what a server over stdio tells a subscription belongs to the request that opened it, and other things to none', async () => {
  const session = new Session({ name: 's', command: [process.execPath, FIXTURE] }, { era: 'modern' });
  const ending = new AbortController();
  const listened = session.modern(
    'subscriptions/listen',
    { notifications: { toolsListChanged: true } },
    { signal: ending.signal },
  );
  await session.until(() => session.told.length > 0);
  resultOf(await session.modern('tools/call', { name: 'test_trigger_tool_change', arguments: {} }));
  await session.until(() => session.told.length > 1);
  resultOf(
    await session.modern('tools/call', {
      name: 'test_tool_with_progress',
      arguments: {},
      _meta: { progressToken: 'p' },
    }),
  );
  expect(session.told.map(({ method, of }) => [method, of])).toStrictEqual([
    ['notifications/subscriptions/acknowledged', 'client-1'],
    ['notifications/tools/list_changed', 'client-1'],
    ['notifications/progress', undefined],
    ['notifications/progress', undefined],
    ['notifications/progress', undefined],
  ]);
  ending.abort();
  await expect(listened).rejects.toMatchObject({ code: 'guard.aborted' });
});
