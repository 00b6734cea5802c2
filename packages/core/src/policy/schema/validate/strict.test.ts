/** What the checker takes for certain and what not, case by case; the official engine says the same of each. */
import { validate } from '@cedar-policy/cedar-wasm/nodejs';
import { expect, test } from 'vitest';
import { parsePolicies } from '../../language/index.ts';
import { resolveSchema } from '../model/index.ts';
import { parseSchemaText } from '../text/index.ts';
import { createValidator } from './index.ts';

const SCHEMA = `
entity G;
entity E enum ["a", "b"];
entity U in [G] = { l: Long, ol?: Long, b: Bool, peer?: U } tags Long;
entity R = { l: Long };
action x appliesTo {
  principal: U, resource: R,
  context: { b: Bool, e: E, ol?: Long, one: { a: Long }, opt: { a?: Long }, two: { a: Long, b: Long } },
};
`;

function verdicts(conditions: string): readonly [official: string, ours: string] {
  const text = `permit(principal, action, resource) ${conditions};`;
  const official = validate({
    schema: SCHEMA,
    policies: { staticPolicies: text },
    validationSettings: { mode: 'strict' },
  });
  const parsed = parseSchemaText({ name: 'schema', text: SCHEMA });
  const resolved = 'json' in parsed ? resolveSchema(parsed.json) : parsed;
  const [tree] = parsePolicies({ name: 'a', text }).policies;
  if (official.type !== 'success' || !('schema' in resolved) || tree === undefined) throw new Error(text);
  const { errors, warnings } = createValidator(resolved.schema)(tree);
  const word = (problems: number, doubts: number): string =>
    problems > 0 ? 'refused' : doubts > 0 ? 'impossible' : 'sound';
  return [
    word(official.validationErrors.length, official.validationWarnings.length),
    word(errors.length, warnings.length),
  ];
}

test.each([
  ['a test before a read', 'when { principal has ol && principal.ol == 1 }', 'sound'],
  ['a read without a test', 'when { principal.ol == 1 }', 'refused'],
  ['a test of another entity', 'when { principal has peer && principal.peer.ol == 1 }', 'refused'],
  ['a test in one arm of an or', 'when { (principal has ol || context.b) && principal.ol == 1 }', 'refused'],
  [
    'a test in both arms of an or',
    'when { (principal has ol || principal has ol) && principal.ol == 1 }',
    'sound',
  ],
  [
    'a test in one branch',
    'when { (if context.b then principal has ol else context.b) && principal.ol == 1 }',
    'refused',
  ],
  [
    'a test in both branches',
    'when { (if context.b then principal has ol else principal has ol) && principal.ol == 1 }',
    'sound',
  ],
  [
    'a test in the condition of a branch',
    'when { (if principal has ol then context.b else context.b) && principal.ol == 1 }',
    'refused',
  ],
  ['a test in a clause before', 'when { principal has ol } when { principal.ol == 1 }', 'sound'],
  ['a test in an unless before', 'unless { principal has ol } when { principal.ol == 1 }', 'refused'],
  ['a test that is denied', 'when { !(principal has ol) && principal.ol == 1 }', 'refused'],
  ['a tag that is tested for', 'when { principal.hasTag("k") && principal.getTag("k") == 1 }', 'sound'],
  [
    'a tag that is not the one tested for',
    'when { principal.hasTag("k") && principal.getTag("j") == 1 }',
    'refused',
  ],
  ['tags of a type that has none', 'when { resource.hasTag("k") }', 'impossible'],
  ['what an entity always has, though it may not exist', 'when { !(principal has l) }', 'sound'],
  ['what a record always has', 'when { !(context has b) }', 'impossible'],
  ['what nothing has', 'when { context has zz }', 'impossible'],
  ['records of one shape', 'when { context.one == {a: 1} }', 'sound'],
  ['records of which one has an optional attribute', 'when { context.one == context.opt }', 'refused'],
  ['records of which the second has more', 'when { context.one == context.two }', 'refused'],
  ['records of which the first has more', 'when { context.two == context.one }', 'refused'],
  ['an id of an enumeration', 'when { context.e == E::"a" }', 'sound'],
  ['an id that an enumeration does not list', 'when { context.e == E::"c" }', 'refused'],
  ['entities of types that never meet', 'when { principal == resource }', 'impossible'],
  ['a type that the principal is not', 'when { principal is R }', 'impossible'],
  ['a group that a type cannot be in', 'when { resource in G::"g" }', 'impossible'],
  ['a set of nothing', 'when { [].contains(1) }', 'refused'],
  ['a set of two types', 'when { [1, "a"].contains(1) }', 'refused'],
  ['a problem behind what is false', 'when { false && principal.ol == 1 }', 'impossible'],
  ['a problem behind what is true', 'when { true || principal.ol == 1 }', 'sound'],
  ['an address that is none', 'when { ip("x").isIpv4() }', 'refused'],
])('%s: `%s` is %s', (_what, conditions, expected) => {
  expect(verdicts(conditions)).toEqual([expected, expected]);
});
