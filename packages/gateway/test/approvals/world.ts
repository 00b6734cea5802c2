/** A real node with a real approver, behind one face of the gateway and in front of a server in memory. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Caller,
  createSigningKey,
  type Hold,
  isJsonObject,
  type JsonObject,
  publicKeyText,
  signApproval,
  type SigningKey,
  systemClock,
  systemRandom,
  type ToolDefinition,
} from '@writ/core';
import { expect, onTestFinished } from 'vitest';
import { parseConfig } from '../../src/config/index.ts';
import { openNode, type WritNode } from '../../src/index.ts';
import { HttpHarness } from '../http-harness.ts';
import type { Behaviour, MemoryUpstream } from '../memory-upstream.ts';
import type { Client } from './client.ts';
import { legacyClient, modernClient, taskClient } from './http-clients.ts';
import { stdioClient } from './stdio-client.ts';

/** The faces of the matrix. `task`: modern HTTP with a client that can follow a task. */
export const FACES = ['stdio', 'legacy', 'modern', 'task'] as const;
export type FaceName = (typeof FACES)[number];

/** What approving needs to be tried with. */
export interface ApprovalWorld {
  readonly node: WritNode;
  /** Arguments of the calls that reached the server. */
  readonly runs: JsonObject[];
  /** Everything the clients were told or asked besides answers. */
  readonly told: JsonObject[];
  connect(caller?: Caller): Promise<Client>;
  holds(): readonly Hold[];
  /** Records a signed answer; rejects where the log refuses it. */
  answer(hold: Hold, approver: string, answer?: 'approve' | 'deny'): Promise<void>;
  /** Moves the node's clock. */
  later(ms: number): void;
  changePolicy(more: string): Promise<void>;
  /** Gives the tool another definition, and waits until it is known. */
  changeTool(): Promise<void>;
}

const PAY: ToolDefinition = {
  server: 'memory',
  name: 'pay',
  definition: { name: 'pay', inputSchema: { type: 'object' } },
};
const POLICY = `
@id("all") permit (principal, action, resource);
@id("ask") @verdict("step_up") forbid (principal, action in Action::"tools/call", resource);
`;

/** Opens the world with approvers `ann` and `bob`. `hold`: how long a call waits within its request. */
export async function approvalWorld(face: FaceName, hold: '0s' | '45s' = '0s'): Promise<ApprovalWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'writ-matrix-'));
  mkdirSync(join(folder, 'policies'));
  const policy = join(folder, 'policies/a.cedar');
  writeFileSync(policy, POLICY);
  const keys = new Map(['ann', 'bob'].map((name) => [name, createSigningKey(name, systemRandom).key]));
  const approvers = [...keys].map(([id, key]) => `{id: ${id}, key: "${publicKeyText(key)}"}`).join(', ');
  const text = `policies: [policies]\nagent: {id: bot}\napprovals: {hold: ${hold}, approvers: [${approvers}]}\n`;
  let offset = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + offset };
  const config = parseConfig(text, join(folder, 'writ.yaml'));
  const node = await openNode({ config, createKeys: true, clock, report: () => {} });
  const runs: JsonObject[] = [];
  const told: JsonObject[] = [];
  const servers: MemoryUpstream[] = [];
  let definition = PAY.definition;
  const behave: Behaviour = ({ method, params }) => {
    switch (method) {
      case 'initialize':
        return {
          result: {
            protocolVersion: '2025-06-18',
            capabilities: { tools: {} },
            serverInfo: { name: 'm', version: '1' },
          },
        };
      case 'tools/list':
        return { result: { tools: [definition] } };
      case 'tools/call': {
        const args = params?.['arguments'];
        runs.push(isJsonObject(args) ? args : {});
        return { result: { content: [{ type: 'text', text: 'paid' }] } };
      }
      default:
        return { error: { code: -32601, message: 'Method not found' } };
    }
  };
  await node.pins.pinTools(true, [PAY]);
  await node.policy.load([PAY]);
  onTestFinished(async () => {
    await node.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const holds = (): readonly Hold[] => node.state.holds();
  const callers = new Map<string, Caller>();
  const http =
    face === 'stdio'
      ? undefined
      : await HttpHarness.start({
          ports: node,
          behave,
          authenticate: ({ headers }) => {
            const caller = callers.get(String(headers['x-caller'] ?? ''));
            return caller === undefined ? {} : { caller };
          },
        });
  return {
    node,
    runs,
    told,
    holds,
    async connect(caller) {
      if (http === undefined) return stdioClient(node, behave, servers, told, caller);
      const name = `caller-${callers.size}`;
      if (caller !== undefined) callers.set(name, caller);
      const own = caller === undefined ? {} : { 'x-caller': name };
      if (face === 'legacy') return legacyClient(http, holds, told, await http.session('2025-06-18', own));
      return face === 'task' ? taskClient(http, told, own) : modernClient(http, holds, told, own);
    },
    answer: (hold, approver, answer = 'approve') =>
      recordAnswer(node, keys.get(approver), hold, approver, answer),
    later: (ms) => void (offset += ms),
    async changePolicy(more) {
      writeFileSync(policy, POLICY + more);
      await node.policy.reload();
    },
    async changeTool() {
      definition = { ...PAY.definition, description: 'Pays, and tells everybody.' };
      for (const server of http?.servers ?? servers) await server.tell('notifications/tools/list_changed');
      await expect.poll(() => node.state.pins('memory').map(({ status }) => status)).toEqual(['quarantined']);
    },
  };
}

/** Who calls, as a face would have authenticated them. */
export function callerOf(agent: string, more: Partial<Caller> = {}): Caller {
  return {
    agent: { id: agent },
    authentication: { method: 'api_token', assurance: 1, credentialId: 't', at: 0 },
    ...more,
  };
}

/** Records the signed answer of `approver`; rejects where the log refuses it. */
export async function recordAnswer(
  node: WritNode,
  key: SigningKey | undefined,
  hold: Hold,
  approver: string,
  answer: 'approve' | 'deny',
): Promise<void> {
  if (key === undefined) throw new TypeError(`no approver ${approver}`);
  const { policyHash, expires, index } = hold;
  const lifts = answer === 'deny' ? [] : hold.forbids.map(({ contentHash }) => contentHash).sort();
  const { origin } = node.log;
  const signed = signApproval(
    {
      answer,
      hold: `${origin}#${index}`,
      node: node.id,
      performedDigest: hold.digest,
      lifts,
      policyHash,
      expires,
      at: node.clock.now(),
    },
    key,
  );
  const { keyId } = key;
  const result = await node.log.append({
    detail: { kind: 'answer', answer: { answer, keyId, policyHash, lifts, expires }, decisionOf: index },
    tenant: node.tenant,
    time: node.clock.now(),
    monotonicNs: node.clock.monotonicNs(),
    retentionClass: 'log',
    committed: {},
    concerns: [],
    effects: [{ type: 'answer', hold: index, answer, keyId, approver, ...signed }],
  });
  if (result.status === 'refused') throw new Error(`refused: ${result.refusal}`);
}
