// Approvals over HTTP: a hold that a node told of, answered with an Ed25519 signature over what was shown, until the answer is final.
import { createHash } from 'node:crypto';
import {
  createSigningKey,
  proveRequest,
  publicKeyText,
  signApproval,
  type SigningKey,
  systemRandom,
} from '@writ/core';
import { APPROVER_KEYS } from '../packages/server/src/approvals/approver-key.ts';
import { NODES } from '../packages/server/src/nodes/index.ts';
import { PEOPLE, SERVER } from '../packages/server/src/people/index.ts';
import { API_TOKENS, createSecret, tokenText } from '../packages/server/src/tokens/index.ts';
import { print, rssMb } from './measure.ts';
import { type BenchPlane, type BenchStore, openBenchPlane } from './server-plane.ts';

const APPROVALS = 200;
/** Below the rate at which a person is slowed, which is a control and not what is measured. */
const EACH_PERSON = 4;
const ORIGIN = 'bench.example/node';
const LIFE_MS = 600_000;
const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const POLICY = { id: 'pay', contentHash: hash('pay'), approvers: ['leads'], quorum: 1 };

interface Lead {
  readonly token: string;
  readonly key: SigningKey;
}

for (const store of ['sqlite', 'postgres'] as const)
  for (const atOnce of [1, 16]) {
    const bench = await openBenchPlane(store);
    if (bench !== undefined) await measure(store, bench, atOnce);
  }
process.exit();

async function measure(store: BenchStore, bench: BenchPlane, atOnce: number): Promise<void> {
  const node = await addNode(bench);
  const leads: Lead[] = [];
  for (let made = 0; made < APPROVALS / EACH_PERSON; made += 1) leads.push(await addLead(bench));
  const samples: number[] = [];
  let next = 0;
  const start = performance.now();
  const lane = async (): Promise<void> => {
    for (let index = next++; index < APPROVALS; index = next++) {
      const lead = leads[index % leads.length];
      if (lead === undefined) throw new Error('nobody approves');
      const began = performance.now();
      await approveOne(bench, node, lead, index);
      samples.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  const seconds = (performance.now() - start) / 1_000;
  const figures = {
    approvals_per_s: Math.round(APPROVALS / seconds),
    p50_ms: quantile(samples, 0.5),
    p99_ms: quantile(samples, 0.99),
    rss_mb: rssMb(),
  };
  print('server/approvals', { store, approvals: APPROVALS, at_once: atOnce }, figures);
  await bench.close();
}

/** Told by the node, answered by a person, final. */
async function approveOne(
  bench: BenchPlane,
  node: { readonly id: string; readonly key: SigningKey },
  lead: Lead,
  index: number,
): Promise<void> {
  const created = Date.now();
  const hold = {
    hold: `${ORIGIN}#${index}`,
    logNode: 'node',
    agent: 'bot',
    chain: [],
    method: 'tools/call',
    targets: [{ action: 'tools/call', type: 'tool', id: 'bank/pay', server: 'bank' }],
    args: { amount: index },
    isChanged: false,
    masked: 0,
    labels: [],
    policies: [POLICY],
    reasons: ['payments need a lead'],
    digest: hash(`call ${index}`),
    policyHash: hash('set'),
    requesters: ['bot'],
    created,
    expires: created + LIFE_MS,
  };
  const body = JSON.stringify(hold);
  const url = `${bench.url}/v1/node/holds`;
  const about = {
    node: node.id,
    organisation: bench.organisation,
    at: Date.now(),
    nonce: Buffer.from(systemRandom.bytes(18)).toString('base64url'),
  };
  const proof = proveRequest({ method: 'POST', url, body: Buffer.from(body) }, about, node.key);
  const { id } = await sent(url, body, proof);
  const answer = signApproval(
    {
      answer: 'approve',
      hold: hold.hold,
      node: hold.logNode,
      performedDigest: hold.digest,
      lifts: [POLICY.contentHash],
      policyHash: hold.policyHash,
      expires: hold.expires,
      at: created,
    },
    lead.key,
  );
  const path = `${bench.url}/v1/approvals/${id}/answers`;
  const final = await sent(path, JSON.stringify(answer), `Bearer ${lead.token}`, `answer-${index}`);
  if (final.status !== 'approved') throw new Error(`it is ${final.status}`);
}

async function sent(
  url: string,
  body: string,
  authorization: string,
  key?: string,
): Promise<{ readonly id: string; readonly status: string }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      authorization,
      'content-type': 'application/json',
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    body,
  });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return response.json() as Promise<{ readonly id: string; readonly status: string }>;
}

async function addNode({
  plane,
  organisation,
}: BenchPlane): Promise<{ readonly id: string; readonly key: SigningKey }> {
  const id = plane.newId();
  const { key } = createSigningKey('node', systemRandom);
  const now = plane.clock.now();
  const record = {
    name: 'node',
    environment: 'production',
    keys: [{ id: key.keyId, key: publicKeyText(key), since: now }],
    origin: ORIGIN,
    logKeys: [publicKeyText(key)],
    status: 'active' as const,
    created: now,
    enrolment: id,
    history: [],
  };
  await plane.changes.commit({
    action: 'nodes.enrol',
    object: id,
    organisation,
    actor: SERVER,
    effects: [plane.objects(organisation, NODES).put(id, record, null)],
  });
  return { id, key };
}

/** A writer of `leads` with a token and a registered key. */
async function addLead({ plane, organisation }: BenchPlane): Promise<Lead> {
  const [id, tokenId, keyId] = [plane.newId(), plane.newId(), plane.newId()];
  const { secret, hash: hashed } = createSecret(plane.random);
  const { key } = createSigningKey('lead', systemRandom);
  const created = plane.clock.now();
  const roles = ['writer'] as const;
  await plane.changes.commit({
    action: 'people.create',
    object: id,
    organisation,
    actor: SERVER,
    effects: [
      plane
        .objects(organisation, PEOPLE)
        .put(id, { name: 'lead', roles, teams: [], groups: ['leads'], status: 'active', created }, null),
      plane
        .objects(organisation, API_TOKENS)
        .put(
          tokenId,
          { name: 'bench', person: id, roles, hash: hashed, created, expires: created + 86_400_000 },
          null,
        ),
      plane
        .objects(organisation, APPROVER_KEYS)
        .put(keyId, { person: id, keyId: key.keyId, key: publicKeyText(key), created }, null),
    ],
  });
  return { token: tokenText(organisation, tokenId, secret), key };
}

function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((one, other) => one - other);
  return Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN);
}
