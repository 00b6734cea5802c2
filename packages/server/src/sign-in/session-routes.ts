/** One's own sessions, and what there is to sign in with. */
import { SIGN_IN_METHODS, type SignInMethod } from '@writ/core';
import { z } from 'zod';
import { defineRoute, type Route } from '../api/index.ts';
import { actorOf } from '../callers/index.ts';
import { PAGE_QUERY, pageOf, Problem } from '../http/index.ts';
import { ULID } from '../people/index.ts';
import type { SessionRow } from '../tables/index.ts';
import { isLasting } from './session.ts';
import { sessionCookie } from './session-cookie.ts';

const SHOWN = z.object({
  id: ULID,
  method: z.string(),
  created: z.int(),
  lastUsed: z.int(),
  expires: z.int(),
  isThis: z.boolean(),
});

export const SESSION_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/sign-in',
    operation: 'getSignInMethods',
    summary: 'What there is to sign in with.',
    access: 'nobody',
    answers: z.object({
      passkeys: z.literal(true),
      providers: z.array(z.object({ id: z.string(), name: z.string() })),
    }),
    handle: ({ plane }) => ({
      body: {
        passkeys: true as const,
        providers: plane.identityProviders.map(({ settings: { id, name } }) => ({ id, name })),
      },
    }),
  }),
  defineRoute({
    method: 'get',
    path: '/v1/sessions',
    operation: 'listSessions',
    summary: 'Your sessions that last.',
    access: 'own',
    query: PAGE_QUERY,
    answers: z.object({ items: z.array(SHOWN), next: z.string().optional() }),
    async handle({ plane, caller, query, now }) {
      const rows = await plane.tables
        .selectFrom('sessions')
        .selectAll()
        .where('organisation', '=', caller.organisation)
        .where('person', '=', caller.id)
        .orderBy('id')
        .execute();
      const shown = rows
        .filter((row) => isLasting(row, now))
        .map((row) => ({ ...shownOf(row), isThis: row.id === caller.credential }));
      return { body: pageOf(shown, query) };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/sessions/{session}',
    operation: 'endSession',
    summary: 'Ends one of your sessions; the next call with it is refused.',
    access: 'own',
    naturallyIdempotent: true,
    params: { session: ULID },
    async handle({ plane, caller, params }) {
      const ended = await plane.tables
        .deleteFrom('sessions')
        .where('id', '=', params.session)
        .where('organisation', '=', caller.organisation)
        .where('person', '=', caller.id)
        .returning(['id', 'method'])
        .executeTakeFirst();
      if (ended === undefined) throw new Problem('request.not-found', 'you have no such session');
      await plane.changes.signIn({ action: 'sign_out', method: methodOf(ended) }, actorOf(caller), {
        id: ended.id,
      });
      return {};
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/sign-out',
    operation: 'signOut',
    summary: 'Ends this session.',
    access: 'leave',
    naturallyIdempotent: true,
    async handle({ plane, caller }) {
      if (caller.kind !== 'person')
        throw new Problem(
          'request.conflict',
          'there is no session to end: a token is revoked at `/v1/api-tokens`',
        );
      const ended = await plane.tables
        .deleteFrom('sessions')
        .where('id', '=', caller.credential)
        .returning(['id', 'method'])
        .executeTakeFirst();
      if (ended !== undefined)
        await plane.changes.signIn({ action: 'sign_out', method: methodOf(ended) }, actorOf(caller), {
          id: ended.id,
        });
      return {
        headers: {
          'set-cookie': sessionCookie(plane.url, '', 0),
          'clear-site-data': '"cache", "storage"',
        },
      };
    },
  }),
];

function shownOf({
  id,
  method,
  created,
  last_used,
  expires,
}: SessionRow): Omit<z.infer<typeof SHOWN>, 'isThis'> {
  return { id, method, created, lastUsed: last_used, expires };
}

function methodOf({ method }: { readonly method: string }): SignInMethod {
  return SIGN_IN_METHODS.find((one) => one === method) ?? 'link';
}
