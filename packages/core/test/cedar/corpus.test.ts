/** The official corpus, whole: decisions, determining policies, errors, validation, and what parsers and printers make of its texts. */
import * as oracle from '@cedar-policy/cedar-wasm/nodejs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/kernel/index.ts';
import { authorize, compileSet, createEntityStore } from '../../src/policy/compile/index.ts';
import {
  formatPolicies,
  parsePolicies,
  policyFromJson,
  policyToJson,
  type PolicyTree,
  printPolicies,
} from '../../src/policy/language/index.ts';
import { actionEntities, checkRequest, parseEntities } from '../../src/policy/schema/entities/index.ts';
import { type CedarSchema, resolveSchema } from '../../src/policy/schema/model/index.ts';
import { parseSchemaText, printSchemaText } from '../../src/policy/schema/text/index.ts';
import { createValidator } from '../../src/policy/schema/validate/index.ts';
import type { Entity } from '../../src/policy/value/index.ts';
import { corpusPath } from '../../src/testing/index.ts';
import { type CorpusTest, corpusTests } from './corpus-files.ts';
import { referenceEvaluate } from './reference.ts';

const TESTS = 7831;
const REQUESTS = 62_546;
/** Reading and checking all of it takes some seconds, on a busy machine more. */
const LONG_MS = 240_000;

const parsed = (test: CorpusTest): readonly PolicyTree[] => {
  const { policies, problems } = parsePolicies({ name: test.name, text: test.policies });
  expect(problems).toEqual([]);
  return policies;
};

const schemaOf = (test: CorpusTest): CedarSchema => {
  const text = parseSchemaText({ name: test.name, text: test.schema });
  if ('problems' in text) throw new Error(`${test.name}: ${text.problems[0]?.message}`);
  const resolved = resolveSchema(text.json);
  if ('problems' in resolved) throw new Error(`${test.name}: ${resolved.problems[0]?.message}`);
  return resolved.schema;
};

const entitiesOf = (test: CorpusTest, schema: CedarSchema): readonly Entity[] => {
  const entities = parseEntities(test.entities, schema);
  if ('problems' in entities) throw new Error(`${test.name}: ${JSON.stringify(entities.problems[0])}`);
  const held = new Set(entities.entities.map(({ uid }) => `${uid.type}\0${uid.id}`));
  return [
    ...entities.entities,
    ...actionEntities(schema).filter(({ uid }) => !held.has(`${uid.type}\0${uid.id}`)),
  ];
};

