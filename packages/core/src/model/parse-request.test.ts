import { describe, expect, test } from 'vitest';
import { type Fault, isFault, parseStrictJson } from '../kernel/index.ts';
import {
  type ActionRequest,
  MAX_CAUSES,
  MAX_CHAIN,
  MAX_ID_LENGTH,
  MAX_PARTS,
  parseActionRequest,
} from './index.ts';

const HASH = 'a'.repeat(64);
/** A request with every field. */
const FULL: ActionRequest = {
  version: 1,
  requestId: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  tenant: 'acme',
  node: 'node-1',
  face: 'mcp_stdio',
  session: { id: 'session-1', parent: 'session-0', claim: 'mine' },
  initiator: 'server',
  initiatingServer: 'files',
  phase: 'call',
  method: 'tools/call',
  parts: [
    { action: { name: 'tools/call' }, resource: { type: 'tool', id: 'files/write_file' } },
    { action: { name: 'file/write' }, resource: { type: 'file', id: '/tmp/a', server: 'files' } },
  ],
  args: { path: '/tmp/a', nested: { list: [1, -0.5, null, true, { a: '\u{1f600}' }] } },
  subject: {
    agent: { id: 'research-bot', team: 'research', org: 'acme' },
    person: { id: 'ada', roles: ['analyst'], mfa: true },
    chain: [{ id: 'planner', team: 'plans', org: 'acme' }],
    authentication: { method: 'key', assurance: 2, credentialId: 'key-1', at: 1 },
  },
  definitionPin: HASH,
  requestedDigest: HASH,
  idempotencyKey: 'once',
  parent: 'log#4',
  continues: 'log#3',
  causes: ['log#1', 'log#2'],
  trace: { traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`, tracestate: 'a=b' },
  purpose: 'research',
  deadline: 1_000,
};
const REQUIRED =
  'version requestId tenant node face session initiator phase method parts args subject requestedDigest causes deadline'.split(
    ' ',
  );

function faultOf(value: unknown): Fault {
  try {
    parseActionRequest(value);
  } catch (thrown) {
    if (isFault(thrown, 'request.invalid')) return thrown;
    throw thrown;
  }
  throw new Error('the request was accepted');
}

type Path = readonly (string | number)[];

/** A copy of the full request with `change` applied to the object at `path`. */
function changed(path: Path, change: (target: Record<string, unknown>) => void): unknown {
  const copy = structuredClone(FULL) as unknown as Record<string, unknown>;
  let target = copy;
  for (const step of path) target = target[step] as Record<string, unknown>;
  change(target);
  return copy;
}

function pathText(path: Path): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .slice(1);
}

/** Every object of the full request outside the arguments, and every place of a value in it. */
function placesOf(value: unknown, path: Path): { readonly objects: Path[]; readonly values: Path[] } {
  const found = { objects: [] as Path[], values: path.length === 0 ? [] : [path] };
  if (typeof value !== 'object' || value === null || path[0] === 'args') return found;
  if (!Array.isArray(value)) found.objects.push(path);
  for (const [key, member] of Object.entries(value)) {
    const inner = placesOf(member, [...path, Array.isArray(value) ? Number(key) : key]);
    found.objects.push(...inner.objects);
    found.values.push(...inner.values);
  }
  return found;
}
const PLACES = placesOf(FULL, []);

describe('a request', () => {
  test('with every field is read as it is, and read again the same', () => {
    const read = parseActionRequest(FULL);
    expect(read).toStrictEqual(FULL);
    expect(parseActionRequest(read)).toStrictEqual(FULL);
    expect(parseActionRequest(parseStrictJson(JSON.stringify(FULL)))).toStrictEqual(FULL);
  });

  test('with the required fields alone is read', () => {
    const least = Object.fromEntries(Object.entries(FULL).filter(([key]) => REQUIRED.includes(key)));
    expect(parseActionRequest(least)).toStrictEqual(least);
  });

  test.each(PLACES.objects.map((path) => [pathText(path) || 'the request', path] as const))(
    'with an unknown field in %s is refused, and the field named',
    (_where, path) => {
      for (const name of ['unknown', '__proto__', 'constructor', '']) {
        const value = changed(path, (target) => {
          Object.defineProperty(target, name, { value: 1, enumerable: true });
        });
        const fault = faultOf(value);
        expect(fault.data['path']).toBe(pathText([...path, name]));
        expect(fault.message).toMatch(/ is not a known field$|: is not a known field$/);
      }
    },
  );

  test.each(REQUIRED)('without `%s` is refused, and the field named', (name) => {
    const fault = faultOf(changed([], (target) => delete target[name]));
    expect(fault.data['path']).toBe(name);
  });

  test.each(PLACES.values.map((path) => [pathText(path), path] as const))(
    'with something else at `%s` is refused, and the place named',
    (_where, path) => {
      for (const other of [{ unexpected: true }, Symbol('other'), null]) {
        const value = changed(path.slice(0, -1), (target) => {
          target[String(path.at(-1))] = other;
        });
        if (path.length === 1 && path[0] === 'args' && typeof other === 'object' && other !== null) continue;
        expect(String(faultOf(value).data['path'])).toMatch(
          new RegExp(`^${pathText(path).replaceAll(/[[\].]/g, '\\$&')}`),
        );
      }
    },
  );

  test('with undefined for an absent field is refused', () => {
    expect(faultOf({ ...FULL, purpose: undefined }).data['path']).toBe('purpose');
  });

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', '{}'],
    ['a list', [FULL]],
    ['a number', 1],
  ])('is not %s', (_what, value) => {
    expect(faultOf(value).data['path']).toBe('');
  });

  test('names every problem, at most twenty, and quotes none at length', () => {
    expect(faultOf({}).data['problems']).toHaveLength(REQUIRED.length);
    const many = Array.from({ length: 100 }, () => ({}));
    expect(faultOf({ ...FULL, parts: many }).data['problems']).toHaveLength(20);
    const long = faultOf({ ...FULL, ['x'.repeat(1_000_000)]: 1 });
    expect(long.message.length).toBeLessThan(300);
    expect(JSON.stringify(long.data).length).toBeLessThan(1_000);
  });

  test('is refused in one printable line, whatever its fields are called', () => {
    const { message, data } = faultOf({ ...FULL, ['a\n\u001b[2Jb\ud800']: 1 });
    expect(message).toBe('request at `a [2Jb\ufffd`: is not a known field');
    expect(data['path']).toBe('a [2Jb\ufffd');
  });
});

describe('the bounds of a request', () => {
  const part = FULL.parts[0]!;
  const agent = { id: 'a' };
  const subjectWith = (change: object): unknown => ({ ...FULL, subject: { ...FULL.subject, ...change } });
  const authenticatedBy = (credentialId: string): unknown =>
    subjectWith({ authentication: { ...FULL.subject.authentication, credentialId } });
  const onResource = (id: string): unknown => ({
    ...FULL,
    parts: [{ ...part, resource: { type: 'data', id } }],
  });
  const roled = (roles: readonly string[]): unknown => subjectWith({ person: { id: 'ada', roles } });
  const traced = (tracestate: string): unknown => ({ ...FULL, trace: { ...FULL.trace, tracestate } });
  const times = <Item>(count: number, item: Item): Item[] => Array.from({ length: count }, () => item);

  test.each<[string, number, (count: number) => unknown, string]>([
    ['parts', MAX_PARTS, (count) => ({ ...FULL, parts: times(count, part) }), 'parts'],
    ['delegating agents', MAX_CHAIN, (count) => subjectWith({ chain: times(count, agent) }), 'subject.chain'],
    ['causes', MAX_CAUSES, (count) => ({ ...FULL, causes: times(count, 'log#1') }), 'causes'],
    ['roles', 256, (count) => roled(times(count, 'r')), 'subject.person.roles'],
    ['characters of an id', MAX_ID_LENGTH, (count) => ({ ...FULL, tenant: 'x'.repeat(count) }), 'tenant'],
    ['characters of a role', MAX_ID_LENGTH, (count) => roled(['x'.repeat(count)]), 'subject.person.roles[0]'],
    ['characters of a resource', 4096, (count) => onResource('x'.repeat(count)), 'parts[0].resource.id'],
    [
      'characters of a credential',
      MAX_ID_LENGTH,
      (count) => authenticatedBy('x'.repeat(count)),
      'subject.authentication.credentialId',
    ],
    ['characters of a trace state', 512, (count) => traced('x'.repeat(count)), 'trace.tracestate'],
  ])('%s: %d are read, one more is refused', (_what, most, make, path) => {
    expect(() => parseActionRequest(make(most))).not.toThrow();
    expect(faultOf(make(most + 1)).data['path']).toBe(path);
  });

  test('the stated numbers are those of the architecture', () => {
    expect([MAX_PARTS, MAX_CHAIN, MAX_CAUSES, MAX_ID_LENGTH]).toStrictEqual([1024, 16, 64, 256]);
  });

  test.each<[string, object, string]>([
    ['no parts', { parts: [] }, 'parts'],
    ['another version', { version: 2 }, 'version'],
    ['an empty id', { tenant: '' }, 'tenant'],
    ['a lone surrogate in an id', { method: '\ud800' }, 'method'],
    [
      'a lone surrogate in a resource',
      { parts: [{ ...part, resource: { type: 'data', id: '\ud800' } }] },
      'parts[0].resource.id',
    ],
    ['an unknown phase', { phase: 'before' }, 'phase'],
    ['an unknown face', { face: 'http' }, 'face'],
    ['an unknown initiator', { initiator: 'nobody' }, 'initiator'],
    ['a request id in lower case', { requestId: FULL.requestId.toLowerCase() }, 'requestId'],
    ['a request id beyond the time of a ULID', { requestId: '8'.padEnd(26, '0') }, 'requestId'],
    ['a digest in upper case', { requestedDigest: 'A'.repeat(64) }, 'requestedDigest'],
    ['a digest cut short', { definitionPin: 'a'.repeat(63) }, 'definitionPin'],
    ['a deadline before 1970', { deadline: -1 }, 'deadline'],
    ['a deadline between milliseconds', { deadline: 0.5 }, 'deadline'],
    ['a deadline beyond 2^53', { deadline: 2 ** 53 }, 'deadline'],
    ['a trace that is none', { trace: { traceparent: '00-1-2-01' } }, 'trace.traceparent'],
  ])('%s is refused', (_what, change, path) => {
    expect(faultOf({ ...FULL, ...change }).data['path']).toBe(path);
  });

  test.each([-1, 4, 1.5, '2'])('an assurance of %o is refused', (assurance) => {
    const authentication = { ...FULL.subject.authentication, assurance };
    expect(faultOf(subjectWith({ authentication })).data['path']).toBe('subject.authentication.assurance');
  });
});

describe('the arguments of a request', () => {
  const withArgs = (args: unknown): unknown => ({ ...FULL, args });

  test('keep every member, `__proto__` included, and change no prototype', () => {
    const args = parseStrictJson('{"__proto__":{"a":[{"__proto__":1}]},"constructor":{"prototype":2},"":3}');
    const read = parseActionRequest(withArgs(args)).args;
    expect(JSON.stringify(read)).toBe(JSON.stringify(args));
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  });

  test('are a copy: whoever handed them over can change them no more', () => {
    const args = { list: [{ amount: 1 }] };
    const read = parseActionRequest(withArgs(args)).args;
    args.list[0]!.amount = 1_000_000;
    args.list.push({ amount: 2 });
    expect(read).toStrictEqual({ list: [{ amount: 1 }] });
  });

  test.each<[string, unknown, string]>([
    ['a list', [], 'args'],
    ['nothing', undefined, 'args'],
    ['an undefined member', { a: { b: undefined } }, 'args.a.b'],
    ['a hole in a list', { a: Array(1) }, 'args.a[0]'],
    ['a function', { a: [() => 1] }, 'args.a[0]'],
    ['a big integer', { a: 1n }, 'args.a'],
    ['NaN', { a: Number.NaN }, 'args.a'],
    ['Infinity', { a: Number.NEGATIVE_INFINITY }, 'args.a'],
    ['an inexact integer', { a: [0, 2 ** 53] }, 'args.a[1]'],
    ['a lone surrogate', { a: { b: ['x\udc00'] } }, 'args.a.b[0]'],
    ['a lone surrogate in a name', { a: { '\ud800': 1 } }, 'args.a.\ufffd'],
    ['a date', { a: new Date(0) }, 'args.a'],
    ['a map', { a: new Map() }, 'args.a'],
  ])('%s is refused, and the place named', (_what, args, path) => {
    expect(faultOf(withArgs(args)).data['path']).toBe(path);
  });

  test('128 levels are read, 129 refused, and 100,000 or a circle do not overflow', () => {
    const nested = (levels: number): object => {
      let value: object = {};
      for (let level = 1; level < levels; level += 1)
        value = level % 2 === 0 ? { a: value } : { a: [value] }.a;
      return { a: value };
    };
    expect(() => parseActionRequest(withArgs(nested(127)))).not.toThrow();
    expect(faultOf(withArgs(nested(128))).message).toContain('deeper than 128 levels');
    expect(faultOf(withArgs(nested(100_000))).message).toContain('deeper than 128 levels');
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    expect(faultOf(withArgs(circle)).message).toContain('deeper than 128 levels');
  });
});
