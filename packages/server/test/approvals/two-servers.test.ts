// A call held by one node, told to one server, approved by a passkey at another: it goes on, because the node verified it, and by nothing else.
import { createPublicKey } from 'node:crypto';
import {
  type ApprovalClaim,
  assertionChallenge,
  canonicalJson,
  parseApproverKey,
  passkeyText,
  publicKeyId,
} from '@writ/core';
import { openPostgresLog } from '@writ/core/postgres';
import { guardWorld, SAMPLE_LOG_KEYS, sampleLogIdentity, settableClock, toolCall } from '@writ/core/testing';
import { followApprovals } from '@writ/gateway/plane';
import { openPool, openPostgres } from '@writ/postgres';
import { afterAll, expect, test } from 'vitest';
import {
  type Api,
  authenticatorsOf,
  createApi,
  foundOrganisation,
  openPlane,
  openPostgresTables,
  type Plane,
  ROUTES,
} from '../../src/index.ts';
import type { Approval } from '../../src/approvals/index.ts';
import { NODES } from '../../src/nodes/index.ts';
import { PEOPLE, SERVER } from '../../src/people/index.ts';
import { CREDENTIALS } from '../../src/sign-in/index.ts';
import { API_TOKENS, createSecret, tokenText } from '../../src/tokens/index.ts';
import { createPasskey, type Passkey, usePasskey } from '../authenticator.ts';
import { PLANE_URL, postgresServer, stopServer } from '../world.ts';

afterAll(stopServer);

const POLICIES = `@id("all") permit(principal, action, resource);
@id("pay") @verdict("step_up") @approvers("leads") @reason("payments need a lead")
forbid(principal, action == Action::"bank/pay", resource);`;
const HOST = new URL(PLANE_URL).hostname;

interface Server {
  readonly plane: Plane;
  readonly api: Api;
  close(): Promise<void>;
}
interface Lead {
  readonly id: string;
  readonly token: string;
  readonly passkey: Passkey;
  readonly key: string;
}

async function openServer(
  url: string,
  schema: string,
  now: number,
  node: { id: string; of: string },
): Promise<Server> {
  const clock = settableClock(now);
  const database = openPostgres({ url });
  const identity = sampleLogIdentity('plane');
  const log = await openPostgresLog({ ...identity, ...SAMPLE_LOG_KEYS, clock, database, schema });
  const tables = await openPostgresTables(openPool(url, `${schema}_tables`), `${schema}_tables`);
  const plane = await openPlane({ log, tables, clock, random: identity.random, url: PLANE_URL });
  const api = createApi({
    plane,
    authenticators: [
      // How a node proves itself is tested elsewhere.
      (request) =>
        Promise.resolve(
          request.headers.get('x-node') === null
            ? undefined
            : {
                kind: 'node',
                id: node.id,
                organisation: node.of,
                roles: [],
                teams: [],
                credential: node.id,
                concerns: [],
                isCookie: false,
              },
        ),
      ...authenticatorsOf(plane),
    ],
    routes: ROUTES,
    version: '0',
    onFault: (fault) => {
      throw fault;
    },
  });
  return {
    plane,
    api,
    async close() {
      await log.close();
      await tables.database.destroy();
      await database.close();
    },
  };
}

async function addLead({ plane }: Server, organisation: string, name: string): Promise<Lead> {
  const [id, tokenId, credentialId] = [plane.newId(), plane.newId(), plane.newId()];
  const { secret, hash } = createSecret(plane.random);
  const { passkey } = createPasskey(PLANE_URL, { challenge: 'AAAA', rp: { id: HOST }, user: { id: 'AAAA' } });
  const { x = '', y = '' } = createPublicKey(passkey.privateKey).export({ format: 'jwk' });
  const cose = Buffer.concat([
    Buffer.from('a5010203262001215820', 'hex'),
    Buffer.from(x, 'base64url'),
    Buffer.from('225820', 'hex'),
    Buffer.from(y, 'base64url'),
  ]);
  const created = plane.clock.now();
  await plane.changes.commit({
    action: 'people.create',
    object: id,
    organisation,
    actor: SERVER,
    effects: [
      plane
        .objects(organisation, PEOPLE)
        .put(id, { name, roles: ['writer'], teams: [], groups: ['leads'], status: 'active', created }, null),
      plane
        .objects(organisation, API_TOKENS)
        .put(
          tokenId,
          { name, person: id, roles: ['writer'], hash, created, expires: created + 86_400_000 },
          null,
        ),
      plane.objects(organisation, CREDENTIALS).put(
        credentialId,
        {
          type: 'passkey',
          person: id,
          name,
          credential: passkey.id,
          key: cose.toString('base64url'),
          transports: [],
          counter: 1,
          isSynced: false,
          created,
        },
        null,
      ),
    ],
  });
  return { id, passkey, token: tokenText(organisation, tokenId, secret), key: passkeyText(cose, PLANE_URL) };
}

