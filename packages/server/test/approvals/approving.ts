/** A control plane with a node that holds things, and people who approve with registered keys. */
import { createHash } from 'node:crypto';
import {
  type ApprovalClaim,
  canonicalJson,
  createSigningKey,
  publicKeyText,
  signApproval,
  type SigningKey,
  toBase64,
  utf8,
} from '@writ/core';
import { expect } from 'vitest';
import { authenticatorsOf, type Route, ROUTES } from '../../src/index.ts';
import type { HoldShown } from '../../src/approvals/index.ts';
import { NODES } from '../../src/nodes/index.ts';
import type { Authenticator } from '../../src/callers/index.ts';
import { type Came, openWorld, PLANE_URL, type Someone, START, type World } from '../world.ts';

export const ORIGIN = 'example.org/node-1';
export const hash = (digit: string): string => digit.repeat(64);
export const MINUTE = 60_000;

/** Lets a test be a node: who it is stands in a header, because how a node proves itself is tested elsewhere. */
const standIn =
  (organisation: () => string): Authenticator =>
  (request) => {
    const id = request.headers.get('x-node');
    return Promise.resolve(
      id === null
        ? undefined
        : {
            kind: 'node',
            id,
            organisation: organisation(),
            roles: [],
            teams: [],
            credential: id,
            concerns: [],
            isCookie: false,
          },
    );
  };

/** It. */
export interface Approving extends World {
  readonly node: string;
  /** A writer of `groups` with a registered key. */
  approver(name: string, groups?: readonly string[]): Promise<Approver>;
  hold(more?: Record<string, unknown>): Promise<Came>;
  asNode(method: string, path: string, body?: unknown): Promise<Came>;
  answer(who: Approver, id: string, claim?: Partial<ApprovalClaim>): Promise<Came>;
}
/** Somebody with a registered key. */
export interface Approver extends Someone {
  readonly key: SigningKey;
}

/** What the node holds. */
export const HELD: HoldShown = {
  hold: `${ORIGIN}#7`,
  logNode: 'node-1',
  agent: 'bot',
  chain: ['boss'],
  method: 'tools/call',
  targets: [{ action: 'tools/call', type: 'tool', id: 'bank/pay', server: 'bank' }],
  args: { amount: 100, token: '[redacted:secret]' },
  isChanged: false,
  masked: 1,
  labels: ['pii'],
  policies: [{ id: 'pay', contentHash: hash('1'), approvers: ['leads'], quorum: 1 }],
  reasons: ['payments need a lead'],
  digest: hash('d'),
  policyHash: hash('a'),
  requesters: ['bot', 'boss'],
  created: START,
  expires: START + 10 * MINUTE,
};

let world: Approving | undefined;

/** Opens one; nothing where there is no such store. `closeApproving` ends it. */
export async function openApproving(
  store: 'sqlite' | 'postgres' = 'sqlite',
  routes: readonly Route[] = ROUTES,
): Promise<Approving | undefined> {
  let organisation = '';
  const opened = await openWorld(store, {
    routes,
    authenticators: (plane) => [standIn(() => organisation), ...authenticatorsOf(plane)],
  });
  if (opened === undefined) return undefined;
  ({ organisation } = opened);
  const { send } = opened;
  const node = await addNode(opened, ORIGIN);
  world = {
    ...opened,
    node,
    async approver(name, groups = ['leads']) {
      const someone = await opened.addPerson(organisation, ['writer'], name);
      await opened.changePerson(someone, { groups });
      const seed = createHash('sha256').update(name).digest();
      const { key } = createSigningKey(name, { bytes: () => new Uint8Array(seed) });
      const who = { url: PLANE_URL, organisation, person: someone.id, keyId: key.keyId };
      const text = canonicalJson({ type: 'writ/approver-key-possession/v1', ...who });
      const added = await send('POST', '/v1/approver-keys', {
        as: someone,
        body: { key: publicKeyText(key), signature: toBase64(key.sign(utf8(text))) },
      });
      expect(added.status).toBe(201);
      return { ...someone, key };
    },
    asNode: (method, path, body) => send(method, path, { headers: { 'x-node': node }, body: body as never }),
    hold(more = {}) {
      return this.asNode('POST', '/v1/node/holds', { ...HELD, ...more });
    },
    answer: (who, id, claim = {}) =>
      send('POST', `/v1/approvals/${id}/answers`, { as: who, body: signed(who.key, claim) }),
  };
  return world;
}

/** An approval of {@link HELD} by `key`. */
export function signed(
  key: SigningKey,
  claim: Partial<ApprovalClaim> = {},
): { statement: string; signature: string } {
  return {
    ...signApproval(
      {
        answer: 'approve',
        hold: HELD.hold,
        node: HELD.logNode,
        performedDigest: HELD.digest,
        lifts: claim.answer === 'deny' ? [] : [hash('1')],
        policyHash: HELD.policyHash,
        expires: HELD.expires,
        at: START,
        ...claim,
      },
      key,
    ),
  };
}

/** Adds a node with a log of `origin`. */
export async function addNode({ plane, organisation }: World, origin: string): Promise<string> {
  const id = plane.newId();
  const key = { id: '0'.repeat(16), key: 'node+00000000+AAAA', since: START };
  await plane.changes.commit({
    action: 'nodes.enrol',
    object: id,
    organisation,
    actor: { kind: 'server', id: 'server', concerns: [] },
    effects: [
      plane.objects(organisation, NODES).put(
        id,
        {
          name: 'node',
          environment: 'production',
          keys: [key],
          origin,
          logKeys: [key.key],
          status: 'active',
          created: START,
          enrolment: id,
          history: [],
        },
        null,
      ),
    ],
  });
  return id;
}

/** Moves time on, so that nobody looks hasty. */
export function later(opened: World, ms: number): void {
  opened.clock.set(opened.clock.now() + ms);
}

/** Ends the world; what failed on the server's side is thrown. */
export async function closeApproving(): Promise<void> {
  const faults = world?.faults ?? [];
  await world?.close();
  world = undefined;
  if (faults.length > 0) throw new AggregateError(faults, 'the server failed');
}
