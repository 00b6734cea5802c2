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

async function send(node: WritNode, to = 'ann', tool = 'send'): Promise<string> {
  const { verdict } = await node.guard.enforce(
    {
      face: 'mcp_stdio',
      initiator: 'agent',
      phase: 'call',
      method: 'tools/call',
      parts: [{ action: { name: 'tools/call' }, resource: { type: 'tool', id: `mail/${tool}` } }],
      args: { to },
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
    expect(options.packs?.map(({ name }) => name)).toEqual(['set/packs/p.yaml']);
    const ids = loadPolicySet(options).policies.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(['sales', 'p.send']));
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
    [
      'a file that belongs to no team',
      () => write('set/teams/a.cedar', ALL),
      /`teams\/a.cedar` belongs to nobody/,
    ],
    [
      'a folder that is nearly one',
      () => write('set/organization/a.cedar', ALL),
      /organization` is no folder of a policy set/,
    ],
    [
      'a folder in a level',
      () => write('set/organisation/more/a.cedar', ALL),
      /`organisation\/more` belongs to nobody/,
    ],
    [
      'a pack that stands among Cedar',
      () => write('set/organisation/p.yml', ''),
      /`organisation\/p.yml` belongs to nobody/,
    ],
    [
      'a file that is nearly Cedar',
      () => write('set/teams/a/x.cedr', ALL),
      /`teams\/a\/x.cedr` belongs to nobody/,
    ],
    [
      'a manifest of nearly the right name',
      () => {
        rmSync(join(folder, 'set/policy-set.yaml'));
        write('set/policy-set.yml', 'name: acme\nversion: 1\n');
      },
      /the manifest of a policy set is called `policy-set.yaml`/,
    ],
    ['a pack beside the manifest', () => write('set/cases.yaml', ''), /`cases.yaml` belongs to nobody/],
    ['Cedar among packs', () => write('set/packs/a.cedar', ALL), /`packs\/a.cedar` belongs to nobody/],
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
    expect(() => loadPolicySet(inputOptions(read(), 'strict', [SEND]))).toThrow(message);
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

  const limited = (limit: string): void =>
    write('set/policy-set.yaml', `name: acme\nversion: 1\nlimits:\n  - ${limit}\n`);

  test('on what nobody reports are a load error, whether the set or a pack declares them', async () => {
    const tokens = '{id: t, kind: tokens, amount: 2}';
    limited(tokens);
    await expect(start()).rejects.toThrow('limit `t` is on `tokens`, which no configured face supplies');
    write('set/policy-set.yaml', 'name: acme\nversion: 1\n');
    write('set/packs/p.yaml', `version: 1\nname: p\nlimits:\n  - ${tokens}\n`);
    await expect(start()).rejects.toThrow('limit `t` is on `tokens`, which no configured face supplies');
  });

  test('kept for teams hold where the agent has one, and are a load error where it has none', async () => {
    limited('{id: one, kind: calls, amount: 1, key: [team]}');
    await expect(start()).rejects.toThrow('limit `one` is on `team`');
    const node = await start('bot, team: sales');
    expect([await send(node), await send(node)]).toEqual(['allow', 'deny']);
  });
});

describe('packs', () => {
  const pack = (rules: string): string =>
    `version: 1\nname: p\nrules:\n  - {id: send, allow: mail/*}\n${rules}`;
  const NO_SEA = pack("  - {id: no-sea, block: mail/s*, argument: to, regex: '^sea'}\n");
  const plain = async (): Promise<WritNode> => {
    const config = parseConfig('policies: [policies]\nagent: {id: bot}\n', join(folder, 'writ.yaml'));
    open = await openNode({ config, createKeys: true, report: (line) => reports.push(line) });
    await open.policy.load([SEND]);
    return open;
  };

  test.each([
    ['of a set', 'set/packs/p.yaml', start],
    ['beside plain Cedar', 'policies/p.yaml', plain],
    ['with the other ending', 'policies/p.yml', plain],
  ])('%s are in force, with what they look for', async (_where, path, opened) => {
    write('set/organisation/main.cedar', '');
    write(path, NO_SEA);
    const node = await opened();
    expect([await send(node), await send(node, 'sea side')]).toEqual(['allow', 'deny']);
    write(path, NO_SEA.replace('^sea', '^ann'));
    write('set/policy-set.yaml', 'name: acme\nversion: 2\n');
    await node.policy.reload();
    expect([await send(node), await send(node, 'sea side')]).toEqual(['deny', 'allow']);
  });

  test('follow the tools of the servers without a new version', async () => {
    write('set/organisation/main.cedar', '');
    write('set/packs/p.yaml', pack(''));
    const node = await start();
    const post = { ...SEND, name: 'post', definition: { ...SEND.definition, name: 'post' } };
    expect(await send(node, 'ann', 'post')).toBe('deny');
    expect(await node.policy.setTools([SEND, post])).toBe(true);
    expect(await send(node, 'ann', 'post')).toBe('allow');
  });

  test.each(['Main.CEDAR', 'Entities.json', 'entity.json'])(
    'are not beside `%s`, which nobody would read',
    async (name) => {
      write('set/organisation/main.cedar', '');
      write(`set/${name}`, '[]');
      await expect(start()).rejects.toThrow(/would not be read/);
    },
  );

  test('in a folder nobody named are an error, and so is other YAML', async () => {
    write('policies/p.yaml', NO_SEA);
    write('policies/more/q.yaml', NO_SEA);
    await expect(plain()).rejects.toThrow(/policies\/more` holds policies/);
    rmSync(join(folder, 'policies/more'), { recursive: true });
    write('policies/more/deeper/still/q.yaml', NO_SEA);
    await expect(plain()).rejects.toThrow(/more\/deeper\/still` holds policies/);
    rmSync(join(folder, 'policies/more'), { recursive: true });
    write('policies/q.YAML', NO_SEA);
    await expect(plain()).rejects.toThrow(/q.YAML` would not be in force/);
    rmSync(join(folder, 'policies/q.YAML'));
    write('policies/more/Q.CEDAR', '');
    await expect(plain()).rejects.toThrow(/policies\/more` holds policies/);
    rmSync(join(folder, 'policies/more'), { recursive: true });
    write('policies/cases.yaml', '- name: x\n');
    await expect(plain()).rejects.toThrow(/cases.yaml/);
  });
});

describe('patterns of a manifest', () => {
  test('are looked for, and are part of its identity', async () => {
    const finding = 'context.findings.contains("pattern:sea")';
    write(
      'set/organisation/main.cedar',
      `@id("all") ${ALL} @id("sea") forbid(principal, action == Action::"mail/send", resource) when { ${finding} };`,
    );
    const manifest = (source: string): string =>
      `name: acme\nversion: 1\npatterns:\n  - {pack: p, name: sea, argument: [to], test: {kind: regex, source: ${source}, ignoreCase: false}}\n`;
    write('set/policy-set.yaml', manifest('^sea'));
    const node = await start();
    expect([await send(node), await send(node, 'sea side')]).toEqual(['allow', 'deny']);
    write('set/policy-set.yaml', manifest('^ann'));
    await node.policy.reload();
    expect(reports.at(-1)).toMatch(/with other content/);
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
