/** Keys that people approve with, and who stands in for whom. */
import { isFault, parseApproverKey, possessionText } from '@writ/core';
import { z } from 'zod';
import { defineRoute, type Route } from '../api/index.ts';
import { PAGE_QUERY, pageOf, Problem } from '../http/index.ts';
import { PEOPLE, ULID } from '../people/index.ts';
import { APPROVER_KEYS, activePerson, isPossessed, keysOf } from './approver-key.ts';
import { couldStandIn, DELEGATIONS, MAX_ABSENCE_MS } from './delegation.ts';

/** Keys of one person, and absences that they told of. */
const MAX_KEYS = 5;
const MAX_DELEGATIONS = 10;
const KEY = z.object({ method: z.enum(['key', 'passkey']), keyId: z.string(), key: z.string() });
const DELEGATION = z.object({ id: ULID, from: ULID, to: ULID, start: z.int(), until: z.int() });

export const OWN_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/approver-keys',
    operation: 'listApproverKeys',
    summary: 'The keys that you approve with: registered ones, and your passkeys.',
    access: 'own',
    answers: z.object({
      items: z.array(
        KEY.extend({
          id: ULID.optional(),
          passkey: z.object({ credential: z.string(), name: z.string() }).optional(),
        }),
      ),
    }),
    handle({ plane, caller, objects }) {
      const registered = objects(APPROVER_KEYS).list();
      const items = keysOf(plane, caller.organisation, caller.id).map((key) => {
        const id = registered.find(({ keyId }) => keyId === key.keyId)?.id;
        return { ...key, ...(id === undefined ? {} : { id }) };
      });
      return { body: { items } };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/approver-keys',
    operation: 'addApproverKey',
    summary: 'Registers an Ed25519 key that you approve with, and proves that it is yours.',
    access: 'own',
    body: z.strictObject({ key: z.string().max(400), signature: z.string().max(200) }),
    answers: KEY.extend({ id: ULID }),
    async handle({ plane, caller, objects, body, commit, now }) {
      const keyId = keyIdOf(body.key);
      const who = { url: plane.url, organisation: caller.organisation, person: caller.id, keyId };
      if (!isPossessed(body.key, possessionText(who), body.signature))
        throw new Problem('request.invalid', 'the signature does not show that the key is yours');
      const keys = objects(APPROVER_KEYS);
      const all = keys.list();
      if (all.some((one) => one.keyId === keyId))
        throw new Problem('request.conflict', 'this key is registered already');
      if (all.filter(({ person }) => person === caller.id).length >= MAX_KEYS)
        throw new Problem('request.too-many', `a person has at most ${MAX_KEYS} keys`);
      const id = plane.newId();
      const index = await commit({
        action: 'approver_keys.create',
        object: id,
        effects: [keys.put(id, { person: caller.id, keyId, key: body.key, created: now }, null)],
        // Two servers asked at once give one key one owner.
        consumes: [`approver-key:${caller.organisation}:${keyId}`],
        details: { keyId },
      });
      return { status: 201, index, body: { id, method: 'key' as const, keyId, key: body.key } };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/approver-keys/{key}',
    operation: 'removeApproverKey',
    summary: 'Removes a key of yours here; nodes believe it until a bundle without it reaches them.',
    access: 'own',
    params: { key: ULID },
    async handle({ caller, objects, params, commit }) {
      const keys = objects(APPROVER_KEYS);
      const key = keys.get(params.key);
      if (key?.person !== caller.id) throw new Problem('request.not-found', 'you have no such key');
      await commit({
        action: 'approver_keys.remove',
        object: key.id,
        effects: [keys.remove(key.id, key.index)],
        details: { keyId: key.keyId },
      });
      return {};
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/approvers',
    operation: 'listApprovers',
    summary:
      'Who approves, with keys and groups, as a bundle names them: what whoever signs a bundle looks through.',
    access: 'read',
    query: PAGE_QUERY,
    answers: z.object({
      items: z.array(
        z.object({
          id: ULID,
          name: z.string(),
          groups: z.array(z.string()),
          keys: z.array(KEY),
          person: z.string().optional(),
        }),
      ),
      next: z.string().optional(),
    }),
    handle({ plane, caller, objects, query }) {
      const people = objects(PEOPLE)
        .list()
        .filter(({ status }) => status === 'active')
        .map(({ id, name, groups, identity, email }) => {
          const person = identity?.subject ?? email;
          return {
            id,
            name,
            groups: [...groups],
            keys: keysOf(plane, caller.organisation, id).map(({ method, keyId, key }) => ({
              method,
              keyId,
              key,
            })),
            ...(person === undefined ? {} : { person }),
          };
        })
        .filter(({ keys }) => keys.length > 0);
      return { body: pageOf(people, query) };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/delegations',
    operation: 'listDelegations',
    summary: 'Absences that you told of, and those of others that you stand in for.',
    access: 'own',
    query: PAGE_QUERY,
    answers: z.object({ items: z.array(DELEGATION), next: z.string().optional() }),
    handle: ({ caller, objects, query }) => ({
      body: pageOf(
        objects(DELEGATIONS)
          .list()
          .filter(({ from, to }) => from === caller.id || to === caller.id),
        query,
      ),
    }),
  }),
  defineRoute({
    method: 'post',
    path: '/v1/delegations',
    operation: 'delegate',
    summary: 'Tells that you are away, and who sees what waits for you: somebody who may answer it anyway.',
    access: 'own',
    body: z.strictObject({ to: ULID, start: z.int().min(0).optional(), until: z.int().min(0) }),
    answers: DELEGATION,
    async handle({ plane, caller, objects, body, commit, now }) {
      const { to, start = now, until } = body;
      if (until <= Math.max(start, now) || until > start + MAX_ABSENCE_MS || start > now + MAX_ABSENCE_MS)
        throw new Problem('request.invalid', 'an absence ends after it begins, and lasts at most 30 days');
      const other = activePerson(plane, caller.organisation, to);
      const self = activePerson(plane, caller.organisation, caller.id);
      if (to === caller.id || other === undefined || self === undefined)
        throw new Problem('request.invalid', 'somebody else of your organisation stands in for you');
      if (!couldStandIn(self.groups, other.groups))
        throw new Problem(
          'request.forbidden',
          'they are in no group of yours, so they could answer nothing for you',
        );
      const delegations = objects(DELEGATIONS);
      if (delegations.list().filter(({ from }) => from === caller.id).length >= MAX_DELEGATIONS)
        throw new Problem(
          'request.too-many',
          `at most ${MAX_DELEGATIONS} absences are kept; remove old ones`,
        );
      const id = plane.newId();
      const delegation = { from: caller.id, to, start, until };
      const index = await commit({
        action: 'delegations.create',
        object: id,
        effects: [delegations.put(id, delegation, null)],
        concerns: [to],
        details: delegation,
      });
      return { status: 201, index, body: { id, ...delegation } };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/delegations/{delegation}',
    operation: 'endDelegation',
    summary: 'Tells that you are back.',
    access: 'own',
    params: { delegation: ULID },
    async handle({ caller, objects, params, commit }) {
      const delegations = objects(DELEGATIONS);
      const delegation = delegations.get(params.delegation);
      if (delegation?.from !== caller.id)
        throw new Problem('request.not-found', 'you told of no such absence');
      await commit({
        action: 'delegations.remove',
        object: delegation.id,
        effects: [delegations.remove(delegation.id, delegation.index)],
      });
      return {};
    },
  }),
];

function keyIdOf(text: string): string {
  try {
    const { keyId, passkey } = parseApproverKey(text);
    if (passkey === undefined) return keyId;
  } catch (fault) {
    if (!isFault(fault)) throw fault;
    throw new Problem('request.invalid', `the key is not taken: ${fault.message}`);
  }
  throw new Problem('request.invalid', 'passkeys are registered where one signs in');
}
