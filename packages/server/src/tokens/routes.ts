/** One's own API tokens. */
import { z } from 'zod';
import { type Call, defineRoute, type Route } from '../api/index.ts';
import { ROLES } from '../authority/index.ts';
import type { Caller } from '../callers/index.ts';
import { PAGE_QUERY, pageOf, Problem } from '../http/index.ts';
import { NAME, ULID } from '../people/index.ts';
import type { Plane } from '../plane.ts';
import { requireRecent } from '../sign-in/index.ts';
import type { Stored } from '../state/index.ts';
import { API_TOKENS, type ApiToken, createSecret, tokenText } from './api-token.ts';

/** Tokens of a person that are good at once: each is kept in memory. */
const MOST_TOKENS = 200;
const DAY_MS = 86_400_000;
/** Longest life of a token, in days. */
const MAX_DAYS = 365;

const SHOWN = z.object({
  id: ULID,
  name: z.string(),
  person: ULID,
  roles: z.array(z.enum(ROLES)),
  created: z.int(),
  expires: z.int(),
  madeWith: ULID.optional(),
});

export const TOKEN_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/api-tokens',
    operation: 'listApiTokens',
    summary: 'Your API tokens, without their secrets.',
    access: 'own',
    query: PAGE_QUERY,
    answers: z.object({ items: z.array(SHOWN), next: z.string().optional() }),
    handle: ({ objects, caller, query }) => ({
      body: pageOf(
        objects(API_TOKENS)
          .list()
          .filter(({ person }) => person === caller.id),
        query,
      ),
    }),
  }),
  defineRoute({
    method: 'post',
    path: '/v1/api-tokens',
    operation: 'createApiToken',
    summary:
      'Makes an API token that can do what you can, or less; its secret is shown once. In a session only soon after you signed in; with a token one that ends with it.',
    access: 'own',
    body: z.strictObject({
      name: NAME,
      roles: z.array(z.enum(ROLES)).min(1).max(ROLES.length),
      days: z.int().min(1).max(MAX_DAYS).default(30),
    }),
    answers: SHOWN.extend({ token: z.string() }),
    secret: true,
    async handle({ plane, caller, objects, commit, body, now }) {
      const beyond = body.roles.find((role) => !caller.roles.includes(role));
      if (beyond !== undefined)
        throw new Problem('request.forbidden', `you are no ${beyond}, so no token of yours is`);
      const maker = await makerOf(plane, caller, objects);
      const id = plane.newId();
      const { secret, hash } = createSecret(plane.random);
      const { name, roles, days } = body;
      // INVARIANT: a token makes none that outlives it, so that one that was stolen ends.
      const expires = Math.min(now + days * DAY_MS, maker?.expires ?? Infinity);
      const madeWith = maker === undefined ? {} : { madeWith: maker.id };
      const token = { name, person: caller.id, roles, hash, created: now, expires, ...madeWith };
      requireRoom(objects, caller.id, now);
      const index = await commit({
        action: 'api_tokens.create',
        object: id,
        effects: [objects(API_TOKENS).put(id, token, null)],
        details: { name, roles, expires: token.expires },
      });
      return {
        status: 201,
        index,
        location: `/v1/api-tokens/${id}`,
        body: { ...token, id, token: tokenText(caller.organisation, id, secret) },
      };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/api-tokens/{token}',
    operation: 'revokeApiToken',
    summary: 'Revokes one of your API tokens; the next call with it is refused.',
    access: 'own',
    params: { token: ULID },
    async handle({ caller, objects, commit, params }) {
      const tokens = objects(API_TOKENS);
      const token = tokens.get(params.token);
      if (token === undefined || token.person !== caller.id)
        throw new Problem('request.not-found', 'you have no such token');
      await commit({
        action: 'api_tokens.remove',
        object: params.token,
        effects: [tokens.remove(params.token, token.index)],
      });
      return {};
    },
  }),
];

/** The token that makes another one; `undefined` where a session does. Throws `request.forbidden` for one that was made with a token itself, and for a session that is not of now: a stolen cookie is not made to last. */
async function makerOf(
  plane: Plane,
  caller: Caller,
  objects: Call['objects'],
): Promise<Stored<ApiToken> | undefined> {
  if (caller.kind !== 'token') {
    await requireRecent(plane, caller, 'an API token is made');
    return undefined;
  }
  const maker = objects(API_TOKENS).get(caller.credential);
  if (maker === undefined || maker.madeWith !== undefined)
    throw new Problem('request.forbidden', 'a token that was made with a token makes none');
  return maker;
}

/** Throws `request.conflict` for somebody who has too many. */
export function requireRoom(objects: Call['objects'], person: string, now: number): void {
  const good = objects(API_TOKENS)
    .list()
    .filter((token) => token.person === person && now < token.expires);
  if (good.length >= MOST_TOKENS)
    throw new Problem('request.conflict', `a person has at most ${MOST_TOKENS} tokens; revoke one first`);
}
