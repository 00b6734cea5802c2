/** How actions look to Cedar, and which are refused because they look like nothing. */
import { describe, expect, test } from 'vitest';
import { decideOver, PERMIT_CALLS } from '../fixtures.ts';

const WRITE = 'principal, action == Action::"files/write_file", resource';

describe('the mapping to Cedar', () => {
  test.each([
    ['a call is an action of its own on the server', WRITE, {}],
    [
      'a call is in the group of calls',
      'principal, action in Action::"tools/call", resource == Server::"files"',
      {},
    ],
    [
      'an agent is in its team',
      'principal in Team::"research", action in Action::"tools/call", resource',
      {},
    ],
    [
      'an agent is in its organisation',
      'principal in Org::"acme", action in Action::"tools/call", resource',
      {},
    ],
    [
      'listing is an action on the tool',
      'principal, action == Action::"tools/list", resource == Tool::"files/write_file"',
      { method: 'tools/list', phase: 'list', args: {} },
    ],
    [
      'a tool is in its server',
      'principal, action == Action::"tools/list", resource in Server::"files"',
      { method: 'tools/list', phase: 'list', args: {} },
    ],
    [
      'delivering a result is an action on the tool',
      'principal, action == Action::"results/deliver", resource == Tool::"files/write_file"',
      { method: 'results/deliver', phase: 'result', args: {} },
    ],
    [
      'reading is an action on data of a server',
      'principal, action == Action::"resources/read", resource in Server::"files"',
      {
        args: { uri: 'file:///a' },
        parts: [
          {
            action: { name: 'resources/read' },
            resource: { type: 'data', id: 'file:///a', server: 'files' },
          },
        ],
      },
    ],
    [
      'a part names what it acts on',
      'principal, action == Action::"process/exec", resource == Program::"rm"',
      { method: 'process/exec', type: 'program', id: 'rm', args: {} },
    ],
    [
      'a method that nobody knows is `other`',
      'principal, action == Action::"other", resource',
      { method: 'acme/flush', type: 'server', id: 'files', args: {} },
    ],
  ] as const)('%s', (_what, scope, spec) => {
    expect(decideOver(`@id("p") permit(${scope});`, spec).verdict).toBe('allow');
    expect(decideOver(PERMIT_CALLS, { ...spec, args: { path: '' } }).verdict === 'allow').toBe(
      !('method' in spec) && !('parts' in spec),
    );
  });

  test('ids can be read as attributes, so that `like` reaches them', () => {
    const text = `@id("p") permit(principal, action == Action::"file/write", resource) when { resource.path like "/srv/*" };`;
    const write = (id: string): string =>
      decideOver(text, { method: 'file/write', type: 'file', id, args: {} }).verdict;
    expect([write('/srv/a'), write('/etc/a')]).toEqual(['allow', 'deny']);
  });

  test('a method called like a tool is not that tool', () => {
    const text = `@id("p") permit(${WRITE});`;
    const outcome = decideOver(text, { method: 'files/write_file', type: 'server', id: 'files' });
    expect(outcome.verdict).toBe('deny');
  });

  test.each([
    ['a tool without a server', { id: 'write_file' }],
    ['a tool called like the group of all calls', { id: 'tools/call' }],
    ['a tool called like a method', { id: 'tools/list' }],
    ['a tool without a name', { id: 'files/' }],
    ['a tool of a server without a name', { id: '/write_file' }],
    ['a call of something that is no tool', { type: 'server', id: 'files' }],
    ['an action on the wrong kind of thing', { method: 'process/exec', type: 'server', id: 'files' }],
    ['no part', { parts: [] }],
    ['a server that calls a tool', { initiator: 'server', initiatingServer: 'files' }],
    [
      'a server that is not named',
      { initiator: 'server', method: 'roots/list', type: 'server', id: 'files' },
    ],
    ['an agent that samples', { method: 'sampling/createMessage', type: 'server', id: 'files' }],
  ] as const)('%s is a fault', (_what, spec) => {
    expect(decideOver('permit(principal, action, resource);', spec)).toMatchObject({
      verdict: 'deny',
      source: 'fault',
      code: 'policy.query',
    });
  });

  test('what a server starts by itself is denied by default, in permissive mode too', () => {
    const spec = {
      initiator: 'server',
      initiatingServer: 'files',
      method: 'sampling/createMessage',
      type: 'server',
      id: 'files',
      args: {},
    } as const;
    expect(decideOver(PERMIT_CALLS, spec).verdict).toBe('deny');
    expect(decideOver(PERMIT_CALLS, spec, { mode: 'permissive' }).verdict).toBe('deny');
    const text = `@id("s") permit(principal == Server::"files", action == Action::"sampling/createMessage", resource);`;
    expect(decideOver(text, spec).verdict).toBe('allow');
  });
});
