/** The register of a node is the one in its file, in force through the log, and what an action is for is what the configuration says. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  consentDraft,
  type Enforced,
  type InterceptedAction,
  type PrivacyDraft,
  registerDraft,
} from '@writ/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseConfig } from '../../config/index.ts';
import { openNode, type WritNode } from '../index.ts';
import { readRegister, registerScope } from './index.ts';

const POLICY = `@id("support") permit (principal, action in Action::"tools/call", resource) when { context has purpose && context.purpose == "support" };
@id("billing") permit (principal, action in Action::"tools/call", resource) when { context has purpose && context.purpose == "billing" };
@id("results") permit (principal, action == Action::"results/deliver", resource);
`;
const PRIVACY = '{purposes: purposes.yaml, purpose: support, tools: {crm/bill: billing}, claims: [sales]}';
const register = (recipients: string): string => `purposes:
  support: {description: answer, data: [contact], basis: consent, recipients: [${recipients}]}
  billing: {description: bill, data: [contact], basis: contract, subject: none}
  sales: {description: sell, data: [contact], basis: legitimate_interests, subject: none}
`;

let folder: string;
let open: WritNode[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'writ-purposes-'));
  mkdirSync(join(folder, 'policies'));
  writeFileSync(join(folder, 'policies/a.cedar'), POLICY);
  writeFileSync(join(folder, 'purposes.yaml'), register('crm'));
  open = [];
});
afterEach(async () => {
  await Promise.all(open.map((node) => node.close()));
  rmSync(folder, { recursive: true, force: true });
});

async function nodeOf(privacy = PRIVACY): Promise<WritNode> {
  const said = privacy === '' ? '' : `privacy: ${privacy}\n`;
  const text = `policies: [policies]\nagent: {id: bot}\nperson: {id: ann}\n${said}`;
  const config = parseConfig(text, join(folder, 'writ.yaml'));
  const node = await openNode({ config, createKeys: true, report: () => {} });
  open.push(node);
  await node.policy.load([]);
  return node;
}

function call(node: WritNode, tool: string, more: Partial<InterceptedAction> = {}): Promise<Enforced> {
  const action: InterceptedAction = {
    face: 'library',
    initiator: 'agent',
    phase: 'call',
    method: 'tools/call',
    parts: [{ action: { name: 'tools/call' }, resource: { type: 'tool', id: tool } }],
    args: {},
    ...more,
  };
  return node.guard.enforce(action, () => Promise.resolve({ content: [] }));
}

async function consent(node: WritNode, action: 'give' | 'withdraw'): Promise<void> {
  const { privacy } = node.config;
  if (privacy === undefined) throw new Error('no purposes');
  const change = { action, purpose: 'support', subject: 'ann' } as const;
  await append(node, consentDraft(readRegister(privacy), change, node.state));
}

async function append({ log, clock, tenant }: WritNode, draft: PrivacyDraft): Promise<void> {
  await log.append({ ...draft, tenant, time: clock.now(), monotonicNs: clock.monotonicNs() });
}

describe('what an action is for', () => {
  test('is what its tool, its server or the configuration says', async () => {
    const node = await nodeOf();
    expect((await call(node, 'crm/bill')).verdict).toBe('allow');
    expect((await call(node, 'crm/find')).verdict).toBe('deny');
    await consent(node, 'give');
    expect((await call(node, 'crm/find')).verdict).toBe('allow');
  });

  test('is not what a caller claims, unless the configuration believes it', async () => {
    const node = await nodeOf();
    expect((await call(node, 'crm/find', { purpose: 'billing' })).verdict).toBe('deny');
    // `billing` cannot be claimed away either; `sales` can be claimed, and permits nothing.
    expect((await call(node, 'crm/bill', { purpose: 'support' })).verdict).toBe('allow');
    expect((await call(node, 'crm/bill', { purpose: 'sales' })).verdict).toBe('deny');
  });

  test('must be in the register, whose retention classes there must be', async () => {
    await expect(nodeOf('{purposes: purposes.yaml, purpose: marketing}')).rejects.toMatchObject({
      code: 'config.invalid',
    });
    const late = register('crm').replace('basis: consent', 'retention: forever, basis: consent');
    writeFileSync(join(folder, 'late.yaml'), late);
    await expect(nodeOf('{purposes: late.yaml}')).rejects.toMatchObject({
      data: { path: 'purposes.support.retention' },
    });
    await nodeOf('{purposes: late.yaml}\nretention: {classes: {forever: keep}}');
    await expect(nodeOf('{purposes: absent.yaml}')).rejects.toMatchObject({ code: 'config.not-found' });
  });
});

describe('consent on a node', () => {
  test('that another process takes back is gone with the next call', async () => {
    const [one, other] = [await nodeOf(), await nodeOf()];
    await consent(other, 'give');
    expect((await call(one, 'crm/find')).verdict).toBe('allow');
    await consent(other, 'withdraw');
    expect((await call(one, 'crm/find')).verdict).toBe('deny');
  });
});

describe('the register of a node', () => {
  test('is recorded once, and again where it changed', async () => {
    const node = await nodeOf();
    const kinds = (): readonly string[] =>
      Array.from({ length: node.reader.size() }, (_, index) => node.reader.entry(index).entry.kind);
    const count = (): number => kinds().filter((kind) => kind === 'register').length;
    await nodeOf();
    expect(count()).toBe(1);
    writeFileSync(join(folder, 'purposes.yaml'), register('crm, advertiser'));
    await nodeOf();
    expect(count()).toBe(2);
  });

  test('is followed by a process that another one went ahead of', async () => {
    const node = await nodeOf();
    await consent(node, 'give');
    expect((await call(node, 'crm/find')).verdict).toBe('allow');
    writeFileSync(join(folder, 'purposes.yaml'), register('crm, advertiser'));
    await nodeOf();
    // It reads the file before it judges: what was agreed to is less than what it says now.
    expect(await call(node, 'crm/find')).toMatchObject({ verdict: 'deny', decision: { source: 'policy' } });
  });

  test('that cannot be read any more lets nothing through once another one is in force', async () => {
    const node = await nodeOf();
    const { privacy } = node.config;
    if (privacy === undefined) throw new Error('no purposes');
    const [file, other] = [privacy.purposes, join(folder, 'other.yaml')];
    writeFileSync(file, 'purposes: nonsense');
    expect((await call(node, 'crm/bill')).verdict).toBe('allow');
    writeFileSync(other, register('crm, advertiser'));
    const draft = registerDraft(
      readRegister({ ...privacy, purposes: other }),
      registerScope(privacy),
      node.state,
    );
    if (draft !== undefined) await append(node, draft);
    expect(await call(node, 'crm/bill')).toMatchObject({ decision: { code: 'privacy.stale' } });
  });

  test('is out of reach of the agent whose actions it judges', async () => {
    const node = await nodeOf();
    const args = { path: join(folder, 'purposes.yaml') };
    expect(await call(node, 'crm/bill', { args })).toMatchObject({
      decision: { code: 'guard.self-protection' },
    });
  });

  test('is known by its file', () => {
    expect(registerScope({ purposes: '/a' })).toMatch(/^file\.[0-9a-f]{64}$/);
    expect(registerScope({ purposes: '/a' })).not.toBe(registerScope({ purposes: '/b' }));
  });
});

describe('a limit for each purpose', () => {
  const withSet = async (privacy: string): Promise<WritNode> => {
    const limits = '  - {id: one, kind: calls, amount: 1, key: [context.purpose]}\n';
    writeFileSync(join(folder, 'policies/policy-set.yaml'), `name: acme\nversion: 1\nlimits:\n${limits}`);
    return nodeOf(privacy);
  };

  test('counts what the configuration says that calls are for, and a call for nothing is denied', async () => {
    const node = await withSet('{purposes: purposes.yaml, tools: {crm/bill: billing, crm/find: support}}');
    await consent(node, 'give');
    const verdicts: string[] = [];
    for (const tool of ['crm/bill', 'crm/bill', 'crm/find', 'crm/other'])
      verdicts.push((await call(node, tool, { purpose: 'another-account' })).verdict);
    expect(verdicts).toEqual(['allow', 'deny', 'allow', 'deny']);
  });

  test('does not load where a purpose is whatever a caller says', async () => {
    await expect(withSet('')).rejects.toThrow('`context.purpose`, which no configured face supplies');
  });
});
