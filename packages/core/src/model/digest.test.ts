import { describe, expect, test } from 'vitest';
import { sha256Hex } from '../kernel/crypto/index.ts';
import { type ActionRequest, actionDigest, definitionHash, SERVER_NAME, toolId } from './index.ts';

const PIN = 'a'.repeat(64);
const REQUEST: ActionRequest = {
  version: 1,
  requestId: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  tenant: 'acme',
  node: 'node-1',
  face: 'mcp_stdio',
  session: { id: 'session-1', parent: 'session-0', claim: 'mine' },
  initiator: 'agent',
  phase: 'call',
  method: 'tools/call',
  parts: [
    { action: { name: 'tools/call' }, resource: { type: 'tool', id: 'files/write_file' } },
    { action: { name: 'file/write' }, resource: { type: 'file', id: '/tmp/a', server: 'files' } },
  ],
  args: { path: '/tmp/a', content: 'x', deep: { list: [1, { a: null }] } },
  subject: {
    agent: { id: 'research-bot', team: 'research', org: 'acme' },
    person: { id: 'ada', roles: ['analyst'], mfa: true },
    chain: [{ id: 'planner' }, { id: 'writer' }],
    authentication: { method: 'key', assurance: 2, credentialId: 'key-1', at: 1 },
  },
  definitionPin: PIN,
  requestedDigest: '0'.repeat(64),
  idempotencyKey: 'once',
  causes: [],
  trace: { traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` },
  purpose: 'research',
  deadline: 1_000,
};
const { subject } = REQUEST;
const [first, second] = REQUEST.parts as [ActionRequest['parts'][0], ActionRequest['parts'][0]];
const without = (key: keyof ActionRequest): ActionRequest => {
  const { [key]: _left, ...rest } = REQUEST;
  return rest as ActionRequest;
};

describe('the digest of an action', () => {
  test.each<[string, ActionRequest]>([
    ['tenant', { ...REQUEST, tenant: 'other' }],
    ['node', { ...REQUEST, node: 'node-2' }],
    ['session', { ...REQUEST, session: { ...REQUEST.session, id: 'session-2' } }],
    ['initiator', { ...REQUEST, initiator: 'operator' }],
    ['server that started it', { ...REQUEST, initiatingServer: 'files' }],
    ['phase', { ...REQUEST, phase: 'result' }],
    ['method', { ...REQUEST, method: 'prompts/get' }],
    ['action of a part', { ...REQUEST, parts: [{ ...first, action: { name: 'tools/list' } }, second] }],
    [
      'type of a resource',
      { ...REQUEST, parts: [first, { ...second, resource: { ...second.resource, type: 'data' } }] },
    ],
    [
      'id of a resource',
      { ...REQUEST, parts: [first, { ...second, resource: { ...second.resource, id: '/tmp/b' } }] },
    ],
    [
      'server of a resource',
      { ...REQUEST, parts: [first, { ...second, resource: { ...second.resource, server: 'disk' } }] },
    ],
    [
      'absence of that server',
      { ...REQUEST, parts: [first, { ...second, resource: { type: 'file', id: '/tmp/a' } }] },
    ],
    ['order of parts', { ...REQUEST, parts: [second, first] }],
    ['number of parts', { ...REQUEST, parts: [first] }],
    ['a value of an argument', { ...REQUEST, args: { ...REQUEST.args, content: 'y' } }],
    [
      'a value deep in an argument',
      { ...REQUEST, args: { ...REQUEST.args, deep: { list: [1, { a: false }] } } },
    ],
    ['an argument more', { ...REQUEST, args: { ...REQUEST.args, mode: null } }],
    ['an argument named `__proto__`', { ...REQUEST, args: { ...REQUEST.args, ['__proto__']: 1 } }],
    ['the type of an argument', { ...REQUEST, args: { ...REQUEST.args, content: ['x'] } }],
    ['agent', { ...REQUEST, subject: { ...subject, agent: { ...subject.agent, id: 'other-bot' } } }],
    ['person', { ...REQUEST, subject: { ...subject, person: { id: 'eve', roles: [] } } }],
    [
      'order of the delegation chain',
      { ...REQUEST, subject: { ...subject, chain: subject.chain.toReversed() } },
    ],
    [
      'length of the delegation chain',
      { ...REQUEST, subject: { ...subject, chain: subject.chain.slice(1) } },
    ],
    ['pinned definition', { ...REQUEST, definitionPin: 'b'.repeat(64) }],
    ['absence of a pin', without('definitionPin')],
  ])('changes with the %s', (_what, changed) => {
    expect(actionDigest(changed)).not.toBe(actionDigest(REQUEST));
  });

  test('changes with the absence of a person', () => {
    const { person: _person, ...alone } = subject;
    expect(actionDigest({ ...REQUEST, subject: alone })).not.toBe(actionDigest(REQUEST));
  });

  test.each<[string, ActionRequest]>([
    ['request id', { ...REQUEST, requestId: '01BX5ZZKBKACTAV9WEVGEMMVRZ' }],
    ['deadline', { ...REQUEST, deadline: 2_000 }],
    ['purpose', { ...REQUEST, purpose: 'sales' }],
    ['absence of a purpose', without('purpose')],
    ['trace', without('trace')],
    ['face', { ...REQUEST, face: 'library' }],
    ['decision it resumes', { ...REQUEST, parent: 'log#4' }],
    ['causes', { ...REQUEST, causes: ['log#3'] }],
    ['digest that it carries', { ...REQUEST, requestedDigest: 'f'.repeat(64) }],
    ['claim of a session', { ...REQUEST, session: { id: 'session-1' } }],
    [
      'time and strength of the authentication',
      {
        ...REQUEST,
        subject: { ...subject, authentication: { method: 'none', assurance: 0, credentialId: '', at: 9 } },
      },
    ],
    [
      'order of the names of arguments',
      { ...REQUEST, args: { deep: { list: [1, { a: null }] }, content: 'x', path: '/tmp/a' } },
    ],
  ])('does not change with the %s', (_what, changed) => {
    expect(actionDigest(changed)).toBe(actionDigest(REQUEST));
  });

  test('is not moved between neighbouring fields', () => {
    const named = (tenant: string, node: string): string => actionDigest({ ...REQUEST, tenant, node });
    expect(named('ab', 'c')).not.toBe(named('a', 'bc'));
    expect(named('a","b', 'c')).not.toBe(named('a', 'b","c'));
  });

  test('is the SHA-256 of one stated text', () => {
    const text =
      '["writ/action/v1","acme","node-1","session-1","agent",null,"call","tools/call",' +
      '[["tools/call","tool","files/write_file",null],["file/write","file","/tmp/a","files"]],' +
      '"research-bot","ada",["planner","writer"],' +
      `{"content":"x","deep":{"list":[1,{"a":null}]},"path":"/tmp/a"},"${PIN}"]`;
    expect(actionDigest(REQUEST)).toBe(sha256Hex(text));
  });
});

describe('the hash of a tool definition', () => {
  const definition = {
    name: 'write_file',
    title: 'Write',
    description: 'writes a file',
    inputSchema: {
      type: 'object',
      properties: { path: { type: 'string', description: 'where' } },
      required: ['path'],
    },
    outputSchema: { type: 'object' },
    annotations: { readOnlyHint: false, destructiveHint: true },
    icons: [{ src: 'data:,', sizes: ['any'] }],
    execution: { taskSupport: 'forbidden' },
    _meta: { 'example.org/a': 1 },
    unknownToday: true,
  };

  test('changes when any field, at any depth, is changed, removed or added', () => {
    const seen = new Set([definitionHash(definition)]);
    let made = 1;
    const walk = (value: unknown, replace: (replacement: unknown) => object): void => {
      for (const variant of [replace('changed'), replace(undefined)]) {
        seen.add(definitionHash(JSON.parse(JSON.stringify(variant)) as typeof definition));
        made += 1;
      }
      if (typeof value !== 'object' || value === null) return;
      if (!Array.isArray(value)) {
        seen.add(definitionHash(replace({ ...value, added: 0 }) as typeof definition));
        made += 1;
      }
      for (const [key, member] of Object.entries(value)) {
        const copy = (): object => (Array.isArray(value) ? [...(value as unknown[])] : { ...value });
        walk(member, (replacement) => replace(Object.assign(copy(), { [key]: replacement })));
      }
    };
    for (const [key, member] of Object.entries(definition)) {
      walk(member, (replacement) => ({ ...definition, [key]: replacement }));
    }
    expect(made).toBeGreaterThan(50);
    expect(seen.size).toBe(made);
  });

  test('does not change with the order of fields', () => {
    const reordered = Object.fromEntries(Object.entries(definition).toReversed()) as typeof definition;
    expect(definitionHash(reordered)).toBe(definitionHash(definition));
  });
});

describe('the name of a server', () => {
  test.each(['files', '0', 'my-server', 'a'.repeat(32)])('may be `%s`', (name) => {
    expect(SERVER_NAME.test(name)).toBe(true);
    expect(toolId({ server: name, name: 'a/b' })).toBe(`${name}/a/b`);
  });

  test.each(['', '-a', 'Files', 'a_b', 'a/b', 'a.b', 'a b', 'a\n', 'a'.repeat(33), 'tööl'])(
    'is not `%s`',
    (name) => {
      expect(SERVER_NAME.test(name)).toBe(false);
    },
  );
});
