// The validator is worth what it catches: each kind of mistake, planted in an event that is valid without it.
import { corpusPath } from '@writ/core/testing';
import { describe, expect, test } from 'vitest';
import { type OcsfEvent, toOcsf } from '../src/index.ts';
import { decision, recorded } from '../../../scripts/testing/recorded-entries.ts';
import { ocsfProblems, readSchema } from './validate-ocsf.ts';

const path = corpusPath('ocsf/compiled-1.9.0-dev.json.gz');

type Draft = Record<string, unknown> & {
  metadata: Record<string, unknown>;
  api: Record<string, unknown>;
  actor: Record<string, unknown>;
  policy: Record<string, unknown>;
  src_endpoint: Record<string, unknown>;
};

/** What is changed, and what is said of it. */
const MISTAKES: readonly (readonly [string, (event: Draft) => unknown, string])[] = [
  ['no class has the number', (e) => (e['class_uid'] = 3_999), 'class_uid: no class is 3999'],
  ['a required attribute is missing', (e) => delete e['severity_id'], 'severity_id: required'],
  [
    'a required object is missing',
    (e) => Reflect.deleteProperty(e, 'src_endpoint'),
    'src_endpoint: required',
  ],
  [
    'a required attribute of an object is missing',
    (e) => delete e.api['operation'],
    'api.operation: required',
  ],
  ['an attribute is unknown', (e) => (e['verdict'] = 'deny'), 'verdict: unknown attribute'],
  ['an attribute of an object is unknown', (e) => (e.api['tool'] = 'x'), 'api.tool: unknown attribute'],
  ['a text is a number', (e) => (e['message'] = 4), 'message: not a string'],
  ['a number is a text', (e) => (e['time'] = '4'), 'time: not a long'],
  ['a number has a fraction', (e) => (e['severity_id'] = 1.5), 'severity_id: not an integer'],
  ['an integer is too large', (e) => (e.metadata['sequence'] = 2 ** 31), 'metadata.sequence: not an integer'],
  ['a port is out of range', (e) => (e.src_endpoint['port'] = 65_536), 'src_endpoint.port: out of its range'],
  ['an address is none', (e) => (e.src_endpoint['ip'] = 'here'), 'src_endpoint.ip: not a ip_t'],
  ['a truth is a text', (e) => (e.policy['is_applied'] = 'yes'), 'policy.is_applied: not a boolean'],
  ['a list is none', (e) => (e['authorizations'] = {}), 'authorizations: not an array'],
  ['an object is a list', (e) => Object.assign(e, { policy: [] }), 'policy: not an object'],
  [
    'an item of a list is wrong',
    (e) => (e['authorizations'] = [{ x: 1 }]),
    'authorizations[0].x: unknown attribute',
  ],
  [
    'a number is none of an enumeration',
    (e) => (e['severity_id'] = 42),
    'severity_id: 42 is none of its values',
  ],
  ['the type is not class and activity', (e) => (e['type_uid'] = 600_301), 'type_uid: expected 600399'],
  ['the category is another', (e) => (e['category_uid'] = 3), 'category_uid: 3 is none of its values'],
  [
    'the name of the class is another',
    (e) => (e['class_name'] = 'Tool'),
    'class_name: expected API Activity',
  ],
  [
    'a word is not the caption of its number',
    (e) => (e['severity'] = 'Grave'),
    'severity_id: severity is not Informational',
  ],
  ['99 has no word', (e) => delete e['activity_name'], 'activity_id: 99 without activity_name'],
  ['none of several is there', (e) => (e['actor'] = {}), 'actor.: at least one of'],
  ['a profile is claimed that the class has not', (e) => profiles(e, 'incident'), 'has no profile incident'],
  [
    'a profile is used and not claimed',
    (e) => (e.metadata['profiles'] = []),
    'action_id: of a profile that is not',
  ],
  ['a profile asks for what is not there', (e) => profiles(e, 'cloud'), 'cloud: required'],
  ['the version is another', (e) => (e.metadata['version'] = '1.8.0'), 'metadata.version: not 1.9.0-dev'],
  ['the version is missing', (e) => delete e.metadata['version'], 'metadata.version: required'],
  ['an attribute is deprecated', (e) => (e.actor['invoked_by'] = 'x'), 'actor.invoked_by: deprecated'],
];

function profiles(event: Draft, more: string): void {
  event.metadata['profiles'] = [...(event.metadata['profiles'] as string[]), more];
}

describe.runIf(path !== undefined)('the validator', () => {
  const schema = path === undefined ? (undefined as never) : readSchema(path);
  const valid = (): Draft =>
    structuredClone(
      toOcsf(recorded(decision()), { productVersion: '1' })[0] as OcsfEvent,
    ) as unknown as Draft;

  test('finds nothing in an event that is valid', () => {
    expect(ocsfProblems(schema, valid())).toStrictEqual([]);
  });

  test.each(MISTAKES)('finds that %s', (_what, plant, problem) => {
    const event = valid();
    plant(event);
    expect(ocsfProblems(schema, event).join('\n')).toContain(problem);
  });

  test('finds that more than just one of several is there', () => {
    const [name] =
      Object.entries(schema.objects).find(([, one]) => one.constraints?.just_one !== undefined) ?? [];
    const names = schema.objects[name as string]?.constraints?.just_one ?? [];
    const shape = {
      ...schema,
      objects: {
        ...schema.objects,
        api: { ...schema.objects['api'], constraints: { just_one: ['service', 'operation'] } },
      },
    } as typeof schema;
    expect(names.length).toBeGreaterThan(1);
    expect(ocsfProblems(shape, valid())).toContain('api.: just one of service, operation');
  });
});
