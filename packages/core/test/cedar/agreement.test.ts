/** Generated policies, templates, texts and entities: our parser, validator and engine beside the official ones. `WRIT_CASES` says how many, `WRIT_SEED` repeats one run. */
import * as oracle from '@cedar-policy/cedar-wasm/nodejs';
import { describe, expect, test } from 'vitest';
import { compileSet, createEntityStore } from '../../src/policy/compile/index.ts';
import {
  linkTemplate,
  parsePolicies,
  type PolicyTree,
  printPolicies,
} from '../../src/policy/language/index.ts';
import { parseEntities } from '../../src/policy/schema/entities/index.ts';
import { type CedarSchema, resolveSchema } from '../../src/policy/schema/model/index.ts';
import { parseSchemaText } from '../../src/policy/schema/text/index.ts';
import { createValidator } from '../../src/policy/schema/validate/index.ts';
import { type Entity, type ExactJson, recordFromJson, Uid } from '../../src/policy/value/index.ts';
import {
  Dice,
  generateEntities,
  generatePolicy,
  generateRequest,
  type GeneratedRequest,
  SCHEMA,
} from './generate.ts';
import { referenceEvaluate } from './reference.ts';

const CASES = Number(process.env['WRIT_CASES'] ?? 3000);
const SEED = Number(process.env['WRIT_SEED'] ?? Date.now() % 1_000_000_007);
const LONG_MS = 3_600_000;
/** Requests put to each set of policies. */
const REQUESTS = 6;

console.info(`agreement: ${CASES} cases from WRIT_SEED=${SEED}`);

type Members = { readonly [name: string]: ExactJson };

function entityOf(json: Members): Entity {
  const uid = (of: ExactJson | undefined): Uid => {
    const { type, id } = of as Members;
    return new Uid(type as string, id as string);
  };
  return {
    uid: uid(json['uid']),
    attrs: recordFromJson((json['attrs'] ?? {}) as Members),
    tags: recordFromJson((json['tags'] ?? {}) as Members),
    parents: ((json['parents'] ?? []) as readonly ExactJson[]).map(uid),
  };
}

function parse(text: string): readonly PolicyTree[] {
  const { policies, problems } = parsePolicies({ name: 'generated', text });
  if (problems.length > 0) throw new Error(`${problems[0]?.message}: ${text}`);
  return policies;
}

function requestOf(json: GeneratedRequest) {
  return {
    principal: new Uid(json.principal.type, json.principal.id),
    action: new Uid('Action', json.action.id),
    resource: new Uid(json.resource.type, json.resource.id),
    context: recordFromJson(json.context as Members),
  };
}

function testSchema(): CedarSchema {
  const text = parseSchemaText({ name: 'schema', text: SCHEMA });
  const resolved = resolveSchema('json' in text ? text.json : {});
  if (!('schema' in resolved)) throw new Error('the schema of the test is no schema');
  return resolved.schema;
}

const asPermit = (text: string): string => text.replace(/^(?:permit|forbid)/, 'permit');

function ask(policies: object, request: GeneratedRequest, entities: readonly object[]): oracle.Response {
  const context = request.context as never;
  const answer = oracle.isAuthorized({ ...request, context, entities: entities as never, policies });
  if (answer.type === 'failure') throw new Error(answer.errors[0]?.message);
  return answer.response;
}

function show(satisfied: readonly number[], errors: readonly number[]): string {
  const sorted = (numbers: readonly number[]): string =>
    [...numbers].sort((one, other) => one - other).join();
  return `satisfied ${sorted(satisfied)}; errors ${sorted(errors)}`;
}

