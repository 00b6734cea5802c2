/** What a server claims of its tools may make a verdict stricter, and never looser. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isFault, type JsonObject } from '../kernel/index.ts';
import type { PolicyOutcome, ToolDefinition } from '../model/index.ts';
import { PERMIT_CALLS, pointOf, queryOf } from './fixtures.ts';

const HINTS = ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'] as const;
const READ: Readonly<Record<(typeof HINTS)[number], string>> = {
  readOnlyHint: 'read_only',
  destructiveHint: 'destructive',
  idempotentHint: 'idempotent',
  openWorldHint: 'open_world',
};

function toolsWith(annotations?: JsonObject): readonly ToolDefinition[] {
  const definition = {
    name: 'write_file',
    inputSchema: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
    ...(annotations === undefined ? {} : { annotations }),
  };
  return [{ server: 'files', name: 'write_file', definition }];
}

function under(text: string, annotations?: JsonObject): PolicyOutcome {
  return pointOf(text, { tools: toolsWith(annotations) }).decide(queryOf());
}

function faultOf(text: string): string {
  try {
    pointOf(text, { tools: toolsWith() });
  } catch (thrown) {
    if (isFault(thrown)) return `${thrown.code}: ${thrown.message}`;
    throw thrown;
  }
  return 'none';
}

const forbidding = (condition: string): string =>
  `${PERMIT_CALLS} @id("claim") forbid(principal, action in Action::"tools/call", resource) when { ${condition} };`;

describe('a forbid reads what the pinned definition claims', () => {
  test.each(HINTS)('%s', (hint) => {
    const text = forbidding(`context.tool.${READ[hint]}`);
    expect(under(text, { [hint]: true }).verdict).toBe('deny');
    expect(under(text, { [hint]: false }).verdict).toBe('allow');
  });

  test.each([
    ['nothing is claimed', undefined],
    ['the claims are no booleans', { readOnlyHint: 'true', destructiveHint: 0, openWorldHint: null }],
    ['the annotations are empty', {}],
  ])('the worst holds where %s', (_why, annotations) => {
    const { verdict } = under(
      forbidding(
        '!context.tool.read_only && context.tool.destructive && !context.tool.idempotent && context.tool.open_world',
      ),
      annotations,
    );
    expect(verdict).toBe('deny');
  });

  test('the worst holds for a tool of which no definition is known', () => {
    const text = forbidding('context.tool.destructive');
    const point = pointOf(text, { tools: toolsWith({ destructiveHint: false }), unlisted: 'assume' });
    expect(point.decide(queryOf({ id: 'files/other' })).verdict).toBe('deny');
  });

  test('in a list and on a result too', () => {
    const text = `@id("all") permit(principal, action, resource);
      @id("claim") forbid(principal, action, resource) when { context has tool && context.tool.read_only };`;
    const point = pointOf(text, { tools: toolsWith({ readOnlyHint: true }) });
    const verdict = (method: string, phase: 'list' | 'result'): string =>
      point.decide(queryOf({ method, phase })).verdict;
    expect(verdict('tools/list', 'list')).toBe('deny');
    expect(verdict('results/deliver', 'result')).toBe('deny');
    expect(point.decide(queryOf({ type: 'server', id: 'files', method: 'ping' })).verdict).toBe('allow');
  });

  test('another claim is another schema, so that a record says which it was judged under', () => {
    const hash = (annotations?: JsonObject): string =>
      pointOf(PERMIT_CALLS, { tools: toolsWith(annotations) }).schemaHash;
    expect(hash({ readOnlyHint: true })).not.toBe(hash());
    expect(hash({ readOnlyHint: false })).toBe(hash());
  });
});

describe('a permit that reads it does not load', () => {
  test.each([
    ['a claim', 'when { context.tool.read_only }'],
    ['a claim that is denied', 'unless { context.tool.destructive }'],
    ['only whether there are any', 'when { context has tool }'],
    ['a claim behind others', 'when { context.args.path == "/a" && (context.tool.idempotent || true) }'],
    ['a claim by way of a choice', 'when { (if true then context else context).tool.read_only }'],
  ])('%s', (_why, condition) => {
    const text = `@id("p") permit(principal, action in Action::"tools/call", resource) ${condition};`;
    expect(faultOf(text)).toMatch(/^policy\.untrusted-attribute: .*claims/);
  });

  test('even where its types are not checked', () => {
    const text = `@id("p") permit(principal, action == Action::"other/tool", resource)
      when { context.tool.read_only && context.args.a == 1 && context.args.a == "x" };`;
    const load = (): unknown => pointOf(text, { unlisted: 'assume' });
    expect(load).toThrow(expect.objectContaining({ code: 'policy.untrusted-attribute' }));
  });
});

test('whatever is claimed, a set allows nothing that it does not allow without the forbids that read claims', () => {
  const claims = fc.dictionary(fc.constantFrom(...HINTS), fc.oneof(fc.boolean(), fc.constant('yes')), {
    noNullPrototype: true,
  });
  const conditions = fc.constantFrom(
    'context.tool.read_only',
    '!context.tool.read_only',
    'context.tool.destructive && !context.tool.idempotent',
    '!(context.tool.open_world || context.tool.read_only)',
  );
  const verdicts = fc.constantFrom(
    '',
    '@verdict("step_up") @approvers("ann") ',
    '@verdict("defer") @needs("context.user") ',
  );
  const permits = fc.constantFrom(PERMIT_CALLS, '');
  const rank = ['allow', 'modify', 'step_up', 'defer', 'deny'];
  fc.assert(
    fc.property(claims, conditions, verdicts, permits, (annotations, condition, verdict, permit) => {
      const reading = `${permit} @id("claim") ${verdict}forbid(principal, action in Action::"tools/call", resource) when { ${condition} };`;
      const strict = under(reading, annotations).verdict;
      const without = under(
        `${permit} @id("never") forbid(principal, action == Action::"ping", resource);`,
        annotations,
      );
      expect(rank.indexOf(strict)).toBeGreaterThanOrEqual(rank.indexOf(without.verdict));
    }),
    { numRuns: 60 },
  );
});
