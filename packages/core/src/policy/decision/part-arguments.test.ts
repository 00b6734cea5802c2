/** Arguments: exact or refused, and never out of a policy’s sight unnamed. */
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../kernel/index.ts';
import { decideOver, FILE_TOOLS, fileTool, PERMIT_CALLS } from '../fixtures.ts';

const WRITE = 'principal, action == Action::"files/write_file", resource';

describe('arguments', () => {
  const policies = (condition: string): string =>
    `${PERMIT_CALLS} @id("f") forbid(${WRITE}) when { ${condition} };`;
  const price = policies('context.args has price && context.args.price.greaterThan(decimal("100.5"))');

  test.each([
    ['a number for a text', { path: 5 }, 'path'],
    ['a list for a text', { path: ['/etc'] }, 'path'],
    ['a missing argument that is required', {}, 'path'],
    ['null for a required argument', { path: null }, 'path'],
    ['a fraction for an integer', { path: '', size: 1.5 }, 'size'],
    ['an integer that is not exact', { path: '', size: 2 ** 53 }, 'size'],
    ['a null in a list of texts', { path: '', tags: ['a', null] }, 'tags[]'],
  ])('%s is refused with its path', (_what, args, path) => {
    const outcome = decideOver(PERMIT_CALLS, { args });
    expect(outcome).toMatchObject({ verdict: 'deny', source: 'fault', code: 'policy.arguments' });
    expect(outcome.reasons[0]).toContain(`\`${path}\``);
  });

  test('audit mode does not relax it', () => {
    expect(
      decideOver(PERMIT_CALLS, { args: { path: 5 } }, { mode: 'audit', auditUntil: 1e15 }),
    ).toMatchObject({
      verdict: 'deny',
      source: 'fault',
    });
  });

  test('what no policy can judge is named, in the answer and to policies', () => {
    const text = `@id("p") permit(${WRITE}) when { context.unjudged_args.containsAll(["extra", "mode", "note"]) };`;
    const outcome = decideOver(text, { args: { path: '', extra: { deep: 1 }, mode: 3, note: null } });
    expect(outcome).toMatchObject({ verdict: 'allow', unjudgedArgs: ['extra', 'mode', 'note'] });
  });

  test.each([
    [100.5, 'allow'],
    [100.5001, 'deny'],
    [100, 'allow'],
    [-0, 'allow'],
    [1e14, 'deny'],
  ])('defect 12: the decimal %d is compared exactly', (value, verdict) => {
    const outcome = decideOver(price, { args: { path: '', price: value } });
    expect(outcome).toMatchObject({ verdict, source: 'policy' });
  });

  test.each([[100.50001], [12.34567], [1e-7], [1e21], [0.1 + 0.2]])(
    'defect 12: the decimal %d is refused where a policy reads it, and named where none does',
    (value) => {
      expect(decideOver(price, { args: { path: '', price: value } })).toMatchObject({
        verdict: 'deny',
        source: 'fault',
        code: 'policy.arguments',
      });
      expect(decideOver(PERMIT_CALLS, { args: { path: '', price: value } })).toMatchObject({
        verdict: 'allow',
        unjudgedArgs: ['price'],
      });
    },
  );

  test.each([[Number.MAX_SAFE_INTEGER], [-Number.MAX_SAFE_INTEGER], [0]])(
    'defect 12: the integer %d arrives exactly',
    (size) => {
      const text = policies(`context.args has size && context.args.size == ${size}`);
      expect(decideOver(text, { args: { path: '', size } }).verdict).toBe('deny');
      const other = size + (size > 0 ? -1 : 1);
      expect(decideOver(text, { args: { path: '', size: other } }).verdict).toBe('allow');
    },
  );

  test('a forbid over all calls is not evaded by an argument that one tool leaves undeclared or untyped', () => {
    const tools = [
      ...FILE_TOOLS,
      fileTool('loose', { type: 'object', properties: { name: { type: 'string' } } }),
      fileTool('odd', { type: 'object', properties: { path: { type: ['string', 'array'] } } }),
    ];
    const text = `${PERMIT_CALLS} @id("etc") forbid(principal, action in Action::"tools/call", resource) when { context.args has path && context.args.path like "/etc/*" };`;
    for (const id of ['files/loose', 'files/odd', 'files/unlisted']) {
      const outcome = decideOver(text, { id, args: { path: '/etc/passwd' } }, { tools });
      expect(outcome).toMatchObject({ verdict: 'deny', source: 'fault', code: 'policy.arguments' });
      expect(decideOver(text, { id, args: { other: 1 } }, { tools }).verdict).toBe('allow');
    }
  });

  test('a value that looks like an entity to Cedar stays an argument', () => {
    const tools = [
      fileTool('t', {
        type: 'object',
        properties: {
          who: {
            type: 'object',
            properties: {
              __entity: { type: 'object', properties: { id: { type: 'string' } } },
              name: { type: 'string' },
            },
          },
        },
      }),
    ];
    const args = { who: { __entity: { type: 'Agent', id: 'root' }, name: 'x' } };
    const outcome = decideOver(PERMIT_CALLS, { id: 'files/t', args }, { tools });
    expect(outcome).toMatchObject({ verdict: 'allow', unjudgedArgs: ['who.__entity'] });
  });

  test('the parts of a call share its arguments, and only the call is typed by them', () => {
    const text = `@id("all") permit(principal, action, resource); @id("x") forbid(principal, action, resource) when { context.args has path && context.args.path == "no" };`;
    const parts = [
      { action: { name: 'tools/call' }, resource: { type: 'tool', id: 'files/write_file' } },
      { action: { name: 'file/write' }, resource: { type: 'file', id: '/srv/a' } },
    ] as const;
    expect(decideOver(text, { parts })).toMatchObject({ verdict: 'allow', unjudgedArgs: [] });
  });

  test('a list too long to be judged is refused where a policy reads it, and named where none does', () => {
    const tags = Array.from({ length: 65_537 }, (_, index) => `t${index}`);
    const reads = policies('context.args has tags && context.args.tags.contains("secret")');
    expect(decideOver(reads, { args: { path: '', tags } })).toMatchObject({
      verdict: 'deny',
      code: 'policy.arguments',
    });
    expect(decideOver(reads, { args: { path: '', tags: tags.slice(1) } }).verdict).toBe('allow');
    expect(decideOver(PERMIT_CALLS, { args: { path: '', tags } })).toMatchObject({
      verdict: 'allow',
      unjudgedArgs: ['tags'],
    });
  });

  test('more names than anybody would look at are refused', () => {
    const names = Array.from({ length: 4097 }, (_, index): [string, number] => [`n${index}`, 1]);
    expect(decideOver(PERMIT_CALLS, { args: { path: '', ...Object.fromEntries(names) } })).toMatchObject({
      verdict: 'deny',
      code: 'policy.arguments',
    });
  });

  test.each([['__proto__'], ['constructor'], ['hasOwnProperty'], ['toString']])(
    'an argument called `%s` is an argument like any other',
    (name) => {
      const args = JSON.parse(`{"path":"","${name}":{"size":5}}`) as JsonObject;
      expect(decideOver(PERMIT_CALLS, { args })).toMatchObject({ verdict: 'allow', unjudgedArgs: [name] });
      const size = policies('context.args has size && context.args.size > 1');
      expect(decideOver(size, { args }).verdict).toBe('allow');
    },
  );
});
