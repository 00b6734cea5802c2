// An approval is for where the attempt led when it was asked about, and for nowhere else.
import { createSigningKey, publicKeyText, systemRandom } from '@writ/core';
import { expect, test } from 'vitest';
import { recordAnswer } from '../approvals/world.ts';
import { EgressWorld, host, PERMIT_ALL } from './world.ts';

const ASK =
  '@id("ask") @verdict("step_up") @approvers("ann") forbid (principal, action == Action::"network/egress", resource);\n';

test('a name that leads elsewhere after it was approved is asked about again, and reached where it led before alone', async () => {
  const first = await host('127.0.0.2');
  const second = await host('127.0.0.3');
  const { key } = createSigningKey('ann', systemRandom);
  const world = await EgressWorld.open({
    policy: PERMIT_ALL + ASK,
    yaml: `approvals: {approvers: [{id: ann, key: "${publicKeyText(key)}"}]}`,
    names: { 'moves.test': [['127.0.0.2'], ['127.0.0.3'], ['127.0.0.2']] },
  });
  const { node } = world.egress;
  const url = `http://moves.test:${first.port}/`;
  const held = await world.get(url);
  expect(held.status).toBe(403);
  const [, index = ''] = /Reference: \S+#(\d+),/.exec(held.text) ?? [];
  const hold = node.state.holds().find((one) => String(one.index) === index);
  if (hold === undefined) throw new Error('nothing waits');
  await recordAnswer(node, key, hold, 'ann', 'approve');
  expect((await world.get(url)).text).toContain('Waiting for approval');
  expect((await world.get(url)).text).toContain('hello from 127.0.0.2');
  expect(second.connections).toBe(0);
  expect(first.connections).toBe(1);
});
