import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from '@writ/core';
import type { IssuerConfiguration } from '../configuration.ts';
import { presetOf } from '../presets/index.ts';
import { tokenCaller } from './token-caller.ts';

const made = presetOf('standard', { issuer: 'https://id.example.com' });
if (!('preset' in made)) throw new Error('no preset');
const ISSUER: IssuerConfiguration = {
  ...made.preset,
  name: 'idp',
  audiences: ['x'],
  roles: { path: ['groups'] },
  scopes: { ...made.preset.scopes, granted: [] },
};
const PROOF = { isBound: false, at: 1 };

/** Claims of any shape, under the names that are read, so that runs get past the first check. */
const claim = fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }), fc.constant('ann'));
const act: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  act: fc.oneof(
    { depthSize: 'small' },
    claim,
    fc.record({ sub: claim, act: tie('act') }, { requiredKeys: [] }),
  ),
})).act;
const claims = fc.record(
  {
    client_id: claim,
    sub: claim,
    groups: fc.oneof(claim, fc.array(claim)),
    amr: fc.oneof(claim, fc.array(claim)),
    scope: claim,
    jti: claim,
    act,
  },
  { requiredKeys: [] },
);

test('any claims are a caller with names of its issuer alone, or a refusal, and never a throw', () => {
  fc.assert(
    fc.property(claims, (given) => {
      const found = tokenCaller(given as JsonObject, ISSUER, PROOF);
      if ('code' in found) return;
      const { agent, person, chain = [] } = found.caller;
      const names = [
        agent.id,
        ...chain.map(({ id }) => id),
        ...(person === undefined ? [] : [person.id, ...person.roles]),
      ];
      for (const name of names) expect(name).toMatch(/^idp:[^\p{Cc}]+$/u);
      for (const name of names) expect(name.isWellFormed() && name.length <= 256).toBe(true);
      expect(chain.length).toBeLessThanOrEqual(16);
    }),
    { numRuns: 2_000 },
  );
});

test('different ids stay different, and the prefix cannot be forged by an id', () => {
  const id = fc.stringMatching(/^[a-z:]{1,10}$/);
  const agentOf = (name: string, client: string): string | undefined => {
    const found = tokenCaller({ client_id: client, sub: client }, { ...ISSUER, name }, PROOF);
    return 'caller' in found ? found.caller.agent.id : undefined;
  };
  fc.assert(
    fc.property(
      id,
      id,
      fc.constantFrom('okta', 'okt', 'entra'),
      fc.constantFrom('okta', 'okt', 'entra'),
      (one, two, left, right) => {
        expect(agentOf(left, one) === agentOf(right, two)).toBe(one === two && left === right);
      },
    ),
  );
});
