/** Tasks of who may not call any more. */
import { describe, expect, test } from 'vitest';
import { createFakePins } from '../fake-pins.ts';
import { HttpHarness, type HttpHarnessOptions } from '../http-harness.ts';
import { ask, holding, resultOf, statusOf, textOf } from './asking.ts';

describe('a call that waited while its client lost what it came with', () => {
  const lost = (code: string) => {
    let isLost = false;
    const authenticate: HttpHarnessOptions['authenticate'] = (request) =>
      isLost && request.headers['x-agent'] === 'waits'
        ? { status: 401, code, headers: {}, message: 'not let in' }
        : { caller: callerOf(String(request.headers['x-agent'])) };
    return { authenticate, lose: () => (isLost = true) };
  };
  const callerOf = (id: string) => ({
    agent: { id: id === 'waits' ? 'same' : id },
    authentication: { method: 'api_token' as const, assurance: 1 as const, credentialId: 't', at: 0 },
  });
  const callsOf = (harness: HttpHarness): number =>
    harness.servers.flatMap(({ asked }) => asked).filter(({ method }) => method === 'tools/call').length;

  test.each([
    ['revoked', 'auth.revoked', 0],
    ['of an issuer that cannot be asked', 'auth.unavailable', 0],
    ['expired by itself', 'auth.expired', 1],
  ])('%s: an approval sets it off only where nobody took it back (task)', async (_how, code, calls) => {
    const { guard, release } = holding();
    const { authenticate, lose } = lost(code);
    const harness = await HttpHarness.start({ guard, hasApprovers: true, authenticate });
    const { taskId } = await resultOf(harness, 'tools/call', { name: 'echo' }, { 'x-agent': 'waits' });
    lose();
    release('allow');
    const same = { 'x-agent': 'same' };
    const status = async () =>
      (await resultOf(harness, 'tasks/get', { taskId: textOf(taskId) }, same))['status'];
    await expect.poll(status).toBe(calls === 0 ? 'failed' : 'completed');
    expect(callsOf(harness)).toBe(calls);
  });

  test('within its request, in the legacy era, it is not sent either', async () => {
    const { guard, release } = holding();
    const { authenticate, lose } = lost('auth.revoked');
    const harness = await HttpHarness.start({ guard, authenticate });
    const session = await harness.session('2025-06-18', { 'x-agent': 'waits' });
    const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'echo' } };
    const answered = harness.post(message, session);
    await expect.poll(() => guard.actions.some(({ method }) => method === 'tools/call')).toBe(true);
    lose();
    release('allow');
    expect(JSON.stringify((await answered).messages)).toContain('would not be let in any more');
    expect(callsOf(harness)).toBe(0);
  });
});

test('the tasks of a killed agent are kept from it', async () => {
  const { guard, release } = holding();
  let isStopped = false;
  const { pins, policy, state } = createFakePins();
  const stops = { watch: () => () => {}, isStopped: () => isStopped };
  const ports = { guard, pins, policy, state, stops, config: { approvals: { approvers: ['ann'] } } };
  const harness = await HttpHarness.start({ guard, ports });
  const { taskId } = await resultOf(harness, 'tools/call', { name: 'echo' });
  release('allow');
  await expect.poll(() => statusOf(harness, taskId)).toBe('completed');
  isStopped = true;
  expect(await ask(harness, 'tasks/get', { taskId: textOf(taskId) })).toMatchObject({
    error: { code: -32010 },
  });
});