describe('our Cedar and the official one agree', () => {
  test(
    'on sets of 1 to 200 policies, written and printed again',
    () => {
      for (let made = 0; made < CASES; made += REQUESTS) {
        const seed = SEED + made;
        const dice = new Dice(seed);
        const size = dice.isLucky(10) ? 1 + dice.roll(200) : 1 + dice.roll(20);
        const texts = Array.from({ length: size }, () => generatePolicy(dice, 12));
        const policies = parse(texts.join('\n'));
        const entitiesJson = generateEntities(dice);
        const entities = (entitiesJson as readonly Members[]).map(entityOf);
        const numbered = (trees: readonly PolicyTree[]) =>
          trees.map((tree, index) => ({ id: String(index), tree, ref: index }));
        const set = compileSet(numbered(policies));
        const printed = compileSet(numbered(parse(printPolicies(policies))));
        const staticPolicies = Object.fromEntries(
          texts.map((text, index) => [String(index), asPermit(text)]),
        );
        const store = createEntityStore(entities);
        for (let asked = 0; asked < REQUESTS; asked += 1) {
          const json = generateRequest(dice);
          const request = requestOf(json);
          const answers = [set, printed].map((one) => {
            const { satisfied, errors } = one.evaluate(request, store);
            return show(
              satisfied,
              errors.map(({ ref }) => ref),
            );
          });
          const reference = referenceEvaluate(policies, request, entities);
          answers.push(show(reference.satisfied, reference.errors));
          const { diagnostics } = ask({ staticPolicies }, json, entitiesJson);
          const official = show(
            diagnostics.reason.map(Number),
            diagnostics.errors.map(({ policyId }) => Number(policyId)),
          );
          expect(answers, `WRIT_SEED=${seed} WRIT_CASES=${REQUESTS}, request ${asked}`).toEqual([
            official,
            official,
            official,
          ]);
        }
      }
    },
    LONG_MS,
  );

  test(
    'on templates and their links',
    () => {
      for (let made = 0; made < CASES / 10; made += 1) {
        const seed = SEED + 7_000_000 + made;
        const dice = new Dice(seed);
        const text = generatePolicy(dice, 12, true);
        const [template] = parse(text);
        if (template === undefined) continue;
        const entities = generateEntities(dice);
        const json = generateRequest(dice);
        const values: Record<string, { readonly type: string; readonly id: string }> = {};
        for (const slot of template.slots)
          values[slot] = dice.pick([json.principal, json.resource, { type: 'Group', id: 'g0' }]);
        const links = {
          templates: { t: asPermit(text) },
          templateLinks: [{ templateId: 't', newId: 'p', values }],
        };
        const { diagnostics } = ask(
          template.slots.length === 0 ? { staticPolicies: { p: asPermit(text) } } : links,
          json,
          entities,
        );
        const [principal, resource] = [values['?principal'], values['?resource']];
        const tree = linkTemplate(template, {
          ...(principal === undefined ? {} : { principal }),
          ...(resource === undefined ? {} : { resource }),
        });
        const store = createEntityStore((entities as readonly Members[]).map(entityOf));
        const { satisfied, errors } = compileSet([{ id: 'p', tree, ref: 0 }]).evaluate(
          requestOf(json),
          store,
        );
        const ours = [satisfied.length, errors.length];
        expect(ours, `WRIT_SEED=${seed} ${text}`).toEqual([
          diagnostics.reason.length,
          diagnostics.errors.length,
        ]);
      }
    },
    LONG_MS,
  );

  test(
    'on which policies a schema accepts, refuses and calls impossible',
    () => {
      const validate = createValidator(testSchema());
      for (let made = 0; made < CASES; made += 1) {
        const seed = SEED + 13_000_000 + made;
        const text = generatePolicy(new Dice(seed), 30);
        const answer = oracle.validate({ schema: SCHEMA, policies: { staticPolicies: { p: text } } });
        if (answer.type === 'failure') throw new Error(answer.errors[0]?.message);
        const [tree] = parse(text);
        if (tree === undefined) continue;
        const { errors, warnings } = validate(tree);
        const theirs = answer.validationErrors.map(({ error }) => error.message);
        const ours = errors.map(({ message }) => message);
        const what = `WRIT_SEED=${seed}\n${text}\nours: ${ours.join(' | ')}\ntheirs: ${theirs.join(' | ')}`;
        expect(ours.length > 0, what).toBe(theirs.length > 0);
        const isImpossible = answer.validationWarnings.some(({ error }) =>
          error.message.includes('impossible'),
        );
        if (theirs.length === 0) expect(warnings.length > 0, what).toBe(isImpossible);
      }
    },
    LONG_MS,
  );

  test(
    'on which texts are policies, with a token too many, too few or in the wrong place',
    () => {
      for (let made = 0; made < CASES; made += 1) {
        const seed = SEED + 29_000_000 + made;
        const text = mutated(new Dice(seed));
        const answer = oracle.checkParsePolicySet({ staticPolicies: text });
        const reason = answer.type === 'failure' ? (answer.errors[0]?.message ?? '') : '';
        const ours = parsePolicies({ name: 'mutated', text });
        // Templates are no static policies there; here they are read, and refused by the loader.
        if (reason.includes('template') || ours.policies.some(({ slots }) => slots.length > 0)) continue;
        const what = `WRIT_SEED=${seed}\n${text}\nours: ${ours.problems[0]?.message}\ntheirs: ${reason}`;
        expect(ours.problems.length === 0, what).toBe(answer.type === 'success');
      }
    },
    LONG_MS,
  );

  test(
    'on which entities fit a schema',
    () => {
      const schema = testSchema();
      for (let made = 0; made < CASES / 3; made += 1) {
        const seed = SEED + 31_000_000 + made;
        const dice = new Dice(seed);
        const entities = damage(dice, structuredClone(generateEntities(dice)) as Damaged[]);
        const ours = fits(entities as unknown as ExactJson, schema);
        // The same entity written twice in the same words is accepted there, and refused here.
        if (new Set(entities.map(({ uid }) => JSON.stringify(uid))).size < entities.length) {
          expect(ours.isFit).toBe(false);
          continue;
        }
        const answer = oracle.checkParseEntities({ schema: SCHEMA, entities: entities as never });
        const reason = answer.type === 'failure' ? answer.errors[0]?.message : '';
        const what = `WRIT_SEED=${seed}\n${JSON.stringify(entities)}\nours: ${ours.why}\ntheirs: ${reason}`;
        expect(ours.isFit, what).toBe(answer.type === 'success');
      }
    },
    LONG_MS,
  );
});

