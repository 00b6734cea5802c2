import { expect, test } from 'vitest';
import { createAuthorizer } from './authorizer.ts';

const SCHEMA = {
  name: 'roles.cedarschema',
  text: `entity Organisation;
entity Role;
entity Person in [Role] { organisation: Organisation };
entity Team { organisation: Organisation };
action read, write appliesTo { principal: Person, resource: Team, context: { fresh: Bool } };`,
};
const POLICIES = [
  {
    name: 'roles.cedar',
    text: `@id("read") permit (principal in Role::"reader", action == Action::"read", resource);
@id("elsewhere") forbid (principal, action, resource) unless { principal.organisation == resource.organisation };`,
  },
];
const entities = (own: string, theirs: string) => [
  {
    uid: { type: 'Person', id: 'ada' },
    attrs: { organisation: { __entity: { type: 'Organisation', id: own } } },
    parents: [{ type: 'Role', id: 'reader' }],
  },
  {
    uid: { type: 'Team', id: 't' },
    attrs: { organisation: { __entity: { type: 'Organisation', id: theirs } } },
    parents: [],
  },
];
const ask = (action: string, theirs = 'a', context: Record<string, boolean> = { fresh: true }) =>
  createAuthorizer(SCHEMA, POLICIES).ask({
    principal: { type: 'Person', id: 'ada' },
    action,
    resource: { type: 'Team', id: 't' },
    context,
    entities: entities('a', theirs),
  });

test('a role permits what its policy names, and nothing else', () => {
  expect(ask('read')).toMatchObject({ decision: 'allow', reasons: ['read'] });
  expect(ask('write')).toMatchObject({ decision: 'deny', reasons: [] });
});

test('a forbid wins over every permit', () => {
  expect(ask('read', 'b')).toMatchObject({ decision: 'deny', reasons: ['elsewhere'] });
});

test('what the schema does not declare is denied, with its place', () => {
  expect(ask('erase').decision).toBe('deny');
  expect(ask('read', 'a', {}).errors[0]).toContain('context');
});

test('a policy that the schema does not hold is refused', () => {
  const wrong = [{ name: 'x.cedar', text: 'permit (principal, action == Action::"reed", resource);' }];
  expect(() => createAuthorizer(SCHEMA, wrong)).toThrow(expect.objectContaining({ code: 'policy.schema' }));
});
