/** Policies, bundles and roll-outs as tests make them. */
import {
  type BundleContent,
  createSigningKey,
  publicKeyText,
  signBundle,
  type SigningKey,
  systemRandom,
} from '@writ/core';
import type { Caller } from '../src/callers/index.ts';
import { authenticatorsOf, type Plane } from '../src/index.ts';
import { NODES } from '../src/nodes/index.ts';
import { type Came, openWorld, type Someone, START, type Store, type World } from './world.ts';

export const SIGNER: SigningKey = createSigningKey('acme/policy', systemRandom).key;
export const STRANGER: SigningKey = createSigningKey('elsewhere', systemRandom).key;
export const ENVIRONMENT = 'production';

const CASES = `- name: a payment
  tool: bank/pay
  args: { amount: 5 }
  expect: { verdict: VERDICT }
`;

/** A file of a policy set. */
export interface File {
  readonly path: string;
  readonly text: string;
}

/** A set with one policy, and a case that says what it decides. */
export function setOf(policy: string, verdict: string, name = 'acme'): readonly File[] {
  return [
    { path: 'policy-set.yaml', text: `name: ${name}\nversion: 1\nmode: strict\n` },
    { path: 'organisation/main.cedar', text: policy },
    { path: 'tests/payments.yaml', text: CASES.replace('VERDICT', verdict) },
  ];
}
export const PERMIT = '@id("pay") permit (principal, action == Action::"bank/pay", resource);';
export const FORBID = '@id("none") forbid (principal, action, resource);';

/** A world with nodes: requests that bear `x-test-node` are of that node. Proofs have tests of their own. */
export async function rollOutWorld(store: Store): Promise<RollOutWorld | undefined> {
  const world = await openWorld(store, {
    authenticators: (plane) => [nodeAuthenticator(plane), ...authenticatorsOf(plane)],
  });
  return world === undefined ? undefined : new RollOutWorld(world);
}

const nodeAuthenticator =
  (plane: Plane) =>
  (request: Request): Promise<Caller | undefined> => {
    const [organisation, id] = (request.headers.get('x-test-node') ?? '').split('/');
    if (organisation === undefined || id === undefined) return Promise.resolve(undefined);
    const credential = plane.objects(organisation, NODES).get(id)?.keys[0]?.id ?? id;
    const none = { roles: [], teams: [], concerns: [], isCookie: false, credential };
    return Promise.resolve({ kind: 'node', id, organisation, ...none });
  };

export class RollOutWorld {
  readonly world: World;
  /** Envelopes by their number, and the hash of the latest. */
  #version = 0;
  #previous: string | undefined;

  constructor(world: World) {
    this.world = world;
  }

  get plane(): Plane {
    return this.world.plane;
  }

  /** Ends it. Throws where the server failed at anything. */
  async close(): Promise<void> {
    await this.world.close();
    if (this.world.faults.length > 0) throw new AggregateError(this.world.faults, 'the server failed');
  }

  /** Names the key that signs. */
  async nameAnchor(key: SigningKey = SIGNER): Promise<Came> {
    const body = { name: 'policy key', key: publicKeyText(key) };
    return this.world.send('POST', '/v1/bundle-anchors', { as: this.world.people.admin, body });
  }

  propose(files: readonly File[], as: Someone = this.world.people.writer): Promise<Came> {
    return this.world.send('POST', '/v1/policy-versions', { as, body: { files: [...files] } as never });
  }

  async review(
    id: string,
    verdict: 'approve' | 'reject' = 'approve',
    as: Someone = this.world.people.admin,
  ): Promise<Came> {
    const { headers } = await this.world.send('GET', `/v1/policy-versions/${id}`, { as });
    const match = headers.get('etag') ?? undefined;
    return this.world.send('POST', `/v1/policy-versions/${id}/reviews`, { as, match, body: { verdict } });
  }

