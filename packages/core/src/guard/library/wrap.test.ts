/** A wrapped tool: the guard is the only way to it. */
import { describe, expect, test } from 'vitest';
import { guardWorld, type GuardWorld } from '../../testing/index.ts';
import { Refused, type Tool, wrapTool } from './wrap.ts';

const DELIVER = '@id("r") permit(principal, action == Action::"results/deliver", resource);';
const PERMIT_ALL = `@id("c") permit(principal, action in Action::"tools/call", resource); ${DELIVER}`;

interface Wrapped<Args> {
  readonly here: GuardWorld;
  readonly runs: unknown[];
  readonly tool: ReturnType<typeof wrapTool<Args, unknown>>;
}

async function wrapped<Args = { readonly to?: unknown }>(
  result: unknown = 'sent',
  policies = PERMIT_ALL,
): Promise<Wrapped<Args>> {
  const here = await guardWorld({ policies });
  const runs: unknown[] = [];
  const tool: Tool<Args, unknown> = {
    name: 'send',
    execute: (args) => {
      runs.push(args);
      return result;
    },
  };
  return { here, runs, tool: wrapTool(here.guard, 'app', tool) };
}

function outcomes({ log }: GuardWorld): readonly string[] {
  return Array.from({ length: log.reader.size() }, (_, index) => log.reader.entry(index).entry).flatMap(
    (entry) => (entry.kind === 'outcome' ? [entry.outcome] : []),
  );
}

const CALL_ACTION = 'principal, action in Action::"tools/call", resource';

test.each<readonly [string, string, unknown]>([
  ['allow: runs', PERMIT_ALL, { to: 'ann@example.org' }],
  [
    'modify: runs with what is left',
    PERMIT_ALL.replace('@id("c")', '@id("c") @redact("email")'),
    { to: '[redacted:email]' },
  ],
  [
    'step_up: does not run',
    `${PERMIT_ALL} @id("ask") @verdict("step_up") forbid(${CALL_ACTION});`,
    undefined,
  ],
  [
    'defer: does not run',
    `${PERMIT_ALL} @id("mfa") @verdict("defer") @needs("context.user.mfa") forbid(${CALL_ACTION});`,
    undefined,
  ],
  ['deny: does not run', `${PERMIT_ALL} @id("no") forbid(${CALL_ACTION});`, undefined],
])('a wrapped tool under %s', async (_verdict, policies, expected) => {
  const { runs, tool } = await wrapped('sent', policies);
  const running = tool.execute({ to: 'ann@example.org' });
  if (expected === undefined) await expect(running).rejects.toThrow(Refused);
  else await expect(running).resolves.toBe('sent');
  expect(runs).toEqual(expected === undefined ? [] : [expected]);
});

test('a wrapped tool under a fault: does not run', async () => {
  const detector = {
    id: 'broken',
    version: '1',
    kinds: ['x'],
    detect: () => {
      throw new Error('bug');
    },
  };
  const here = await guardWorld({
    policies: PERMIT_ALL,
    ports: { detectors: [{ detector, mode: 'block' }] },
  });
  const runs: unknown[] = [];
  const tool = wrapTool(here.guard, 'app', { name: 'send', execute: (args: unknown) => runs.push(args) });
  await expect(tool.execute({ to: 'ann' })).rejects.toThrow(Refused);
  expect(runs).toEqual([]);
});

test('a refused tool does not run, and its caller is told in words', async () => {
  const { runs, tool } = await wrapped('sent', DELIVER);
  await expect(tool.execute({ to: 'ann' })).rejects.toThrow(Refused);
  await expect(tool.execute({ to: 'ann' })).rejects.toThrow('No policy permits');
  expect(runs).toHaveLength(0);
});

test('a withheld result is a refusal, and not nothing', async () => {
  const { runs, tool } = await wrapped('sent', PERMIT_ALL.replace(DELIVER, ''));
  await expect(tool.execute({ to: 'ann' })).rejects.toThrow('do not retry');
  expect(runs).toHaveLength(1);
});

test('what runs is what was judged, whatever the caller does to its object', async () => {
  const { runs, tool } = await wrapped();
  const args = { to: 'ann' };
  const running = tool.execute(args);
  args.to = 'everybody';
  await running;
  expect(runs).toEqual([{ to: 'ann' }]);
});

test('an object that says something else as JSON is judged and run as its JSON', async () => {
  const { runs, tool } = await wrapped();
  await tool.execute({ to: 'ann', toJSON: () => ({ to: 'bo' }) } as never);
  expect(runs).toEqual([{ to: 'bo' }]);
});

describe('arguments that cannot be judged', () => {
  const cyclic: { to?: unknown } = {};
  cyclic.to = cyclic;
  test.each([
    ['a list', []],
    ['a text', 'x'],
    ['a big integer', { to: 1n }],
    ['an integer that is not exact', { to: 2 ** 53 }],
    ['a lone surrogate', { to: '\ud800' }],
    ['a cycle', cyclic],
    [
      'a property that throws',
      {
        get to(): string {
          throw new Error('no');
        },
      },
    ],
  ])('%s: nothing runs, and the refusal is recorded', async (_what, args) => {
    const { here, runs, tool } = await wrapped();
    const end = await tool.enforce(args as { readonly to?: unknown });
    expect(end).toMatchObject({ verdict: 'deny', receipt: 'test.example/log#2' });
    expect(runs).toHaveLength(0);
    expect(here.log.reader.size()).toBe(3);
  });
});

test.each([
  ['a big integer', 1n],
  ['a function', () => 1],
  ['an integer that is not exact', 2 ** 53],
  ['a lone surrogate', '\ud800'],
])(
  'a result that cannot be judged, %s, is withheld after success: nobody is told that the tool failed',
  async (_what, result) => {
    const { here, runs, tool } = await wrapped(result);
    const end = await tool.enforce({});
    expect(end).toMatchObject({ verdict: 'deny', outcome: 'withheld' });
    expect(end.message).toContain('was performed');
    expect(end.message).toContain('do not retry');
    expect(runs).toHaveLength(1);
    expect(outcomes(here)).toEqual(['withheld']);
  },
);

test('a tool that returns nothing returns null', async () => {
  const { tool } = await wrapped(null);
  expect(await tool.execute({})).toBeNull();
});

test('the definition a tool was wrapped with is in its record', async () => {
  const { here, tool } = await wrapped();
  await tool.execute({});
  const { input } = here.log.reader.body(2) as { input: { definitionPin: string } };
  expect(input.definitionPin).toMatch(/^[0-9a-f]{64}$/);
});
