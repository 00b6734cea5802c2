// A node over a real data folder: policies that change, definitions that change, and what must keep it from opening.
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createSigningKey,
  isFault,
  publicKeyText,
  systemRandom,
  type ToolDefinition,
  writeKeyFile,
} from '@writ/core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { configFromFlags, parseConfig } from '../config/index.ts';
import { judgeIsolation, openNode, type WritNode } from './index.ts';

const ALLOW = '@id("all") permit (principal, action, resource);\n';
const DENY = '@id("none") forbid (principal, action, resource);\n';
const SEND: ToolDefinition = {
  server: 'mail',
  name: 'send',
  definition: {
    name: 'send',
    inputSchema: { type: 'object', properties: { to: { type: 'string' } }, required: ['to'] },
  },
};
const CHANGED: ToolDefinition = {
  ...SEND,
  definition: { ...SEND.definition, description: 'Now with more.' },
};

let folder: string;
let reports: string[];
let open: WritNode[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'writ-node-'));
  mkdirSync(join(folder, 'policies'));
  reports = [];
  open = [];
  policy(ALLOW);
});
afterEach(async () => {
  await Promise.all(open.map((node) => node.close()));
  rmSync(folder, { recursive: true, force: true });
});

function policy(text: string): void {
  writeFileSync(join(folder, 'policies/a.cedar'), text);
}

async function nodeOf(yaml = ''): Promise<WritNode> {
  const config = parseConfig(`policies: [policies]\nagent: {id: bot}\n${yaml}`, join(folder, 'writ.yaml'));
  const node = await openNode({ config, createKeys: true, report: (line) => reports.push(line) });
  open.push(node);
  return node;
}

async function send(node: WritNode): Promise<string> {
  const { verdict } = await node.guard.enforce(
    {
      face: 'mcp_stdio',
      initiator: 'agent',
      phase: 'call',
      method: 'tools/call',
      parts: [{ action: { name: 'tools/call' }, resource: { type: 'tool', id: 'mail/send' } }],
      args: { to: 'ann' },
    },
    () => Promise.resolve({ content: [] }),
  );
  return verdict;
}

async function codeOf(act: () => Promise<unknown>): Promise<string> {
  try {
    await act();
  } catch (fault) {
    if (isFault(fault)) return fault.code;
    throw fault;
  }
  return 'none';
}

describe('policies', () => {
  test('nothing is allowed before they are loaded', async () => {
    expect(await send(await nodeOf())).toBe('deny');
  });

  test('a changed file decides the next call, in every process on the folder', async () => {
    const [first, second] = [await nodeOf(), await nodeOf()];
    await first.policy.load([SEND]);
    await second.policy.load([SEND]);
    expect(await send(second)).toBe('allow');
    policy(DENY);
    await first.policy.reload();
    expect(await send(first)).toBe('deny');
    // The second was not told: the epoch in the log is what makes it read again.
    expect(await send(second)).toBe('deny');
    expect(second.state.epochs(second.policy.scope).policyEpoch).toBe(2);
  });

  test('a watched file is taken up by itself', async () => {
    const node = await nodeOf();
    await node.policy.load([SEND]);
    node.policy.watch();
    policy(DENY);
    await vi.waitFor(async () => expect(await send(node)).toBe('deny'), { timeout: 10_000, interval: 50 });
    expect(reports.join('\n')).toContain('are in force');
  });

  test('a folder that another took the place of is taken up by itself, and what is not usable is told of once', async () => {
    const node = await nodeOf();
    await node.policy.load([SEND]);
    node.policy.watch();
    renameSync(join(folder, 'policies'), join(folder, 'before'));
    const told = () => reports.filter((line) => line.includes('no policy stands at'));
    await vi.waitFor(() => expect(told()).toHaveLength(1), { timeout: 10_000, interval: 50 });
    expect(await send(node)).toBe('allow');
    mkdirSync(join(folder, 'policies'));
    policy(DENY);
    await vi.waitFor(async () => expect(await send(node)).toBe('deny'), { timeout: 10_000, interval: 50 });
    expect(told()).toHaveLength(1);
  });

  test('a bad file keeps the last good set, and says so', async () => {
    const node = await nodeOf();
    await node.policy.load([SEND]);
    policy('permit (principal, action, resource) when { context.nonsense };');
    await node.policy.reload();
    expect(await send(node)).toBe('allow');
    expect(reports.join('\n')).toMatch(/last good set stays in force.*a\.cedar:1:/);
  });

  test('tools that no longer fit keep the last good set', async () => {
    policy(
      `${ALLOW}@id("to") forbid (principal, action == Action::"mail/send", resource) when { context.args.to == "eve" };\n`,
    );
    const node = await nodeOf();
    await node.policy.load([SEND]);
    const other = {
      ...SEND,
      definition: { name: 'send', inputSchema: { type: 'object', properties: { to: { type: 'integer' } } } },
    };
    expect(await node.policy.setTools([other])).toBe(false);
    expect(await send(node)).toBe('allow');
    expect(await codeOf(() => node.policy.load([other]))).toMatch(/^policy\./);
  });
});

