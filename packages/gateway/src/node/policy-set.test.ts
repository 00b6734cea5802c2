// A policy set in a folder: its levels, packs, links and entities are in force, and its versions only grow, over restarts too.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadPolicySet, type ToolDefinition } from '@writ/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseConfig } from '../config/index.ts';
import { openNode, type WritNode } from './index.ts';
import { inputOptions, readPolicyInput, versionOf } from './policy-set.ts';

const SEND: ToolDefinition = {
  server: 'mail',
  name: 'send',
  definition: {
    name: 'send',
    inputSchema: { type: 'object', properties: { to: { type: 'string' } }, required: ['to'] },
  },
};
const ALL = 'permit(principal, action, resource);';

let folder: string;
let reports: string[];
let open: WritNode | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'writ-set-'));
  reports = [];
  write('set/policy-set.yaml', 'name: acme\nversion: 1\n');
  write('set/organisation/main.cedar', `@id("all") ${ALL}`);
});
afterEach(async () => {
  await open?.close();
  open = undefined;
  rmSync(folder, { recursive: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const read = () => readPolicyInput([join(folder, 'set')], folder);

async function start(agent = 'bot'): Promise<WritNode> {
  await open?.close();
  const config = parseConfig(`policies: [set]\nagent: {id: ${agent}}\n`, join(folder, 'writ.yaml'));
  open = await openNode({ config, createKeys: true, report: (line) => reports.push(line) });
  await open.policy.load([SEND]);
  return open;
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

describe('what stands in the folder is in force', () => {
  test('an agent is judged by its own level as well', async () => {
    write(
      'set/agents/bot/own.cedar',
      '@id("own") forbid(principal, action == Action::"mail/send", resource);',
    );
    expect(await send(await start())).toBe('deny');
    expect(await send(await start('other'))).toBe('allow');
  });

  test('links, entities and packs come in with it', () => {
    write('set/organisation/main.cedar', '@id("who") permit(principal in ?principal, action, resource);');
    write(
      'set/policy-set.yaml',
      'name: acme\nversion: 1\nlinks:\n  - {template: who, id: sales, principal: {type: Team, id: sales}}\n',
    );
    write(
      'set/entities.json',
      '[{"uid":{"type":"Agent","id":"bot"},"parents":[{"type":"Team","id":"sales"}]}]',
    );
    write('set/packs/p.yaml', 'version: 1\nname: p\nrules:\n  - {id: send, allow: mail/send}\n');
    const input = read();
    const options = inputOptions(input, 'strict', [SEND]);
    expect(options.entities).toHaveLength(1);
    expect(options.sources.map(({ name }) => name)).toEqual([
      'set/organisation/main.cedar',
      'set/packs/p.yaml (compiled)',
    ]);
    expect(loadPolicySet(options).policies.map(({ id }) => id)).toEqual(expect.arrayContaining(['sales']));
    expect(versionOf(input, loadPolicySet(options))).toMatchObject({ name: 'acme', version: 1 });
  });

  test('the identity is not that of file names, order or tools', () => {
    const identity = (): string | undefined => {
      const input = read();
      return versionOf(input, loadPolicySet(inputOptions(input, 'strict', undefined)))?.identity;
    };
    const before = identity();
    write('set/organisation/main.cedar', '');
    write('set/other.cedar', `// moved\n@id("all")\n${ALL}`);
    expect(identity()).toBe(before);
    write('set/other.cedar', `@id("all") ${ALL} @id("more") ${ALL}`);
    expect(identity()).not.toBe(before);
  });
});

describe('what is not a set is refused', () => {
  test.each([
    [
      'an unknown key',
      () => write('set/policy-set.yaml', 'name: acme\nversion: 1\nmod: strict\n'),
      /`mod` is not known/,
    ],
    [
      'no policy at all',
      () => rmSync(join(folder, 'set/organisation'), { recursive: true }),
      /holds no policy/,
    ],
    ['a file that belongs to no team', () => write('set/teams/a.cedar', ALL), /belongs to nobody/],
    ['entities that are none', () => write('set/entities.json', '{}'), /expected a list of entities/],
    ['a pack with a problem', () => write('set/packs/p.yaml', 'version: 1\nnam: p\n'), /nam/],
    [
      'a link that leads out of it',
      () => {
        write('outside.cedar', ALL);
        symlinkSync(join(folder, 'outside.cedar'), join(folder, 'set/organisation/in.cedar'));
      },
      /leads out of the folder/,
    ],
  ])('%s', (_what, prepare, message) => {
    prepare();
    expect(() => inputOptions(read(), 'strict', [SEND])).toThrow(message);
  });

  test('other policies beside a set', () => {
    write('more.cedar', ALL);
    expect(() => readPolicyInput([join(folder, 'set'), join(folder, 'more.cedar')], folder)).toThrow(
      /beside it/,
    );
  });
});

describe('limits of a set', () => {
  test('are kept by the gateway', async () => {
    write(
      'set/policy-set.yaml',
      'name: acme\nversion: 1\nlimits:\n  - {id: two, kind: calls, amount: 2, key: [principal]}\n',
    );
    const node = await start();
    expect([await send(node), await send(node), await send(node)]).toEqual(['allow', 'allow', 'deny']);
  });

  test('on what nobody reports are a load error', async () => {
    write(
      'set/policy-set.yaml',
      'name: acme\nversion: 1\nlimits:\n  - {id: t, kind: tokens, amount: 2, key: [principal]}\n',
    );
    await expect(start()).rejects.toThrow(/t/);
  });
});

describe('defect 8: versions only grow', () => {
  const DENY = '@id("all") forbid(principal, action, resource);';

  test('a change without a new version is refused, and what was in force stays', async () => {
    const node = await start();
    write('set/organisation/main.cedar', DENY);
    await node.policy.reload();
    expect(reports.at(-1)).toMatch(/the last good set stays in force: .*with other content/);
    expect(await send(node)).toBe('allow');
    write('set/policy-set.yaml', 'name: acme\nversion: 2\n');
    await node.policy.reload();
    expect(await send(node)).toBe('deny');
  });

  test('an old version is refused after a restart too', async () => {
    write('set/policy-set.yaml', 'name: acme\nversion: 7\n');
    await start();
    write('set/policy-set.yaml', 'name: acme\nversion: 6\n');
    await expect(start()).rejects.toThrow(expect.objectContaining({ code: 'policy.version' }));
    write('set/policy-set.yaml', 'name: acme\nversion: 7\n');
    expect(await send(await start())).toBe('allow');
  });
});