  /** A version that was replayed and approved. */
  async approved(files: readonly File[]): Promise<{ readonly id: string; readonly policyHash: string }> {
    const { body, headers } = await this.propose(files);
    const counts = { same: 9, differs: 1, erased: 0, sealed: 0, unasked: 0, unrecorded: 0, otherSchema: 0 };
    await this.world.send('PUT', `/v1/policy-versions/${body.id}/replay`, {
      as: this.world.people.writer,
      match: headers.get('etag') ?? undefined,
      body: { policyHash: body.policyHash, ...counts, groups: [] },
    });
    const reviewed = await this.review(body.id);
    if (reviewed.body.status !== 'approved') throw new Error(JSON.stringify(reviewed.body));
    return body;
  }

  /** The next bundle of the track, signed. */
  sign(files: readonly File[], more: Partial<BundleContent> = {}, key: SigningKey = SIGNER): string {
    return signBundle(
      {
        organisation: this.world.organisation,
        environment: ENVIRONMENT,
        version: this.#version + 1,
        ...(this.#previous === undefined ? {} : { previous: this.#previous }),
        created: START,
        maxAge: 86_400_000,
        offline: 'cached_with_expiry',
        mode: 'strict',
        policies: files.filter(({ path }) => !path.startsWith('tests/')),
        approvers: [],
        ...more,
      },
      [key],
    );
  }

  /** Uploads an envelope; what is taken is what the next one follows. */
  async upload(
    envelope: string,
    policyVersion: string,
    as: Someone = this.world.people.writer,
  ): Promise<Came> {
    const body = { policyVersion, envelope: JSON.parse(envelope) };
    const came = await this.world.send('POST', '/v1/bundles', { as, body });
    if (came.status === 201) {
      this.#version = came.body.version;
      this.#previous = came.body.hash;
    }
    return came;
  }

  /** A bundle of an approved version, uploaded; its id. */
  async bundle(files: readonly File[], policyVersion?: string): Promise<string> {
    const of = policyVersion ?? (await this.approved(files)).id;
    const came = await this.upload(this.sign(files), of);
    if (came.status !== 201) throw new Error(JSON.stringify(came.body));
    return came.body.id;
  }

  async rollout(): Promise<Came> {
    const { body } = await this.world.send('GET', '/v1/rollouts', { as: this.world.people.admin });
    return this.world.send('GET', `/v1/rollouts/${body.items[0].id}`, { as: this.world.people.admin });
  }

  async step(body: object, as: Someone = this.world.people.admin, match?: string): Promise<Came> {
    const seen = await this.rollout();
    return this.world.send('POST', `/v1/rollouts/${seen.body.id}/steps`, {
      as,
      match: match ?? seen.headers.get('etag') ?? undefined,
      body: body as never,
    });
  }

  /** Enrols a node, as its enrolment would write it. */
  async addNode(
    environment: string = ENVIRONMENT,
    organisation: string = this.world.organisation,
  ): Promise<string> {
    const id = this.plane.newId();
    const nodes = this.plane.objects(organisation, NODES);
    const { key } = createSigningKey('node', systemRandom);
    const node = {
      name: 'node',
      environment,
      keys: [{ id: key.keyId, key: publicKeyText(key), since: START }],
      origin: `node.example/${id}`,
      logKeys: [publicKeyText(key)],
      status: 'active' as const,
      created: START,
      enrolment: id,
      history: [],
    };
    await this.plane.changes.commit({
      action: 'nodes.create',
      object: id,
      organisation,
      actor: { kind: 'server', id: 'server', concerns: [] },
      effects: [nodes.put(id, node, null)],
    });
    return `${organisation}/${id}`;
  }

  pull(node: string, tag?: string, wait: number = 0): Promise<Came> {
    return this.world.send('GET', `/v1/node/bundle?wait=${wait}`, {
      headers: { 'x-test-node': node, ...(tag === undefined ? {} : { 'if-none-match': tag }) },
    });
  }
}
