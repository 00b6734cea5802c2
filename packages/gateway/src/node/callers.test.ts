// Who acts through a node: the operating system's user on stdio, and callers that a face authenticated.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Caller, JsonObject } from '@writ/core';
import { parseConfig } from '../config/index.ts';
import { openNode, type WritNode } from './index.ts';
import { withOsUser } from './os-user.ts';

let folder: string;
let node: WritNode | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'writ-callers-'));
  mkdirSync(join(folder, 'policies'));
  writeFileSync(join(folder, 'policies/a.cedar'), '@id("all") permit (principal, action, resource);');
});
afterEach(async () => {
  await node?.close();
  node = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const config = (yaml: string) =>
  parseConfig(`policies: [policies]\nagent: {id: bot}\n${yaml}`, join(folder, 'writ.yaml'));

async function open(yaml: string): Promise<WritNode> {
  node = await openNode({ config: config(yaml), createKeys: true, report: () => undefined });
  await node.policy.load([]);
  return node;
}

async function call(here: WritNode, caller?: Caller) {
  const end = await here.guard.enforce(
    {
      face: caller === undefined ? 'mcp_stdio' : 'mcp_http',
      initiator: 'agent',
      phase: 'call',
      method: 'tools/call',
      parts: [{ action: { name: 'tools/call' }, resource: { type: 'tool', id: 'mail/send' } }],
      args: {},
      ...(caller === undefined ? {} : { caller }),
    },
    () => Promise.resolve({ content: [] }),
  );
  const { fields } = here.reader.body(Number(end.receipt?.split('#')[1])) as { fields: JsonObject };
  return { verdict: end.verdict, decision: end.decision, subject: fields['subject'] };
}

const of = (person?: string): Caller => ({
  agent: { id: 'idp:bot' },
  ...(person === undefined ? {} : { person: { id: person, roles: [] } }),
  authentication: { method: 'oauth', assurance: 1, credentialId: 'idp', at: 0 },
});

describe('`person: os`', () => {
  test('is the user that the process runs as, and the record says what vouches for it', async () => {
    const { username, uid } = userInfo();
    expect((await call(await open('person: os'))).subject).toMatchObject({
      person: { id: `os:${username}`, roles: [] },
      authentication: { method: 'os_user', assurance: 1, credentialId: `uid:${uid}` },
    });
  });

  test('says nothing of those who call over HTTP', async () => {
    const { subject } = await call(await open('person: os'), of());
    expect(subject).not.toHaveProperty('person');
    expect(subject).toMatchObject({ authentication: { method: 'oauth' } });
  });

  test('a user without a name is no person', () => {
    const failing = (): never => {
      throw new Error('ENOENT');
    };
    expect(() => withOsUser(config('person: os'), failing)).toThrow(/has no name/);
    expect(() => withOsUser(config('person: os'), () => ({ username: '', uid: 7 }))).toThrow(/has no name/);
  });

  test('is not asked for where the configuration names somebody', () => {
    const named = config('person: {id: ann}');
    expect(withOsUser(named, () => expect.unreachable())).toStrictEqual({ config: named });
  });

  test('another word names nobody', () => {
    expect(() => config('person: me')).toThrow(/neither a person nor `os`/);
  });
});

describe('a limit for each person', () => {
  const SET = `name: acme\nversion: 1\nlimits:\n  - {id: two, kind: calls, amount: 2, key: [person]}\n`;

  const withSet = async (yaml: string): Promise<WritNode> => {
    writeFileSync(join(folder, 'policies/policy-set.yaml'), SET);
    return open(yaml);
  };

  test('does not load where nobody tells of people', async () => {
    await expect(withSet('')).rejects.toThrow(/person/);
  });

  test('counts for each caller’s person, and a call without one is denied', async () => {
    const here = await withSet('gateway: {auth: {tokens: true}}');
    const verdicts: string[] = [];
    for (const person of ['idp:ann', 'idp:ann', 'idp:ann', 'idp:bo', undefined])
      verdicts.push((await call(here, of(person))).verdict);
    expect(verdicts).toStrictEqual(['allow', 'allow', 'deny', 'allow', 'deny']);
  });
});
