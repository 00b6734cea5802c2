/** A start permits what was permitted, and nothing that was not seen. */
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../kernel/index.ts';
import { FILE_TOOLS, queryOf } from '../fixtures.ts';
import { loadPolicySet } from '../load.ts';
import { generateStart } from './index.ts';

const asked = (args: JsonObject, verdict: 'allow' | 'deny' = 'allow', agent = 'bot') => ({
  query: queryOf({ args, subject: { ...queryOf().subject, agent: { id: agent } } }),
  answer: { verdict },
});

const verdictOf = (cedar: string, args: JsonObject, agent = 'bot'): string =>
  loadPolicySet({
    sources: [{ name: 'start.cedar', text: cedar }],
    tools: FILE_TOOLS,
    mode: 'strict',
  }).decisionPoint.decide(asked(args, 'allow', agent).query).verdict;

describe('a start from what was seen', () => {
  const seen = [
    asked({ path: '/srv/a', size: 3 }),
    asked({ path: '/srv/"b"' }),
    asked({ path: '/etc/passwd' }, 'deny'),
    asked({ path: '/srv/a' }, 'allow', 'other'),
  ];
  const { cedar, calls, permitted } = generateStart(seen, FILE_TOOLS);

  test('permits every call that was permitted', () => {
    expect([calls, permitted]).toEqual([4, 3]);
    for (const { query, answer } of seen)
      expect(verdictOf(cedar, query.context.args ?? {}, query.subject.agent.id)).toBe(answer.verdict);
  });

  test.each([
    ['another value', { path: '/srv/c' }, 'bot'],
    ['a value of another call', { path: '/srv/"b"', size: 3 }, 'other'],
    ['an argument more', { path: '/srv/"b"', size: 1 }, 'bot'],
    ['an argument that nobody gave', { path: '/srv/"b"', content: 'x' }, 'bot'],
    ['another agent', { path: '/srv/"b"' }, 'other'],
    ['an agent that was never seen', { path: '/srv/a' }, 'nobody'],
  ])('does not permit %s', (_what, args, agent) => {
    expect(verdictOf(cedar, args, agent)).toBe('deny');
  });

  test.each<[string, JsonObject, JsonObject]>([
    ['a whole number where fractions are', { path: 'a', price: 3 }, { path: 'a', price: 4 }],
    ['a fraction', { path: 'a', price: 3.5 }, { path: 'a', price: 3.25 }],
    ['a list', { path: 'a', tags: ['x', 'y'] }, { path: 'a', tags: ['x'] }],
    ['an empty list', { path: 'a', tags: [] }, { path: 'a', tags: ['x'] }],
    ['a text or nothing', { path: 'a', note: null }, { path: 'a', note: 'x' }],
  ])('is exact about %s, in the type that the tool gives it', (_what, seenArgs, other) => {
    const { cedar: text } = generateStart([asked(seenArgs)], FILE_TOOLS);
    expect(verdictOf(text, seenArgs)).toBe('allow');
    expect(verdictOf(text, other)).toBe('deny');
  });

  test('names what Cedar cannot compare, so that any value of it is permitted', () => {
    const { cedar: text, loose } = generateStart([asked({ path: 'a', mode: 'x' })], FILE_TOOLS);
    expect(loose).toEqual(['files/write_file: mode']);
    expect(verdictOf(text, { path: 'a', mode: 'y' })).toBe('allow');
    expect(generateStart([asked({ path: 'a', price: 0.000_01 })], FILE_TOOLS).loose).toContain(
      'files/write_file: price',
    );
  });

  test('loads whatever agents are called: ids are unique', () => {
    const long = 'b'.repeat(60);
    const names = ['bot 1', 'bot-1', `${long}1`, `${long}2`];
    const { cedar: text } = generateStart(
      names.map((name) => asked({ path: name }, 'allow', name)),
      FILE_TOOLS,
    );
    for (const name of names) expect(verdictOf(text, { path: name }, name)).toBe('allow');
    expect(verdictOf(text, { path: 'bot 1' }, 'bot-1')).toBe('deny');
  });

  test('leaves out a tool that is not known any more, for what names it would not load', () => {
    const gone = asked({ path: 'a' });
    const query = {
      ...gone.query,
      parts: [{ action: { name: 'tools/call' }, resource: { type: 'tool', id: 'files/gone' } }],
    } as const;
    expect(generateStart([{ ...gone, query }], FILE_TOOLS)).toMatchObject({
      cedar: '',
      leftOut: ['files/gone'],
    });
  });

  test('a tool that was called in too many ways is left out and named', () => {
    const many = Array.from({ length: 60 }, (_, index) => asked({ path: `/srv/${index}` }));
    expect(generateStart(many)).toMatchObject({ cedar: '', leftOut: ['files/write_file'] });
  });
});