describe('tool definitions', () => {
  test.each([
    [true, 'accepted', 'trusted'],
    [false, 'quarantined', 'first_seen'],
  ] as const)('first seen with trust %s: %s', async (isTrusted, status, cause) => {
    const { pins } = await nodeOf();
    expect(await pins.pinTools(isTrusted, [SEND])).toMatchObject([{ status, cause }]);
    expect(await pins.pinTools(isTrusted, [SEND])).toMatchObject([{ status, cause: 'known' }]);
  });

  test('a changed one is quarantined whatever the trust, until a person accepts exactly it', async () => {
    const { pins } = await nodeOf();
    const [first] = await pins.pinTools(true, [SEND]);
    const [changed] = await pins.pinTools(true, [CHANGED]);
    expect(changed).toMatchObject({ status: 'quarantined', cause: 'changed' });
    expect(pins.isAccepted('mail', 'send', changed?.definitionHash ?? '')).toBe(false);
    expect(await codeOf(() => pins.acceptTool('mail', 'send', first?.definitionHash))).toBe(
      'tool.quarantined',
    );
    await pins.acceptTool('mail', 'send', changed?.definitionHash);
    expect(pins.isAccepted('mail', 'send', changed?.definitionHash ?? '')).toBe(true);
    expect(await pins.pinTools(false, [CHANGED])).toMatchObject([{ status: 'accepted', cause: 'known' }]);
  });

  test('one that goes back to what was accepted serves again, and was recorded each time', async () => {
    const node = await nodeOf();
    await node.pins.pinTools(true, [SEND]);
    await node.pins.pinTools(true, [CHANGED]);
    expect(await node.pins.pinTools(true, [SEND])).toMatchObject([{ status: 'accepted', cause: 'changed' }]);
    const kinds = Array.from(
      { length: node.reader.size() },
      (_, index) => node.reader.entry(index).entry.kind,
    );
    expect(kinds.filter((kind) => kind === 'pin')).toHaveLength(3);
  });

  test('trust that came later accepts what was first seen, never what changed', async () => {
    const { pins } = await nodeOf();
    await pins.pinTools(false, [SEND]);
    expect(await pins.pinTools(true, [SEND])).toMatchObject([{ status: 'accepted', cause: 'trusted' }]);
    await pins.pinTools(true, [CHANGED]);
    expect(await pins.pinTools(true, [CHANGED])).toMatchObject([{ status: 'quarantined', cause: 'known' }]);
  });

  test('what was never seen cannot be accepted', async () => {
    const { pins } = await nodeOf();
    expect(await codeOf(() => pins.acceptTool('mail', 'sned'))).toBe('tool.unknown');
  });
});

describe('a node does not open, and makes nothing', () => {
  const agentKey = createSigningKey('bot', systemRandom);
  test.each([
    ['on a bad policy', '', () => policy('permit (principal'), 'policy.syntax'],
    [
      'on a policy that cannot be read',
      '',
      () => symlinkSync('loop.cedar', join(folder, 'policies/loop.cedar')),
      'policy.unreadable',
    ],
    ['without policies', '', () => rmSync(join(folder, 'policies/a.cedar')), 'policy.empty'],
    ['with a detector that does not exist', 'detectors: {secrts: observe}\n', () => {}, 'config.invalid'],
    ['without the agent’s key', 'agent: {id: bot, key: keys/bot}\n', () => {}, 'key.missing'],
    [
      'with an agent that could approve itself',
      `agent: {id: bot, key: keys/bot}\napprovals: {approvers: [{id: ann, key: ${publicKeyText(agentKey.key)}}]}\n`,
      () => writeKeyFile(join(folder, 'keys/bot'), agentKey.text),
      'config.invalid',
    ],
  ])('%s', async (_why, yaml, prepare, code) => {
    prepare();
    const text = `policies: [policies]\n${yaml.includes('agent:') ? '' : 'agent: {id: bot}\n'}${yaml}`;
    const config = parseConfig(text, join(folder, 'writ.yaml'));
    expect(await codeOf(() => openNode({ config, createKeys: true }))).toBe(code);
    expect(readdirSync(folder)).not.toContain('.writ');
  });

  test('without keys, unless it is told to make them', async () => {
    const config = configFromFlags({ folder, policies: ['policies'] });
    expect(await codeOf(() => openNode({ config }))).toBe('key.missing');
  });

  test('under another origin than its key’s', async () => {
    await (await nodeOf()).close();
    expect(await codeOf(() => nodeOf('origin: example.com/other\n'))).toBe('config.invalid');
  });
});

describe('isolation is claimed only where it can be shown', () => {
  const facts = { user: 500, clientUser: 1000, dataOwner: 500, dataMode: 0o40700 };
  test.each([
    ['another user who cannot reach the data', facts, 'isolated'],
    ['the same user', { ...facts, clientUser: 500 }, 'unisolated'],
    ['root, who reaches everything', { ...facts, clientUser: 0 }, 'unisolated'],
    ['a client that cannot be seen', { user: 500, dataOwner: 500, dataMode: 0o40700 }, 'unisolated'],
    ['data open to others', { ...facts, dataMode: 0o40750 }, 'unisolated'],
    ['data of somebody else', { ...facts, dataOwner: 1000 }, 'unisolated'],
    ['nothing known', undefined, 'unisolated'],
  ] as const)('%s: %s', (_why, given, expected) => {
    expect(judgeIsolation(given)).toBe(expected);
  });
});

test('an agent with a key signs each action, and the record says so', async () => {
  const { text } = createSigningKey('bot', systemRandom);
  writeKeyFile(join(folder, 'keys/bot'), text);
  const config = parseConfig(
    'policies: [policies]\nagent: {id: bot, key: keys/bot}\n',
    join(folder, 'writ.yaml'),
  );
  const node = await openNode({ config, createKeys: true });
  open.push(node);
  await node.policy.load([SEND]);
  expect(await send(node)).toBe('allow');
  const entries = Array.from({ length: node.reader.size() }, (_, index) => node.reader.entry(index).entry);
  const decision = entries.find((entry) => entry.kind === 'decision');
  expect(decision).toMatchObject({
    decision: { authentication: { method: 'key', assurance: 2 } },
    consumes: [expect.stringMatching(/^nonce:/)],
  });
});
