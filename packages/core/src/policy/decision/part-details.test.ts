/** Parts that say more than their resource: programs, files, hosts and sandboxes, as policies see them. */
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../kernel/index.ts';
import type { Part, PolicyQuery } from '../../model/index.ts';
import { decideOver, pointOf } from '../fixtures.ts';

const exec = (program: string, details: JsonObject = {}): Part => ({
  action: { name: 'process/exec' },
  resource: { type: 'program', id: program },
  args: {
    line: program,
    options: [],
    operands: [],
    cwd: '/work',
    in_workspace: true,
    piped_from: [],
    unresolved: [],
    ...details,
  },
});
const sandbox = (max_memory_mb: number): Part => ({
  action: { name: 'sandbox/create' },
  resource: {
    type: 'sandbox',
    id: 'box',
    limits: {
      profile: 'moderate',
      driver: 'bubblewrap',
      max_memory_mb,
      max_processes: 64,
      max_cpu_seconds: 60,
      network: false,
    },
  },
});
const query = (parts: readonly Part[], more: Partial<PolicyQuery> = {}): Partial<PolicyQuery> => ({
  parts,
  ...more,
});
const RUN = 'permit(principal, action == Action::"process/exec", resource)';

describe('a part with details', () => {
  test('is judged by its own, so that each program of a command line is judged by its own words', () => {
    const text = `@id("p") ${RUN};
      @id("f") forbid(principal, action == Action::"process/exec", resource == Program::"git")
      when { context.args has subcommand && context.args.subcommand == "push" };`;
    const status = exec('git', { subcommand: 'status' });
    const push = exec('git', { subcommand: 'push' });
    expect(decideOver(text, query([status])).verdict).toBe('allow');
    expect(decideOver(text, query([status, push]))).toMatchObject({
      verdict: 'deny',
      parts: [{ verdict: 'allow' }, { verdict: 'deny' }],
    });
    expect(decideOver(text, query([push, status])).verdict).toBe('deny');
  });

  test('is refused whole for a detail that its action does not declare, or that has another type', () => {
    for (const [details, path] of [
      [{ extra: 1 }, 'extra'],
      [{ options: 'x' }, 'options'],
      [{ subcommand: null }, 'subcommand'],
      [{ line: '\ud800' }, 'line'],
    ] as const)
      expect(decideOver(`@id("p") ${RUN};`, query([exec('git', details)]))).toMatchObject({
        verdict: 'deny',
        code: 'policy.arguments',
        unjudgedArgs: [path],
      });
  });

  test('that comes without them is permitted by no policy that reads one', () => {
    const bare: Part = { action: { name: 'process/exec' }, resource: { type: 'program', id: 'git' } };
    expect(decideOver(`@id("p") ${RUN};`, query([bare])).verdict).toBe('allow');
    expect(decideOver(`@id("p") ${RUN} when { context.args.in_workspace };`, query([bare])).verdict).toBe(
      'deny',
    );
    const forbid = `@id("p") ${RUN}; @id("f") forbid(principal, action == Action::"process/exec", resource == Program::"git") when { context.args.in_workspace };`;
    expect(decideOver(forbid, query([bare])).verdict).toBe('deny');
  });

  test('leaves the arguments of a tool call to the call beside it', () => {
    const call: Part = {
      action: { name: 'tools/call' },
      resource: { type: 'tool', id: 'files/write_file' },
    };
    const text = `@id("c") permit(principal, action in Action::"tools/call", resource) when { context.args.path == "/a" }; @id("p") ${RUN} when { context.args.cwd == "/work" };`;
    expect(decideOver(text, { ...query([call, exec('git')]), args: { path: '/a' } }).verdict).toBe('allow');
    expect(decideOver(text, { ...query([call, exec('git')]), args: { path: '/b' } }).verdict).toBe('deny');
    const odd = { ...call, args: { path: '/a' } };
    expect(decideOver(text, { ...query([odd]), args: { path: '/b' } })).toMatchObject({
      verdict: 'deny',
      code: 'policy.query',
    });
  });
});

describe('a sandbox', () => {
  const text =
    '@id("s") permit(principal, action == Action::"sandbox/create", resource) when { resource has max_memory_mb && resource.max_memory_mb <= 1024 };';

  test('has the bounds that the request says', () => {
    expect(decideOver(text, query([sandbox(1024)])).verdict).toBe('allow');
    expect(decideOver(text, query([sandbox(1025)])).verdict).toBe('deny');
  });

  test('has no bounds but those, whatever an operator wrote of one with its name', () => {
    const entities = [{ uid: { type: 'Sandbox', id: 'box' }, attrs: { max_memory_mb: 1 }, parents: [] }];
    const point = pointOf(text, { entities });
    const { limits: _, ...resource } = sandbox(1).resource;
    const asked = (part: Part): string => {
      const base: PolicyQuery = {
        subject: {
          agent: { id: 'bot' },
          chain: [],
          authentication: { method: 'none', assurance: 0, credentialId: '', at: 0 },
        },
        initiator: 'agent',
        phase: 'call',
        parts: [part],
        lifted: new Set(),
        context: { session: { id: 's', labels: [] }, findings: [], factsMissing: [], time: 0 },
      };
      return point.decide(base).verdict;
    };
    expect(asked(sandbox(4096))).toBe('deny');
    expect(asked({ ...sandbox(1), resource })).toBe('deny');
    expect(asked(sandbox(8))).toBe('allow');
  });
});

describe('principal.mfa_verified', () => {
  const text =
    '@id("p") permit(principal, action, resource) when { principal has mfa_verified && principal.mfa_verified };';
  const subjectWith = (mfa?: boolean): PolicyQuery['subject'] => ({
    agent: { id: 'bot' },
    person: { id: 'ann', roles: [], ...(mfa === undefined ? {} : { mfa }) },
    chain: [],
    authentication: { method: 'none', assurance: 0, credentialId: '', at: 0 },
  });

  test.each([
    [true, 'allow'],
    [false, 'deny'],
    [undefined, 'deny'],
  ])('is what the person proved: %s', (mfa, verdict) => {
    expect(decideOver(text, query([exec('git')], { subject: subjectWith(mfa) })).verdict).toBe(verdict);
  });
});