describe.skipIf(corpusPath('cedar') === undefined)('the official corpus', () => {
  let tests: readonly CorpusTest[] = [];
  beforeAll(() => {
    tests = corpusTests();
  }, LONG_MS);

  test('has all its tests', () => {
    expect(tests).toHaveLength(TESTS);
    expect(tests.reduce((sum, { requests }) => sum + requests.length, 0)).toBe(REQUESTS);
  });

  test(
    'decisions, determining policies and errors are the same, by the engine and by the reference',
    () => {
      const wrong: string[] = [];
      for (const one of tests) {
        const policies = parsed(one);
        const refs = policies.map((tree, index) => ({ id: `policy${index}`, effect: tree.effect }));
        const set = compileSet(
          policies.map((tree, index) => ({ id: `policy${index}`, tree, ref: refs[index]! })),
        );
        const schema = schemaOf(one);
        const entities = entitiesOf(one, schema);
        const store = createEntityStore(entities);
        for (const request of one.requests) {
          const checked = checkRequest(request, schema);
          if ('problems' in checked) {
            wrong.push(`${one.name} ${request.description}: ${JSON.stringify(checked.problems)}`);
            continue;
          }
          const asked = { ...request, context: checked.context };
          const expected = `${request.decision} ${[...request.reason].sort().join()} ${[...request.errors].sort().join()}`;
          const { decision, reasons, errors } = authorize(set, asked, store);
          if (`${decision} ${reasons.join()} ${errors.join()}` !== expected)
            wrong.push(`${one.name} ${request.description}`);
          const reference = referenceEvaluate(policies, asked, entities);
          const of = (effect: string): readonly string[] =>
            reference.satisfied
              .filter((index) => policies[index]?.effect === effect)
              .map((index) => `policy${index}`)
              .sort();
          const [permits, forbids] = [of('permit'), of('forbid')];
          const answer = permits.length > 0 && forbids.length === 0 ? 'allow' : 'deny';
          const failing = reference.errors.map((index) => `policy${index}`).sort();
          if (`${answer} ${(forbids.length > 0 ? forbids : permits).join()} ${failing.join()}` !== expected)
            wrong.push(`reference: ${one.name} ${request.description}`);
        }
      }
      expect(wrong).toEqual([]);
    },
    LONG_MS,
  );

  test(
    'validation verdicts are the same',
    () => {
      const wrong = tests.filter((one) => {
        const validate = createValidator(schemaOf(one));
        const isValid = parsed(one).every((policy) => validate(policy).errors.length === 0);
        return isValid !== one.shouldValidate;
      });
      expect(wrong.map(({ name }) => name)).toEqual([]);
    },
    LONG_MS,
  );

  test(
    'policies printed and read again are the same, and formatting twice changes nothing more',
    () => {
      for (const one of tests) {
        const policies = parsed(one);
        const text = printPolicies(policies);
        const again = parsePolicies({ name: one.name, text });
        expect(again.problems).toEqual([]);
        expect(again.policies.map(policyToJson)).toEqual(policies.map(policyToJson));
        const formatted = formatPolicies({ name: one.name, text: one.policies });
        const twice = formatPolicies({ name: one.name, text: 'text' in formatted ? formatted.text : '' });
        expect(twice).toEqual(formatted);
        for (const policy of policies)
          expect(policyToJson(policyFromJson(policyToJson(policy)))).toEqual(policyToJson(policy));
      }
    },
    LONG_MS,
  );

  test(
    'the JSON forms of policies and schemas mean what those of the official engine mean',
    () => {
      for (const one of tests) {
        if (parsed(one).length === 1) {
          const official = oracle.policyToJson(one.policies);
          expect(official.type).toBe('success');
          const theirs =
            official.type === 'success'
              ? (official.json as unknown as Parameters<typeof policyFromJson>[0])
              : undefined;
          // The official form rounds integers beyond 2^53 and cuts patterns at every escape.
          if (theirs !== undefined && !/\d{16}/.test(one.policies))
            expect(policyToJson(policyFromJson(theirs))).toEqual(policyToJson(parsed(one)[0]!));
        }
        const schema = oracle.schemaToJson(one.schema);
        if (schema.type === 'success')
          expect(sorted(resolveSchema(schema.json as unknown as JsonObject))).toEqual(
            sorted({ schema: schemaOf(one) }),
          );
        const text = parseSchemaText({ name: one.name, text: one.schema });
        if ('json' in text)
          expect(parseSchemaText({ name: one.name, text: printSchemaText(text.json) })).toEqual(text);
      }
    },
    LONG_MS,
  );
});

/** A resolved schema whose lists stand in one order. */
function sorted(resolved: ReturnType<typeof resolveSchema>): unknown {
  if ('problems' in resolved) return resolved;
  const order = (list: readonly unknown[] | undefined): readonly string[] =>
    (list ?? []).map((item) => JSON.stringify(item)).sort();
  const actions = [...resolved.schema.actions].map(([key, { memberOf, appliesTo }]) => ({
    key,
    memberOf: order(memberOf),
    principals: order(appliesTo?.principals),
    resources: order(appliesTo?.resources),
    context: appliesTo?.context,
    above: order(resolved.schema.actionAncestors.get(key)),
  }));
  return {
    entityTypes: resolved.schema.entityTypes,
    actions: actions.sort((one, other) => (one.key < other.key ? -1 : 1)),
  };
}
