/** A command gives its token back (RFC 7009): whoever holds a token may end it, and nothing is told of one that is none. */
import { z } from 'zod';
import { defineRoute, type Route } from '../api/index.ts';
import { Problem } from '../http/index.ts';
import { concernsOf, PEOPLE } from '../people/index.ts';
import { API_TOKENS, presented } from '../tokens/index.ts';

/** Longest text that is looked at; a token has 99 characters. */
const MAX_TOKEN = 512;

export const REVOCATION_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'post',
    path: '/v1/device-logins/revocation',
    operation: 'revokeDeviceLogin',
    summary:
      'Ends the API token that is shown, and those that were made with it; answered alike for one that is none (RFC 7009).',
    access: 'nobody',
    body: z.strictObject({
      token: z.string().min(1).max(MAX_TOKEN),
      token_type_hint: z.string().max(60).optional(),
    }),
    secret: true,
    async handle({ plane, body }) {
      const { organisation, id, token, isGood } = presented(plane, body.token);
      // INVARIANT: also of a person who may not sign in any more, and one that expired: what is given back is gone.
      if (token !== undefined && isGood) {
        const person = plane.objects(organisation, PEOPLE).get(token.person);
        const concerns = person === undefined ? [] : concernsOf(person, token.person);
        try {
          await plane.changes.commit({
            action: 'api_tokens.remove',
            object: id,
            organisation,
            actor: { kind: 'person', id: token.person, concerns },
            effects: [plane.objects(organisation, API_TOKENS).remove(id, token.index)],
            details: { name: token.name, by: 'token' },
          });
        } catch (thrown) {
          // Somebody else removed it meanwhile.
          if (!(thrown instanceof Problem && thrown.code === 'request.changed')) throw thrown;
        }
      }
      return { status: 200 };
    },
  }),
];
