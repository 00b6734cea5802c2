/** A real gateway node under the control plane of a test: enrolled, governed by a signed bundle that holds payments for `leads`, and watched by the approvers it names. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createSigningKey,
  type JsonObject,
  openDataKeys,
  publicKeyText,
  systemRandom,
  type ToolDefinition,
  writeKeyFile,
} from '@writ/core';
import { openNode, parseConfig } from '@writ/gateway';
import { expect, vi } from 'vitest';
import { codeOf, enrol } from '../../../server/test/enrolled.ts';
import { RollOutWorld, setOf, SIGNER } from '../../../server/test/roll-out.ts';
import type { World } from '../../../server/test/world.ts';

const PAY: ToolDefinition = {
  server: 'bank',
  name: 'pay',
  definition: { name: 'pay', inputSchema: { type: 'object', properties: { amount: { type: 'integer' } } } },
};
const POLICIES = `@id("all")
permit (principal, action, resource);

@id("payments-need-a-lead")
@verdict("step_up")
@approvers("leads")
@reason("Payments need the agreement of a lead.")
forbid (principal, action == Action::"bank/pay", resource);
`;

/** A call that the node holds. */
export interface HeldCall {
  /** Arguments that the tool ran with. */
  readonly runs: readonly unknown[];
  readonly done: Promise<string>;
}

/** It. */
export interface HoldingNode {
  /** An agent asks to pay, for `ben@example.org`, and waits. */
  pay(args: JsonObject): HeldCall;
  close(): Promise<void>;
}

/** Opens it; whoever has a key at the control plane now is an approver of its bundle. */
export async function openHoldingNode(world: World): Promise<HoldingNode> {
  const here = new RollOutWorld(world);
  const folder = mkdtempSync(join(tmpdir(), 'writ-holding-'));
  await here.nameAnchor();
  const { key, text } = createSigningKey('node', systemRandom);
  const { code } = await codeOf(world, { name: 'payments-1' });
  // Enrolled with the key of its own log, whose holds it tells of.
  const { logKey } = openDataKeys(join(folder, '.writ'), {
    create: true,
    clock: world.clock,
    random: systemRandom,
  });
  const { body } = await enrol(world, code, { key, logKey });
  writeKeyFile(join(folder, 'keys/plane-node.key'), text);
  const yaml = `agent: {id: billing-bot}
person: {id: ben@example.org}
plane:
  url: ${world.plane.url}
  organisation: ${body.organisation}
  node: ${body.node}
  environment: production
  key: keys/plane-node.key
  anchors: ['${publicKeyText(SIGNER)}']
`;
  writeFileSync(join(folder, 'writ.yaml'), yaml);
  const node = await openNode({
    config: parseConfig(yaml, join(folder, 'writ.yaml')),
    createKeys: true,
    clock: world.clock,
    report: () => undefined,
  });
  await node.policy.load([PAY]);
  await node.pins.pinTools(true, [PAY]);
  const files = setOf(POLICIES, 'step_up');
  const { id } = await here.approved(files);
  const approvers = await approversAt(world);
  const came = await here.upload(here.sign(files, { approvers, created: world.clock.now() }), id);
  expect(came.status).toBe(201);
  await here.step({ step: 'start', bundle: came.body.id, stage: 'full' });
  await vi.waitFor(() => expect(node.policy.current().policyHash).toBe(came.body.policyHash), {
    timeout: 60_000,
    interval: 100,
  });
  return {
    pay(args) {
      const runs: unknown[] = [];
      const done = node.guard
        .enforce(
          {
            face: 'mcp_stdio',
            initiator: 'agent',
            phase: 'call',
            method: 'tools/call',
            parts: [
              { action: { name: 'tools/call' }, resource: { type: 'tool', id: 'bank/pay', server: 'bank' } },
            ],
            args,
            wait: 'to_expiry',
          },
          (performance) => {
            runs.push(performance.args);
            return Promise.resolve({ content: [] });
          },
        )
        .then(({ verdict }) => verdict);
      return { runs, done };
    },
    async close() {
      await node.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** As whoever signs a bundle takes them from the control plane. */
async function approversAt(world: World) {
  const { body } = await world.send('GET', '/v1/approvers', { as: world.people.admin });
  return (body.items as { id: string; groups: string[]; keys: { key: string }[]; person?: string }[]).flatMap(
    ({ id, groups, keys, person }) =>
      keys.map(({ key }) => ({ id, key, groups, ...(person === undefined ? {} : { person }) })),
  );
}