let requests = 0;
async function call(
  { api }: Server,
  method: string,
  path: string,
  { token, body, signal }: { token?: string; body?: unknown; signal?: AbortSignal | undefined } = {},
): Promise<Response> {
  requests += 1;
  return api.fetch(
    new Request(`${PLANE_URL}${path}`, {
      method,
      headers: {
        ...(token === undefined ? { 'x-node': 'this' } : { authorization: `Bearer ${token}` }),
        'idempotency-key': `request-${requests}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    }),
  );
}

/** What a page does: builds the statement of what it was shown, and has the authenticator sign its hash. */
async function answer(server: Server, lead: Lead, id: string, verb: 'approve' | 'deny'): Promise<Response> {
  const shown = (await (
    await call(server, 'GET', `/v1/approvals/${id}`, { token: lead.token })
  ).json()) as Approval;
  const claim: ApprovalClaim = {
    answer: verb,
    hold: shown.hold,
    node: shown.logNode,
    performedDigest: shown.digest,
    lifts: verb === 'deny' ? [] : shown.policies.map(({ contentHash }) => contentHash),
    policyHash: shown.policyHash,
    expires: shown.expires,
    at: server.plane.clock.now(),
  };
  const { keyId } = parseApproverKey(lead.key);
  const statement = canonicalJson({ type: 'writ/approval/v1', ...claim, keyId });
  const { response } = usePasskey(
    PLANE_URL,
    { challenge: assertionChallenge(statement), rpId: HOST },
    lead.passkey,
  ) as {
    response: Record<string, string>;
  };
  const { authenticatorData, clientDataJSON, signature } = response;
  return call(server, 'POST', `/v1/approvals/${id}/answers`, {
    token: lead.token,
    body: { statement, passkey: { authenticatorData, clientDataJSON, signature } },
  });
}

test('a passkey at one server releases the call that another was told of; approve and deny at two servers at once have one end', async () => {
  const found = await postgresServer();
  if (found === undefined) return;
  const approvers: { id: string; groups: readonly string[]; publicKey: Uint8Array; keyId: string }[] = [];
  const world = await guardWorld({ policies: POLICIES, ports: { approvers } });
  const node = { id: '', of: '' };
  const schema = `released_${process.pid}`;
  const now = world.clock.now();
  const [one, other] = [
    await openServer(found.url, schema, now, node),
    await openServer(found.url, schema, now, node),
  ];
  const { organisation } = await foundOrganisation(one.plane, {
    name: 'Two',
    administrator: { name: 'Ann' },
  });
  node.of = organisation;
  node.id = one.plane.newId();
  const key = { id: '0'.repeat(16), key: 'node+00000000+AAAA', since: now };
  await one.plane.changes.commit({
    action: 'nodes.enrol',
    object: node.id,
    organisation,
    actor: SERVER,
    effects: [
      one.plane.objects(organisation, NODES).put(
        node.id,
        {
          name: 'node',
          environment: 'production',
          keys: [key],
          origin: world.log.writer.origin,
          logKeys: [key.key],
          status: 'active',
          created: now,
          enrolment: node.id,
          history: [],
        },
        null,
      ),
    ],
  });
  const leads = [await addLead(one, organisation, 'bo'), await addLead(one, organisation, 'cy')];
  approvers.push(...leads.map((lead) => ({ id: lead.id, groups: ['leads'], ...parseApproverKey(lead.key) })));
  expect(new Set(approvers.map(({ publicKey }) => publicKeyId(publicKey))).size).toBe(2);
  await expect.poll(() => other.plane.objects(organisation, PEOPLE).list().length).toBe(3);

  const reports: string[] = [];
  const follower = followApprovals(
    {
      client: {
        async send({ method, path, body, signal }) {
          const came = await call(one, method, path, {
            signal,
            ...(body === undefined ? {} : { body: JSON.parse(new TextDecoder().decode(body)) }),
          });
          return { status: came.status, headers: {}, body: new Uint8Array(await came.arrayBuffer()) };
        },
      },
      log: world.log.writer,
      state: world.log.state,
      reader: world.log.reader,
      node: 'node-test',
      tenant: 'test',
      approvers: () => approvers,
      clock: world.clock,
      report: (line) => reports.push(line),
      pause: () => Promise.resolve(),
    },
    true,
  );
  const runs: unknown[] = [];
  const pay = (amount: number) =>
    world.guard.enforce(toolCall('bank/pay', { amount }, { wait: false }), (performance) => {
      runs.push(performance.args);
      return Promise.resolve({ value: 'paid' } as never);
    });
  /** The id of the node’s newest hold, once `server` shows it. */
  const waiting = async (server: Server): Promise<string> => {
    const index = Math.max(...world.log.state.holds().map((hold) => hold.index));
    let id: string | undefined;
    await expect
      .poll(async () => {
        const came = await call(server, 'GET', '/v1/approvals', { token: leads[0]?.token ?? '' });
        const { items } = (await came.json()) as { items: { id: string; hold: string }[] };
        id = items.find(({ hold }) => hold.endsWith(`#${index}`))?.id;
        return id;
      })
      .toBeDefined();
    return id ?? '';
  };

  expect((await pay(5)).verdict).toBe('step_up');
  expect(await follower.tell()).toBe(true);
  const id = await waiting(other);
  expect((await answer(other, leads[0] as Lead, id, 'approve')).status).toBe(200);
  expect(await follower.take(10)).toBe(true);
  expect(reports).toEqual([expect.stringContaining('was answered at the control plane')]);
  expect((await pay(5)).verdict).toBe('allow');
  expect((await pay(5)).verdict).toBe('step_up');
  expect(runs).toEqual([{ amount: 5 }]);

  // Two people, two servers, at once: one answer is final, and the node knows no other.
  for (let amount = 10; amount < 15; amount += 1) {
    await pay(amount);
    await follower.tell();
    await waiting(one);
    const raced = await waiting(other);
    const [approved, denied] = await Promise.all([
      answer(one, leads[0] as Lead, raced, 'approve'),
      answer(other, leads[1] as Lead, raced, 'deny'),
    ]);
    expect([approved.status, denied.status].filter((status) => status === 200)).toHaveLength(1);
    await follower.take(10);
    const isApproved = approved.status === 200;
    expect((await pay(amount)).verdict).toBe(isApproved ? 'allow' : 'deny');
  }
  await follower.close();
  await one.close();
  await other.close();
}, 60_000);
