// `writ policy explain`, `diff` and `replay`, and a candidate set beside a gateway: with the processes that people start.
import { cpSync, mkdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CallResult, Scratch } from './harness.ts';

const POLICIES = `@id("read") permit (principal, action == Action::"files/read_file", resource);
@id("pay-limit") permit (principal, action == Action::"bank/pay", resource) when { context.args.amount <= 500 };
`;
const REQUEST = {
  subject: { type: 'agent', id: 'bot' },
  action: { name: 'tools/call' },
  resource: { type: 'tool', id: 'bank/pay' },
  context: { args: { amount: 730 } },
};

let scratch: Scratch;
beforeAll(() => {
  scratch = new Scratch();
  scratch.write('a.cedar', POLICIES);
  scratch.write('same.cedar', `// other layout\n${POLICIES.split('\n').toReversed().join('\n')}`);
  scratch.write('b.cedar', POLICIES.replace('<= 500', '<= 501'));
  for (const [name, mode, rest] of [
    ['one', 'strict', '\nlimits: [{id: calls, kind: calls, amount: 5}]'],
    ['two', 'strict', ''],
  ] as const) {
    mkdirSync(scratch.path(name));
    scratch.write(`${name}/policies.cedar`, POLICIES);
    scratch.write(`${name}/policy-set.yaml`, `name: s\nversion: 1\nmode: ${mode}${rest}\n`);
  }
  scratch.write('broken.cedar', 'permit(');
  scratch.write('request.json', JSON.stringify(REQUEST));
});
afterAll(() => scratch.remove());

describe('explain', () => {
  test('says what would have to be otherwise, with the place of the policy', () => {
    const { status, stdout } = scratch.run('policy', 'explain', 'a.cedar', '--request', 'request.json');
    expect(status).toBe(0);
    expect(stdout).toContain('`pay-limit` would permit if `context.args.amount` were at most 500; it is 730');
    expect(stdout).toContain('a.cedar:2');
    expect(stdout).toContain('context.args.amount  730');
  });

  test('is data with --json', () => {
    const answer = scratch.json('policy', 'explain', 'a.cedar', '--request', 'request.json');
    expect(answer).toMatchObject({
      verdict: 'deny',
      explanation: {
        determined: [],
        near: [{ id: 'pay-limit', effect: 'permit', failing: 1, file: 'a.cedar', line: 2 }],
        facts: [{ path: 'context.args.amount', value: 730 }],
        others: 1,
      },
    });
  });

  test('belongs to decide where it is asked for, and not otherwise', () => {
    const flags = ['decide', '--policy', 'a.cedar', '--request', 'request.json'];
    expect(scratch.run(...flags, '--explain').stdout).toContain('were at most 500; it is 730');
    const plain = scratch.run(...flags);
    expect(plain.stdout).not.toContain('730');
    expect(scratch.json(...flags)).not.toHaveProperty('explanation');
  });

  test('of policies that do not parse is bad input', () => {
    const { status, stderr } = scratch.run('policy', 'explain', 'broken.cedar', '--request', 'request.json');
    expect(status).toBe(2);
    expect(stderr).toContain('broken.cedar:1');
  });
});

describe('diff', () => {
  test('of sets that mean the same is empty, exit 0, and says that it is no proof', () => {
    const { status, stdout } = scratch.run('policy', 'diff', 'a.cedar', 'same.cedar', '--search', '500');
    expect(status).toBe(0);
    expect(stdout).toContain('0 added, 0 removed, 0 changed, 0 renamed, 2 the same');
    expect(stdout).toContain(
      '0 of 500 generated requests are answered otherwise (seed 1; a search, no proof)',
    );
  });

  test('names the changed policy and a request that is decided otherwise, exit 1', () => {
    const { status, stdout } = scratch.run('policy', 'diff', 'a.cedar', 'b.cedar', '--search', '2000');
    expect(status).toBe(1);
    expect(stdout).toContain('~ permit `pay-limit`  a.cedar:2 → b.cedar:2');
    expect(stdout).toMatch(/deny → allow {2}\d+ decisions/);
    expect(stdout).toContain('"amount":501');
  });

  test('is data with --json, the same for one seed', () => {
    const flags = ['policy', 'diff', 'a.cedar', 'b.cedar', '--search', '1000', '--seed', '7'];
    const answer = scratch.json(...flags);
    expect(answer).toMatchObject({
      same: false,
      policies: { changed: [{ from: { id: 'pay-limit' }, to: { id: 'pay-limit' } }], same: 1 },
      decisions: [{ over: 'generated', seed: 7, proof: false, compared: 1000 }],
    });
    expect(scratch.json(...flags)).toEqual(answer);
  });

  test('says what no generated request shows: a limit that is gone, another mode', () => {
    const { status, stdout } = scratch.run('policy', 'diff', 'one', 'two', '--search', '20');
    expect(status).toBe(1);
    expect(stdout).toContain('- limit `calls`: {');
    const modes = ['policy', 'diff', 'a.cedar', 'a.cedar', '--search', '20', '--mode-to', 'audit'];
    expect(scratch.json(...modes)).toMatchObject({
      same: false,
      settings: [{ setting: 'mode', id: '', from: 'strict', to: 'audit' }],
    });
  });

  test('of what does not parse is bad input', () => {
    expect(scratch.run('policy', 'diff', 'a.cedar', 'broken.cedar').status).toBe(2);
    expect(scratch.run('policy', 'diff', 'a.cedar', 'missing.cedar').status).toBe(2);
    expect(scratch.run('policy', 'diff', 'a.cedar', 'b.cedar', '--search', 'many').status).toBe(2);
  });
});

