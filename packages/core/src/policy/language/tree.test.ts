/** A tree is frozen to its leaves, whoever made it. */
import { expect, test } from 'vitest';
import { linkTemplate, parsePolicies, policyFromJson, policyToJson, type PolicyTree } from './index.ts';

const TEXT = `@id("t") permit(principal in ?principal, action in [Action::"x"], resource is Doc in ?resource)
  when { [1, {a: "b"}].contains(context.x) && context.y like "a*" } unless { principal is Agent in Team::"t" };`;

function parsed(): PolicyTree {
  const [tree] = parsePolicies({ name: 'a', text: TEXT }).policies;
  if (tree === undefined) throw new Error(TEXT);
  return tree;
}

function unfrozen(value: unknown, path = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const below = Object.entries(value).flatMap(([name, member]) => unfrozen(member, `${path}.${name}`));
  return Object.isFrozen(value) ? below : [path, ...below];
}

test.each([
  ['from text', parsed],
  ['from JSON', () => policyFromJson(policyToJson(parsed()))],
])('%s', (_from, make) => {
  expect(unfrozen(make())).toEqual([]);
});

test('from a link, which leaves what it was given as it was', () => {
  const principal = { type: 'Team', id: 't' };
  const linked = linkTemplate(parsed(), { principal, resource: { type: 'Box', id: 'b' } });
  expect(unfrozen(linked)).toEqual([]);
  expect(linked.slots).toEqual([]);
  expect(Object.isFrozen(principal)).toBe(false);
  principal.id = 'changed';
  expect(linked.principal).toMatchObject({ entity: { type: 'Team', id: 't' } });
});
