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
    ['a comment that ends', '// odd\rentity U { a: Nope };', false],
  ])('%s: `%j`', (_what, text, isAccepted) => {
    expect(checkParseSchema(text).type === 'success').toBe(isAccepted);
    expect(resolveText(text) !== undefined).toBe(isAccepted);
  });
});

describe('as the official engine, in JSON', () => {
  test.each([
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
