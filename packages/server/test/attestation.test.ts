// Answers that a server attests for who is signed in: switched on by the operator's settings alone, and believed by nodes whose bundle names the key alone.
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSigningKey, parseApproverKey, publicKeyText, systemRandom, verifyAnswer } from '@writ/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Approval, APPROVALS, approvalId } from '../src/approvals/index.ts';
import { parseServerSettings, type RunningServer, startServer } from '../src/index.ts';
import { organisationsOf, PEOPLE } from '../src/people/index.ts';
import { startSession } from '../src/sign-in/index.ts';
import { API_TOKENS, createSecret, tokenText } from '../src/tokens/index.ts';

const { key, text } = createSigningKey('server-attested', systemRandom);
const hash = (digit: string): string => digit.repeat(64);
let folder: string;
let running: RunningServer | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'writ-attests-'));
  writeFileSync(join(folder, 'attests.key'), text, { mode: 0o600 });
});
afterEach(async () => {
  await running?.close();
  running = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function start(more: string, environment: Record<string, string> = {}): Promise<RunningServer> {
  const settings = parseServerSettings(`listen: 127.0.0.1:0\n${more}`, join(folder, 'writ-server.yaml'));
  running = await startServer({ settings, environment, write: (line) => lines.push(line) });
  return running;
}
const lines: string[] = [];

interface Asked {
  readonly approval: string;
  answer(headers: Record<string, string>): Promise<{ status: number; body: Record<string, unknown> }>;
  readonly cookie: string;
  readonly bearer: string;
  stored(): Approval | undefined;
}

/** Somebody who is asked, signed in, and something that waits for them. */
async function asked({ plane, url }: RunningServer): Promise<Asked> {
  const [organisation = ''] = organisationsOf(plane);
  const now = plane.clock.now();
  const [person, node, tokenId] = [plane.newId(), plane.newId(), plane.newId()];
  const record = {
    name: 'Ann',
    roles: ['writer' as const],
    teams: [],
    groups: ['leads'],
    status: 'active' as const,
    created: now,
  };
  const { secret, hash: secretHash } = createSecret(plane.random);
  const hold = { hold: 'example.org/node#7', created: now };
  const approval = approvalId(node, hold);
  const approvals = plane.objects(organisation, APPROVALS);
  await plane.changes.commit({
    action: 'people.create',
    object: person,
    organisation,
    actor: { kind: 'server', id: 'server', concerns: [] },
    effects: [
      plane.objects(organisation, PEOPLE).put(person, record, null),
      plane
        .objects(organisation, API_TOKENS)
        .put(
          tokenId,
          { name: 'ci', person, roles: ['writer'], hash: secretHash, created: now, expires: now + 60_000 },
          null,
        ),
      approvals.put(
        approval,
        {
          ...hold,
          logNode: 'node-1',
          agent: 'bot',
          chain: [],
          method: 'tools/call',
          targets: [{ action: 'tools/call', type: 'tool', id: 'bank/pay', server: 'bank' }],
          args: { amount: 1 },
          isChanged: false,
          masked: 0,
          labels: [],
          policies: [{ id: 'pay', contentHash: hash('1'), approvers: ['leads'], quorum: 1 }],
          reasons: [],
          digest: hash('d'),
          policyHash: hash('a'),
          requesters: ['bot'],
          expires: now + 600_000,
          node,
          status: 'waiting',
          answers: [],
        },
        null,
      ),
    ],
  });
  const set = await startSession(plane, {
    organisation,
    id: person,
    person: record,
    method: 'oidc',
    request: new Request(url),
  });
  let sent = 0;
  return {
    approval,
    cookie: set.split(';', 1)[0] ?? '',
    bearer: `Bearer ${tokenText(organisation, tokenId, secret)}`,
    stored: () => approvals.get(approval),
    async answer(headers) {
      sent += 1;
      const response = await fetch(`${url}/v1/approvals/${approval}/answers`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': `answer-${sent}`, ...headers },
        body: JSON.stringify({ attested: { answer: 'approve' } }),
      });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    },
  };
}

test.each([
  ['in a file', 'attestation: {keyFile: attests.key}\n', {}],
  ['in the environment', 'attestation: {keyEnv: ATTESTS}\n', { ATTESTS: text }],
])(
  'with a key %s an answer of a browser’s session is signed, marked, and verifies',
  async (_where, more, environment) => {
    const server = await start(more, environment);
    const waiting = await asked(server);
    const byToken = await waiting.answer({ authorization: waiting.bearer });
    expect([byToken.status, byToken.body['title']]).toEqual([403, 'request.forbidden']);
    const given = await waiting.answer({ cookie: waiting.cookie, origin: server.url });
    expect([given.status, given.body['status']]).toEqual([200, 'approved']);
    const [answer] = waiting.stored()?.answers ?? [];
    if (answer === undefined) throw new Error('no answer');
    expect(answer).toMatchObject({ method: 'server', keyId: key.keyId });
    const about = {
      hold: {
        index: 7,
        digest: hash('d'),
        policyHash: hash('a'),
        forbids: [{ id: 'pay', contentHash: hash('1'), approvers: ['leads'], quorum: 1 }],
      },
      origin: 'example.org/node',
      node: 'node-1',
    };
    const named = { id: 'control plane', groups: ['leads'], ...parseApproverKey(publicKeyText(key)) };
    expect(verifyAnswer(answer, about, [named]).status).toBe('genuine');
    // A node whose bundle does not name the key believes nothing of it.
    const other = parseApproverKey(publicKeyText(createSigningKey('other', systemRandom).key));
    expect(verifyAnswer(answer, about, [{ ...named, ...other }])).toMatchObject({
      code: 'approval.not-entitled',
    });
    expect(lines.join('')).toContain('server.attests');
    expect(lines.join('')).not.toContain(text.trim().split('+').at(-1));
  },
);

test('without the setting nobody is answered for', async () => {
  const server = await start('');
  const waiting = await asked(server);
  const given = await waiting.answer({ cookie: waiting.cookie, origin: server.url });
  expect([given.status, given.body['detail']]).toEqual([403, expect.stringContaining('switched off')]);
  expect(waiting.stored()?.answers).toEqual([]);
});

test.each([
  ['a file that is not there', 'attestation: {keyFile: missing.key}', 'config.invalid'],
  ['a variable that is not set', 'attestation: {keyEnv: NOT_SET_ANYWHERE}', 'config.invalid'],
  ['two places', 'attestation: {keyEnv: A, keyFile: b}', 'config.invalid'],
  ['the key itself', 'attestation: {key: x}', 'config.invalid'],
  ['what is no key', 'attestation: {keyFile: none.key}', 'key.malformed'],
  ['a file that others may read', 'attestation: {keyFile: open.key}', 'key.permissions'],
])('%s stops the start, before anything serves', async (_why, more, code) => {
  writeFileSync(join(folder, 'none.key'), 'nonsense\n', { mode: 0o600 });
  writeFileSync(join(folder, 'open.key'), readFileSync(join(folder, 'attests.key')));
  chmodSync(join(folder, 'open.key'), 0o644);
  await expect(start(more)).rejects.toMatchObject({ code });
});