function fits(json: ExactJson, schema: CedarSchema): { readonly isFit: boolean; readonly why: string } {
  const parsed = parseEntities(json, schema);
  if ('problems' in parsed) return { isFit: false, why: JSON.stringify(parsed.problems) };
  try {
    createEntityStore(parsed.entities);
    return { isFit: true, why: '' };
  } catch (thrown) {
    return { isFit: false, why: String(thrown) };
  }
}

function mutated(dice: Dice): string {
  const text = generatePolicy(dice, 12, dice.isLucky(4));
  const tokens: string[] = text.match(/"(?:[^"\\]|\\.)*"|[A-Za-z_]\w*|\d+|::|[=!<>]=|&&|\|\||\S/g) ?? [];
  for (let changes = 1 + dice.roll(2); changes > 0; changes -= 1) {
    const at = dice.roll(tokens.length);
    const other = tokens[dice.roll(tokens.length)] ?? '';
    if (dice.isLucky(3)) tokens.splice(at, 1);
    else if (dice.isLucky(2)) tokens.splice(at, 0, other);
    else tokens[at] = other;
  }
  return tokens.join(' ');
}

interface Damaged {
  uid: { type: string; id: string };
  attrs: Record<string, unknown>;
  parents: unknown[];
  tags?: Record<string, unknown>;
}

/** One thing wrong now and then. */
function damage(dice: Dice, entities: Damaged[]): readonly Damaged[] {
  const entity = dice.pick(entities);
  const names = Object.keys(entity.attrs);
  const odd = [1, 'x', true, [], ['a'], { a: 1 }, { __entity: { type: 'User', id: 'a' } }];
  switch (dice.roll(10)) {
    case 0:
      Reflect.deleteProperty(entity.attrs, dice.pick(names));
      break;
    case 1:
      entity.attrs[dice.pick(names)] = dice.pick(odd);
      break;
    case 2:
      entity.attrs['extra'] = 1;
      break;
    case 3:
      entity.parents.push(
        dice.pick([
          { type: 'Doc', id: 'd' },
          { type: 'Nope', id: 'x' },
          { type: 'Group', id: 'g0' },
          entity.uid,
        ]),
      );
      break;
    case 4:
      entities.push(structuredClone(entity));
      break;
    case 5:
      entity.uid = { type: dice.pick(['Nope', 'Kind', 'User']), id: dice.pick(['a', 'zz']) };
      break;
    case 6:
      entity.tags = { t: dice.pick(['a', 1, ['a'], [1]]) };
      break;
    default:
      break;
  }
  return entities;
}
