// `writ kill`, `approvals` and `policy` with `--plane`, as processes against a control plane that listens.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JsonObject, shownDigest, verifyAnswer } from '@writ/core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Approval, APPROVALS, approvalId, approverOf, type HoldShown } from '../src/approvals/index.ts';
import type { Role } from '../src/authority/index.ts';
import { organisationsOf, PEOPLE } from '../src/people/index.ts';
import { parseServerSettings, type RunningServer, startServer } from '../src/index.ts';
import { STOPS } from '../src/stops/index.ts';
import { API_TOKENS, createSecret, tokenText } from '../src/tokens/index.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });
const WRIT = join(import.meta.dirname, '../../cli/bin/writ.js');
const folder = mkdtempSync(join(tmpdir(), 'writ-plane-commands-'));
const PASSPHRASE = ['--passphrase-file', 'passphrase'];
let server: RunningServer;
let organisation = '';
let admin: Person;
let lead: Person;
let reader: Person;

interface Person {
  readonly id: string;
  readonly token: string;
}
interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `writ` as `who`; without anybody as who signed in last, which is the administrator. */
async function writ(args: readonly string[], who?: Person): Promise<Finished> {
  const { WRIT_TOKEN: _token, WRIT_PLANE: _plane, ...inherited } = process.env;
  const as = who === undefined ? {} : { WRIT_PLANE: server.url, WRIT_TOKEN: who.token };
  const child = spawn(WRIT, args, {
    cwd: folder,
    env: { ...inherited, NO_COLOR: '1', XDG_CONFIG_HOME: join(folder, 'xdg', who?.id ?? 'admin'), ...as },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.end(who === undefined && args[0] === 'login' ? admin.token : '');
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

async function addPerson(name: string, roles: readonly Role[], groups: readonly string[]): Promise<Person> {
  const { plane } = server;
  const now = plane.clock.now();
  const [id, token] = [plane.newId(), plane.newId()];
  const { secret, hash } = createSecret(plane.random);
  await plane.changes.commit({
    action: 'people.create',
    object: id,
    organisation,
    actor: { kind: 'server', id: 'server', concerns: [] },
    effects: [
      plane
        .objects(organisation, PEOPLE)
        .put(id, { name, roles, teams: [], groups, status: 'active', created: now }, null),
      plane
        .objects(organisation, API_TOKENS)
        .put(token, { name, person: id, roles, hash, created: now, expires: now + 86_400_000 }, null),
    ],
  });
  return { id, token: tokenText(organisation, token, secret) };
}

beforeAll(async () => {
  const settings = parseServerSettings('listen: 127.0.0.1:0\n', join(folder, 'writ-server.yaml'));
  server = await startServer({ settings, environment: {}, write: () => {} });
  [organisation = ''] = organisationsOf(server.plane);
  admin = await addPerson('Ann', ['admin'], []);
  lead = await addPerson('Lea', ['writer'], ['leads']);
  reader = await addPerson('Rae', ['reader'], []);
  writeFileSync(join(folder, 'passphrase'), 'a long passphrase of a test\n', { mode: 0o600 });
  const signedIn = await writ(['login', server.url, '--token-stdin']);
  if (signedIn.code !== 0) throw new Error(signedIn.stderr);
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

describe('writ kill', () => {
  const kill = ['kill', 'agent', 'bot', '--reason', 'it loops'];
  const inForce = () =>
    server.plane
      .objects(organisation, STOPS)
      .list()
      .filter(({ status }) => status === 'in_force');

  test('never asks a control plane by itself, however somebody is signed in', async () => {
    expect(await writ(kill)).toMatchObject({ code: 2, stderr: expect.stringContaining('config.not-found') });
    expect(await writ(kill, admin)).toMatchObject({ code: 2 });
    expect(inForce()).toEqual([]);
  });

  test('stops at the one that is named, or signed in to last, and lets go again', async () => {
    const first = await writ([...kill, '--cause', 'rate_limit', '--plane', '--json']);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const said = JSON.parse(first.stdout) as { stop: string };
    expect(said).toMatchObject({ scope: 'agent', id: 'bot', plane: server.url, cause: 'rate_limit' });
    expect(inForce()).toMatchObject([
      { id: said.stop, scope: 'agent', target: 'bot', reason: 'rate_limit', words: 'it loops' },
    ]);
    expect(await writ(['kill', 'all', '--reason', 'stop', `--plane=${server.url}`], lead)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('stopped everything on every node'),
    });
    // Whoever placed it lifts it only where nobody else could.
    const lifted = await writ(['unkill', 'agent', 'bot', '--reason', 'mended', '--plane', '--json']);
    expect(JSON.parse(lifted.stdout)).toMatchObject({ stops: [said.stop] });
    expect(await writ(['unkill', 'all', '--reason', 'over', '--plane'])).toMatchObject({ code: 0 });
    expect(inForce()).toEqual([]);
    expect(await writ(['unkill', 'agent', 'bot', '--reason', 'again', '--plane'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('kill.unknown'),
    });
  });

  test.each([
    ['both places at once', ['--plane', '--data', '.'], 2, 'name one of them'],
    ['a word in the place of an address', ['--plane', 'elsewhere'], 2, 'not the address'],
    ['a key without a control plane', ['--idempotency-key', 'x'], 2, 'is for `--plane`'],
  ])('refuses %s', async (_why, more, code, message) => {
    expect(await writ([...kill, ...more])).toMatchObject({ code, stderr: expect.stringContaining(message) });
  });

  test('is told what the control plane refuses', async () => {
    const refused = await writ([...kill, '--plane'], reader);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('plane.refused') });
    expect(inForce()).toEqual([]);
  });
});

describe('writ approvals', () => {
  let holds = 0;
  const hash = (digit: string): string => digit.repeat(64);

  /** Something that a node holds, told as a node tells it; `more` is what the control plane shows otherwise. */
  async function hold(more: Partial<Approval> = {}, args: JsonObject = { amount: 100 }): Promise<string> {
    holds += 1;
    const { plane } = server;
    const now = plane.clock.now();
    const digested = { tenant: 'local', session: 'session-1', initiator: 'agent', phase: 'call' } as const;
    const target = { action: 'tools/call', type: 'tool', id: 'bank/pay', server: 'bank' } as const;
    const { action, type, id, server: name } = target;
    const digest = shownDigest('node-1', {
      agent: 'bot',
      chain: ['boss'],
      method: 'tools/call',
      parts: [{ action: { name: action }, resource: { type, id, server: name } }],
      args,
      digested,
    });
    const shown: HoldShown = {
      hold: `example.org/node#${holds}`,
      logNode: 'node-1',
      agent: 'bot',
      chain: ['boss'],
      method: 'tools/call',
      targets: [target],
      args,
      isChanged: false,
      masked: 0,
      labels: ['pii'],
      policies: [{ id: 'pay', contentHash: hash('1'), approvers: ['leads'], quorum: 1 }],
      reasons: ['payments need a lead'],
      digest,
      policyHash: hash('a'),
      digested,
      requesters: ['bot', 'boss'],
      created: now,
      expires: now + 600_000,
    };
    const node = plane.newId();
    const approval = approvalId(node, shown);
    const kept: Approval = { ...shown, node, status: 'waiting', answers: [], ...more };
    await plane.changes.commit({
      action: 'approvals.wait',
      object: approval,
      organisation,
      actor: { kind: 'server', id: 'server', concerns: [] },
      effects: [plane.objects(organisation, APPROVALS).put(approval, kept, null)],
    });
    return approval;
  }
  const stored = (id: string): Approval | undefined => server.plane.objects(organisation, APPROVALS).get(id);
  const answer = (verb: string, id: string, more: readonly string[] = [], who = lead) =>
    writ(['approvals', verb, id, '--plane', ...PASSPHRASE, ...more], who);

  test('signs with a key that never leaves, over exactly what was shown', async () => {
    const id = await hold();
    const early = await answer('approve', id);
    expect(early).toMatchObject({ code: 2, stderr: expect.stringContaining('key.missing') });
    const registered = await writ(['approvals', 'register-key', '--plane', ...PASSPHRASE, '--json'], lead);
    expect(registered).toMatchObject({ code: 0 });
    const { key, keyId, file } = JSON.parse(registered.stdout) as Record<'key' | 'keyId' | 'file', string>;
    const listed = await writ(['approvals', 'list', '--plane'], lead);
    expect(listed.stdout).toContain(`${id}`);
    const shown = await writ(['approvals', 'show', id, '--plane'], lead);
    expect(shown.stdout).toContain('"amount": 100');
    expect(shown.stdout).toContain('exactly what an approval would allow');
    const given = await answer('approve', 'example.org/node#1', ['--reason', 'agreed', '--json']);
    expect(given.code).toBe(0);
    expect(JSON.parse(given.stdout)).toMatchObject({ answer: 'approve', approval: id, status: 'approved' });
    expect(given.stderr).toContain('"amount": 100');
    const [kept] = stored(id)?.answers ?? [];
    if (kept === undefined) throw new Error('no answer');
    expect(kept).toMatchObject({ method: 'key', keyId, person: lead.id });
    expect(JSON.parse(kept.statement)).toMatchObject({
      reason: 'agreed',
      performedDigest: stored(id)?.digest,
    });
    const person = server.plane.objects(organisation, PEOPLE).get(lead.id);
    if (person === undefined) throw new Error('nobody');
    const verified = verifyAnswer(
      kept,
      {
        hold: {
          index: 1,
          digest: stored(id)?.digest ?? '',
          policyHash: hash('a'),
          forbids: stored(id)?.policies ?? [],
        },
        origin: 'example.org/node',
        node: 'node-1',
      },
      [approverOf(person, key)],
    );
    expect(verified.status).toBe('genuine');
    expect(readFileSync(file, 'utf8')).not.toContain('a long passphrase');
    expect(await answer('deny', id)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('already approved'),
    });
  });

  test('signs nothing where the control plane shows something else than what would be done', async () => {
    const id = await hold({ args: { amount: 1 } });
    const refused = await answer('approve', id, ['--unchecked']);
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is not what an approval would allow'),
    });
    expect(stored(id)?.answers).toEqual([]);
    expect((await writ(['approvals', 'show', id, '--plane'], lead)).stdout).toContain('Do not approve it');
    for (const lie of [{ agent: 'other' }, { targets: [] }, { logNode: 'node-2' }, { method: 'tools/list' }])
      expect((await answer('approve', await hold(lie))).stderr).toContain(
        'is not what an approval would allow',
      );
  });

  test('what is masked is approved only by who says that they do without, and refused by anybody', async () => {
    const [masked, denied] = [await hold({ masked: 1 }), await hold({ masked: 1 })];
    expect(await answer('approve', masked)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--unchecked'),
    });
    expect(stored(masked)?.answers).toEqual([]);
    expect((await answer('approve', masked, ['--unchecked'])).code).toBe(0);
    expect(await answer('deny', denied)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('denied'),
    });
    expect(stored(denied)?.status).toBe('denied');
  });

  test('tells what could not count before anybody types a passphrase', async () => {
    // Refused where a test before this one registered it.
    await writ(['approvals', 'register-key', '--plane', ...PASSPHRASE], lead);
    const [others, over] = [
      await hold({ policies: [{ id: 'x', contentHash: hash('1'), approvers: ['board'], quorum: 1 }] }),
      await hold({ status: 'withdrawn' }),
    ];
    expect(await answer('approve', others)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('none of those'),
    });
    expect(await answer('approve', over)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('withdrawn'),
    });
    expect(await answer('approve', 'example.org/node#999')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('approval.unknown'),
    });
    const unknown = await writ(['policy', 'new-key', 'other.key', '--name', 'other', ...PASSPHRASE]);
    expect(unknown.code).toBe(0);
    expect(await answer('approve', await hold(), ['--key', 'other.key'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('none of yours'),
    });
  });

  test('without `--plane` stays in its data folder', async () => {
    expect(await writ(['approvals', 'list'], lead)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('config.not-found'),
    });
  });
});

