/** A schema is accepted where the official engine accepts it, and no declaration is lost on the way. */
import { checkParseSchema, type SchemaJson, validate } from '@cedar-policy/cedar-wasm/nodejs';
import { describe, expect, test } from 'vitest';
import { parsePolicies } from '../../language/index.ts';
import { parseSchemaText } from '../text/index.ts';
import { createValidator } from '../validate/index.ts';
import { type CedarSchema, resolveSchema } from './index.ts';

function resolveText(text: string): CedarSchema | undefined {
  const parsed = parseSchemaText({ name: 'schema', text });
  const resolved = 'json' in parsed ? resolveSchema(parsed.json) : parsed;
  return 'schema' in resolved ? resolved.schema : undefined;
}

describe('as the official engine, in text', () => {
  test.each([
    ['an attribute', 'entity U { __proto__: Nope };', false],
    ['an attribute that is there', 'entity U { __proto__: Long };', true],
    ['a common type', 'type __proto__ = Nope;', false],
    ['an entity type', 'entity __proto__ in [Nope];', false],
    ['a namespace', 'namespace __proto__ { entity U { a: Nope }; }', false],
    ['an action', 'action "__proto__" in [nope];', false],
    ['an action twice', 'action "__proto__"; action "__proto__";', false],
    ['a reserved word', 'entity in;', false],
    ['a reserved word', 'entity has;', false],
    ['a hidden type', 'entity U; namespace N { entity U; }', false],
    ['a hidden common type', 'type U = Long; namespace N { type U = String; }', false],
    ['a hidden entity type', 'entity U; namespace N { type U = String; }', false],
    ['a hidden action', 'action x; namespace N { action x; }', false],
    ['two namespaces with one name', 'namespace M { entity U; } namespace M::N { entity U; }', true],
    ['an entity type beside a common type', 'entity U; type U = Long;', true],
    ['an action in itself', 'action x in y; action y in z; action z in x;', false],
    ['an action in an unknown one', 'action x in y;', false],
    ['a shape that is no record', 'type T = Long; entity U = T;', false],
    [
      'a context that is no record',
      'type T = Long; entity U; action x appliesTo { principal: U, resource: U, context: T };',
      false,
    ],
    [
      'a context that is one',
      'type T = {}; entity U; action x appliesTo { principal: U, resource: U, context: T };',
      true,
    ],
    ['a type that has a meaning', 'type Bool = Long;', false],
    ['the type of actions', 'entity Action;', false],
    ['a type made of itself', 'type S = Set<T>; type T = { a: S };', false],
    ['an unknown parent', 'entity U in [V];', false],
    ['tags of an unknown type', 'entity U tags V;', false],
    [
      'an application to an unknown type',
      'entity U; action x appliesTo { principal: U, resource: V };',
      false,
    ],
    ['a comment that ends', '// odd\rentity U { a: Nope };', false],
  ])('%s: `%j`', (_what, text, isAccepted) => {
    expect(checkParseSchema(text).type === 'success').toBe(isAccepted);
    expect(resolveText(text) !== undefined).toBe(isAccepted);
  });
});

describe('as the official engine, in JSON', () => {
  test.each([
    ['an unknown member of a namespace', { '': { entityTypes: {}, actions: {}, policies: {} } }],
    ['an unknown member of an entity type', { '': { entityTypes: { U: { memberOf: [] } }, actions: {} } }],
    ['an unknown member of an action', { '': { entityTypes: {}, actions: { x: { appliesto: {} } } } }],
    ['a shape that is no record', { '': { entityTypes: { U: { shape: { type: 'Long' } } }, actions: {} } }],
    ['a reserved namespace', { if: { entityTypes: { U: {} }, actions: {} } }],
    ['a reserved type', { '': { entityTypes: { true: {} }, actions: {} } }],
    [
      'an enumeration with a shape',
      { '': { entityTypes: { U: { enum: ['a'], shape: { type: 'Record', attributes: {} } } }, actions: {} } },
    ],
    [
      'an enumeration with parents',
      { '': { entityTypes: { U: { enum: ['a'], memberOfTypes: ['U'] } }, actions: {} } },
    ],
    ['an enumeration of numbers', { '': { entityTypes: { U: { enum: ['a', 1] } }, actions: {} } }],
    ['an action with attributes', { '': { entityTypes: {}, actions: { x: { attributes: { a: 1 } } } } }],
  ])('%s is refused', (_what, json) => {
    expect(checkParseSchema(json as unknown as SchemaJson<string>).type).toBe('failure');
    expect(resolveSchema(json as never)).toHaveProperty('problems');
  });
});

test('a type that nests without end in sight is refused', () => {
  expect(resolveText(`entity U { a: ${'Set<'.repeat(60)}Long${'>'.repeat(60)} };`)).toBeDefined();
  let type: object = { type: 'Long' };
  for (let depth = 0; depth < 100; depth += 1) type = { type: 'Set', element: type };
  const json = { '': { entityTypes: {}, commonTypes: { T: type }, actions: {} } };
  expect(resolveSchema(json as never)).toHaveProperty('problems');
});

test('a record that admits what it does not declare is refused', () => {
  const shape = { type: 'Record', attributes: {}, additionalAttributes: true };
  expect(resolveSchema({ '': { entityTypes: { U: { shape } }, actions: {} } })).toHaveProperty('problems');
});

test('an attribute `__proto__` is one like any other', () => {
  const schema = resolveText('entity U { "__proto__": Long };');
  expect([...(schema?.entityTypes.get('U')?.attributes.attributes.keys() ?? [])]).toEqual(['__proto__']);
});

test('actions of two namespaces in one list are refused, as the official engine refuses them', () => {
  const schema = `
    entity U;
    namespace M { action x appliesTo { principal: U, resource: U }; }
    namespace N { action y appliesTo { principal: U, resource: U }; }`;
  const verdicts = (list: string): readonly boolean[] => {
    const text = `permit(principal, action in [${list}], resource);`;
    const official = validate({
      schema,
      policies: { staticPolicies: text },
      validationSettings: { mode: 'strict' },
    });
    const [tree] = parsePolicies({ name: 'a', text }).policies;
    const resolved = resolveText(schema);
    if (tree === undefined || resolved === undefined || official.type !== 'success') throw new Error(text);
    return [official.validationErrors.length === 0, createValidator(resolved)(tree).errors.length === 0];
  };
  expect(verdicts('M::Action::"x"')).toEqual([true, true]);
  expect(verdicts('M::Action::"x", N::Action::"y"')).toEqual([false, false]);
});
