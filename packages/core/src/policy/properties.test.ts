/** Laws of whole decisions: any query ends in an answer, and texts are only ever themselves. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../kernel/index.ts';
import { VERDICTS } from '../model/index.ts';
import { decideOver, fileTool, OVERFLOW, PERMIT_CALLS, pointOf, queryOf } from './fixtures.ts';

/** Any text a JavaScript string can be, lone surrogates included. */
const anyText = fc.string({ unit: 'binary', maxLength: 20 });
const wellFormed = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => text.isWellFormed());
/** A Cedar string literal for any well-formed text. */
const literal = (text: string): string =>
  `"${[...text].map((character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`).join('')}"`;

describe('decide never throws', () => {
  const point = pointOf(`${PERMIT_CALLS}
    @id("f") forbid(principal, action == Action::"files/write_file", resource) when { context.args.path like "/etc/*" };
    @id("g") forbid(principal, action, resource) when { context has user && context.user.roles.contains("guest") };`);

  test('for any query of the right shape', () => {
    const query = fc.record({
      method: fc.oneof(
        fc.constantFrom('tools/call', 'tools/list', 'results/deliver', 'sampling/createMessage'),
        anyText,
      ),
      type: fc.constantFrom('tool', 'server', 'data', 'prompt', 'program', 'host', 'file', 'agent'),
      id: fc.oneof(fc.constantFrom('files/write_file', 'files/x', 'files'), anyText),
      initiator: fc.constantFrom('agent', 'server', 'operator'),
      initiatingServer: fc.oneof(fc.constant('files'), anyText),
      args: fc.dictionary(
        fc.oneof(fc.constantFrom('path', 'size', 'tags', 'price', '__proto__'), anyText),
        fc.jsonValue() as fc.Arbitrary<JsonValue>,
      ) as fc.Arbitrary<JsonObject>,
      agent: anyText,
      time: fc.oneof(fc.double(), fc.nat()),
      labels: fc.array(anyText, { maxLength: 3 }),
    });
    fc.assert(
      fc.property(query, ({ agent, time, labels, ...spec }) => {
        const subject = { ...queryOf().subject, agent: { id: agent } };
        const context = { time, session: { id: agent, labels } };
        const outcome = point.decide(queryOf({ ...spec, subject, context }));
        expect(VERDICTS).toContain(outcome.verdict);
        if (outcome.source === 'fault') expect(outcome.verdict).toBe('deny');
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['nothing at all', undefined],
    ['null', null],
    ['an empty object', {}],
    ['parts that are none', { ...queryOf(), parts: null }],
    ['arguments that are a text', { ...queryOf(), context: { ...queryOf().context, args: 'x' } }],
    ['arguments without an end', { ...queryOf(), context: { ...queryOf().context, args: endless() } }],
  ])('for %s', (_what, query) => {
    expect(point.decide(query as never)).toMatchObject({ verdict: 'deny', source: 'fault' });
  });

  test('a lone surrogate is refused, never another character', () => {
    const agent = { id: 'bot\ud800' };
    const outcome = point.decide(queryOf({ subject: { ...queryOf().subject, agent } }));
    expect(outcome).toMatchObject({ verdict: 'deny', source: 'fault', code: 'policy.query' });
  });
});

/** An object that holds itself, at an undeclared name and at a declared one. */
function endless(): object {
  const value: Record<string, unknown> = { size: 'x' };
  value['path'] = value;
  return value;
}

describe('defect 47: any text is only itself', () => {
  test('as an agent, a tool, a property and a value', () => {
    fc.assert(
      fc.property(wellFormed, wellFormed, wellFormed, wellFormed, (agentEnd, toolEnd, propertyEnd, value) => {
        const [id, name, property] = [`a${agentEnd}`, `t${toolEnd}`, `p${propertyEnd}`];
        const tools = [
          fileTool(name, { type: 'object', properties: { [property]: { type: 'string' } } }),
          fileTool(`${name}!`, { type: 'object', properties: {} }),
        ];
        const text = `@id("p") permit(principal == Agent::${literal(id)}, action == Action::${literal(`files/${name}`)}, resource)
          when { context.args has ${literal(property)} && context.args[${literal(property)}] == ${literal(value)} };`;
        const ask = (agent: string, tool: string, argument: string): string =>
          decideOver(
            text,
            {
              subject: { ...queryOf().subject, agent: { id: agent } },
              id: `files/${tool}`,
              args: { [property]: argument },
            },
            { tools },
          ).verdict;
        expect(ask(id, name, value)).toBe('allow');
        expect(ask(`${id}"`, name, value)).toBe('deny');
        expect(ask(id, `${name}!`, value)).toBe('deny');
        expect(ask(id, name, `${value}"`)).toBe('deny');
      }),
      { numRuns: 60 },
    );
  });
});

describe('laws over policy texts', () => {
  const condition = fc.constantFrom(
    'true',
    'context.args.path == "/a"',
    'context.args.path like "/b*"',
    OVERFLOW,
  );
  const policy = fc.record({
    effect: fc.constantFrom('permit', 'forbid'),
    annotation: fc.constantFrom('', '@verdict("step_up")', '@verdict("defer")', '@redact("secret")'),
    condition,
  });
  const textOf = (one: { effect: string; annotation: string; condition: string }, id: number): string => {
    const annotation = one.effect === 'permit' && one.annotation.startsWith('@verdict') ? '' : one.annotation;
    return `@id("p${id}") ${annotation} ${one.effect}(principal, action == Action::"files/write_file", resource) when { ${one.condition} };`;
  };
  const verdictOf = (texts: readonly string[]): number =>
    VERDICTS.indexOf(decideOver(texts.join('\n'), { args: { path: '/a' } }).verdict);

  test('order never matters, adding a forbid never weakens, a failing policy never permits', () => {
    fc.assert(
      fc.property(fc.array(policy, { maxLength: 5 }), policy, (policies, added) => {
        const texts = policies.map(textOf);
        const before = verdictOf(texts);
        expect(verdictOf([...texts].reverse())).toBe(before);
        expect(verdictOf([...texts, textOf({ ...added, effect: 'forbid' }, 99)])).toBeGreaterThanOrEqual(
          before,
        );
        expect(verdictOf([...texts, textOf({ ...added, condition: OVERFLOW }, 99)])).toBeGreaterThanOrEqual(
          before,
        );
      }),
      { numRuns: 60 },
    );
  });
});
