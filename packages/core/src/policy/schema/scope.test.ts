// Which policies cover an action is the same, looked up or asked of each.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ActionScope, covers, indexByAction } from './scope.ts';

const IDS = ['ping', 'tools/call', 'files/read', 'files/write', 'process/exec', '/'];

const anyScope: fc.Arbitrary<ActionScope> = fc.oneof(
  fc.constant('all' as const),
  fc.array(fc.constantFrom(...IDS), { maxLength: 3 }),
);

test('members found by an action are those whose scopes cover it, in their order', () => {
  fc.assert(
    fc.property(fc.array(anyScope, { maxLength: 12 }), fc.constantFrom(...IDS), (scopes, id) => {
      const members = scopes.map((scope, place) => ({ scope, place }));
      const found = indexByAction(members, ({ scope }) => scope)(id);
      expect(found).toEqual(members.filter(({ scope }) => covers(scope, id)));
    }),
  );
});