describe('generate', () => {
  test('prints the schema of tools in a file, and says what it needs', () => {
    scratch.write('tools.yaml', 'bank/pay:\n  type: object\n  properties: {amount: {type: integer}}\n');
    const { status, stdout } = scratch.run('policy', 'generate', '--tools', 'tools.yaml', '--schema');
    expect(status).toBe(0);
    expect(stdout).toMatch(/action "bank\/pay"/);
    expect(scratch.run('policy', 'generate')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('nothing says from what to generate'),
    });
  });
});

describe('a gateway with a candidate', () => {
  let here: Scratch;
  const answers: CallResult[] = [];
  beforeAll(async () => {
    here = new Scratch();
    here.mustInit('--trust');
    cpSync(here.path('policies'), here.path('candidate'), { recursive: true });
    here.write(
      'candidate/z.cedar',
      '@id("nothing") forbid (principal, action in Action::"tools/call", resource);\n',
    );
    here.write('writ.yaml', `${here.read('writ.yaml')}\nshadow: {policies: [candidate]}\n`);
    const client = await here.gateway();
    for (let call = 0; call < 3; call += 1) answers.push(await client.call('read'));
    await client.close();
  });
  afterAll(() => here.remove());

  test('goes on as without it, and counts what it would have decided', () => {
    expect(answers.map(({ isError }) => isError ?? false)).toEqual([false, false, false]);
    const { status, stdout } = here.run('log', 'shadow');
    expect(status).toBe(1);
    expect(stdout).toMatch(/candidate [0-9a-f]{12}: \d+ the same, 3 otherwise/);
    expect(stdout).toMatch(/allow → deny {2}3, by `nothing` {2}\S+#\d+/);
    expect(here.json('log', 'shadow')).toMatchObject({
      candidates: [{ differs: 3, failed: 0, changes: [{ count: 3 }] }],
    });
  });

  test('shows it in the log', () => {
    expect(here.run('log', 'tail').stdout).toMatch(
      /allow tools\/call {2}\S+ {2}\(candidate [0-9a-f]{12}: deny\)/,
    );
  });

  test('replays its record: the set in force answers the same, exit 0', () => {
    const { status, stdout } = here.run('policy', 'replay', 'policies', '--log', '.writ');
    expect(stdout).toMatch(/^\d+ the same, 0 otherwise/m);
    expect(status).toBe(0);
  });

  test('gives a start from its record that permits what was permitted, and the schema of its tools', () => {
    const { status, stdout } = here.run('policy', 'generate', '--data', '.writ');
    expect(status).toBe(0);
    here.write('start.cedar', stdout);
    expect(here.run('policy', 'check', 'start.cedar', '--data', '.writ').status).toBe(0);
    expect(here.json('policy', 'generate', '--data', '.writ')).toMatchObject({
      calls: expect.any(Number),
      cedar: expect.stringContaining('permit(principal == Agent::'),
    });
    const flags = [
      'policy',
      'generate',
      '--data',
      '.writ',
      '--schema',
      'tools.cedarschema',
      '--out',
      'out.cedar',
    ];
    expect(here.run(...flags)).toMatchObject({ status: 0, stdout: 'written: out.cedar\n' });
    expect(here.read('out.cedar')).toBe(stdout);
    expect(here.read('tools.cedarschema')).toContain('entity Agent in [');
    expect(here.run(...flags)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('is there already'),
    });
  });

  test('replays its record: the candidate answers otherwise, exit 1, with receipts', () => {
    const { status, stdout } = here.run('policy', 'replay', 'candidate', '--log', '.writ');
    expect(status).toBe(1);
    expect(stdout).toMatch(/allow → deny {2}3 decisions/);
    expect(stdout).toMatch(/#\d+: bot: tools\/call on notes\/read/);
    expect(here.json('policy', 'replay', 'candidate', '--log', '.writ')).toMatchObject({
      differs: 3,
      erased: 0,
      unrecorded: 0,
    });
  });

  test('compares two sets over its record', () => {
    const { status, stdout } = here.run('policy', 'diff', 'policies', 'candidate', '--log', '.writ');
    expect(status).toBe(1);
    expect(stdout).toMatch(/3 of \d+ recorded requests are answered otherwise/);
    expect(stdout).not.toContain('generated');
  });

  test('of a folder that is no data folder is bad input', () => {
    expect(here.run('policy', 'replay', 'policies', '--log', 'nowhere').status).toBe(2);
  });
});