describe('writ policy', () => {
  const write = (version: number, policy: string): void => {
    mkdirSync(join(folder, 'set/organisation'), { recursive: true });
    mkdirSync(join(folder, 'set/tests'), { recursive: true });
    writeFileSync(join(folder, 'set/policy-set.yaml'), `name: acme\nversion: ${version}\nmode: strict\n`);
    writeFileSync(join(folder, 'set/organisation/main.cedar'), policy);
    writeFileSync(
      join(folder, 'set/tests/payments.yaml'),
      '- name: a payment\n  tool: bank/pay\n  args: { amount: 5 }\n  expect: { verdict: allow }\n',
    );
  };
  const PERMIT = '@id("pay") permit (principal, action == Action::"bank/pay", resource);\n';
  const json = async (args: readonly string[], who = lead): Promise<Record<string, string>> => {
    const finished = await writ([...args, '--json'], who);
    if (finished.code !== 0) throw new Error(`${args.join(' ')}: ${finished.stderr}`);
    return JSON.parse(finished.stdout) as Record<string, string>;
  };
  const sign = (out: string, key = 'sign.key') => {
    const where = ['--key', key, '--out', out, '--plane'];
    return ['policy', 'sign', 'bundle.yaml', ...where, ...PASSPHRASE];
  };

  test('goes from a folder over a review and a signature to every node, and on from there', async () => {
    write(1, PERMIT);
    const { id = '' } = await json(['policy', 'push', 'set', '--note', 'payments']);
    expect(await writ(['policy', 'review', id, 'approve'], lead)).toMatchObject({ code: 1 });
    expect(await json(['policy', 'review', id, 'approve', '--reason', 'read'], admin)).toMatchObject({
      status: 'approved',
    });
    const { anchor = '' } = await json([
      'policy',
      'new-key',
      'sign.key',
      '--name',
      'acme/policy',
      ...PASSPHRASE,
    ]);
    await json(['api', 'POST', '/v1/bundle-anchors', '-F', 'name=policy', '-F', `key=${anchor}`], admin);
    writeFileSync(
      join(folder, 'bundle.yaml'),
      `organisation: ${organisation}\nenvironment: production\npolicies: ./set\nmax_age: 7d\noffline: cached_with_expiry\n`,
    );
    const first = await json(sign('one.bundle'));
    expect(first).toMatchObject({ version: 1, plane: server.url });
    expect(
      await json(['policy', 'rollout', 'start', first['bundle'] ?? '', '--stage', 'full'], admin),
    ).toMatchObject({
      stable: first['bundle'],
    });
    // The next stands on the latest there, without anybody carrying a file.
    const second = await json(sign('two.bundle'));
    expect(second).toMatchObject({ version: 2 });
    const shadow = ['policy', 'rollout', 'start', second['bundle'] ?? '', '--stage', 'shadow'];
    expect(await json(shadow, admin)).toMatchObject({
      candidate: { bundle: second['bundle'], stage: 'shadow' },
    });
    const status = await writ(['policy', 'rollout', 'status'], reader);
    expect(status.stdout).toMatch(/production\s+in force 1\s+2 in shadow\s+no node/);
    const stopped = await json(['policy', 'rollout', 'stop', 'production', '--reason', 'errors'], admin);
    expect(stopped).toMatchObject({ stable: first['bundle'], stopped: { reason: 'errors' } });
    expect(
      await writ(['policy', 'rollout', 'advance', 'production', '--stage', 'full'], admin),
    ).toMatchObject({
      code: 1,
    });
  });

  test('a set whose case fails is taken, told, and not approved', async () => {
    write(2, '@id("none") forbid (principal, action, resource);\n');
    const pushed = await writ(['policy', 'push', 'set', '--json'], lead);
    expect(pushed.code).toBe(1);
    const made = JSON.parse(pushed.stdout) as { id: string; policyHash: string; cases: object };
    expect(made.cases).toEqual({ passed: 0, failed: 1 });
    expect(await writ(['policy', 'review', made.id, 'approve'], admin)).toMatchObject({ code: 1 });
    const report = {
      policyHash: made.policyHash,
      same: 3,
      differs: 1,
      erased: 0,
      sealed: 0,
      unasked: 0,
      unrecorded: 0,
      otherSchema: 0,
      groups: [
        { from: 'allow', to: 'deny', fields: [], before: [], after: [], count: 1, examples: [{ secret: 1 }] },
      ],
    };
    writeFileSync(join(folder, 'replay.json'), JSON.stringify(report));
    expect(await json(['policy', 'report', made.id, 'replay.json'])).toMatchObject({
      replay: { same: 3, differs: 1 },
    });
    const rejected = await json(['policy', 'review', made.id, 'reject', '--reason', 'it fails'], admin);
    expect(rejected).toMatchObject({ status: 'rejected' });
  });

  test('what nobody approved is not signed, and what somebody else signed is not built upon', async () => {
    write(3, `${PERMIT}@id("more") permit (principal, action == Action::"bank/read", resource);\n`);
    const early = await writ(sign('three.bundle'), lead);
    expect(early).toMatchObject({ code: 2, stderr: expect.stringContaining('no version that was approved') });
    expect(() => readFileSync(join(folder, 'three.bundle'))).toThrow('ENOENT');
    write(1, PERMIT);
    const stranger = await json(['policy', 'new-key', 'stranger.key', '--name', 'stranger', ...PASSPHRASE]);
    expect(stranger).toMatchObject({ anchor: expect.any(String) });
    const foreign = await writ(sign('four.bundle', 'stranger.key'), lead);
    expect(foreign.code).toBe(2);
    expect(foreign.stderr).toContain('bundle.');
  });
});
