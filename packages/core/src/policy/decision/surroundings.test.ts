/** What a request brings of entities: one request's are never another's, and identity stands above what files say. */
import { describe, expect, test } from 'vitest';
import { FILE_TOOLS, pointOf, queryOf } from '../fixtures.ts';
import { loadPolicySet } from '../load.ts';
import { renderIssue } from '../language/index.ts';

const ALL = '@id("all") permit(principal, action, resource);';

describe('entities around a request', () => {
  test('are those of its own parts, when the same resource is of another server', () => {
    const point = pointOf(
      `${ALL} @id("a") forbid(principal, action == Action::"resources/read", resource in Server::"a");`,
    );
    const verdict = (server: string): string =>
      point.decide(
        queryOf({
          parts: [{ action: { name: 'resources/read' }, resource: { type: 'data', id: 'x:1', server } }],
        }),
      ).verdict;
    expect([verdict('b'), verdict('a'), verdict('b')]).toEqual(['allow', 'deny', 'allow']);
  });

  test('say that the team of an agent is in its organisation', () => {
    const point = pointOf(
      '@id("t") permit(principal, action, resource) when { Team::"research" in Org::"acme" };',
    );
    expect(point.decide(queryOf()).verdict).toBe('allow');
  });

  test('name things as they are called, whatever a file says', () => {
    const entities = [{ uid: { type: 'Server', id: 'files' }, attrs: { name: 'bank' }, parents: [] }];
    const point = pointOf(
      `${ALL} @id("bank") forbid(principal, action in Action::"tools/call", resource) when { resource.name == "bank" };`,
      { entities },
    );
    expect(point.decide(queryOf()).verdict).toBe('allow');
  });
});

test('the level of an agent is not that of a server of the same name', () => {
  const { decisionPoint } = loadPolicySet({
    sources: [
      { name: 'main', text: ALL },
      {
        name: 'own',
        text: '@id("own") forbid(principal, action, resource);',
        level: { kind: 'agent', agent: 'twin' },
      },
    ],
    tools: FILE_TOOLS,
    mode: 'strict',
  });
  const sampling = queryOf({
    initiator: 'server',
    initiatingServer: 'twin',
    parts: [{ action: { name: 'sampling/createMessage' }, resource: { type: 'server', id: 'twin' } }],
  });
  expect(decisionPoint.decide(sampling).verdict).toBe('allow');
});

test('a server or tool that nobody has is a warning with its nearest name', () => {
  const text = `${ALL} @id("x") forbid(principal, action in Action::"tools/call", resource == Server::"fils");`;
  const { warnings } = loadPolicySet({
    sources: [{ name: 'main.cedar', text }],
    tools: FILE_TOOLS,
    mode: 'strict',
  });
  expect(warnings.map(renderIssue)).toEqual([
    expect.stringContaining('no tool is known for `Server::"fils"` (did you mean `files`?)'),
  ]);
});
