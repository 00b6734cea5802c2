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
  const { cedar, calls, permitted } = generateStart(seen, () => ['path', 'content', 'size']);

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

  test('a tool that was called in too many ways is left out and named', () => {
    const many = Array.from({ length: 60 }, (_, index) => asked({ path: `/srv/${index}` }));
    expect(generateStart(many)).toMatchObject({ cedar: '', leftOut: ['files/write_file'] });
  });
});
