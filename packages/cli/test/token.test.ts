// `writ token`: made once, kept hashed, ended at once, and told of in the log.
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { Scratch } from './harness.ts';

let made: Scratch;
let scratch: Scratch;
beforeAll(() => {
  made = new Scratch();
  made.mustInit('--trust');
});
afterAll(() => made.remove());
beforeEach(() => {
  scratch = made.copy();
  chmodSync(scratch.path('.writ/keys'), 0o700);
});
afterEach(() => scratch.remove());

interface Created {
  readonly token: string;
  readonly id: string;
  readonly expires: number;
  readonly receipt: string;
}

const create = (...flags: readonly string[]): Created =>
  scratch.json('token', 'create', '--agent', 'ci-bot', ...flags) as unknown as Created;

test('the token is the whole of standard output', () => {
  const { status, stdout, stderr } = scratch.run('token', 'create', '--agent', 'ci-bot');
  expect({ status, stdout }).toStrictEqual({
    status: 0,
    stdout: expect.stringMatching(/^writ_[0-9A-Za-z]{49}\n$/) as string,
  });
  expect(stderr).not.toContain(stdout.trim());
});

test('no file of the data folder holds the token, and only its owner can read what is kept', () => {
  const { token, id } = create();
  const file = scratch.path('.writ/tokens', `${id}.json`);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(scratch.path('.writ/tokens')).mode & 0o777).toBe(0o700);
  const secret = token.slice(5, 20);
  for (const entry of readdirSync(scratch.path('.writ'), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    expect(readFileSync(`${entry.parentPath}/${entry.name}`).includes(secret)).toBe(false);
  }
});

test('a list shows whose it is and until when, and neither token nor hash', () => {
  const { id, token, expires } = create(
    '--person',
    'ann',
    '--role',
    'accountant',
    '--scope',
    'mcp.use',
    '--note',
    'nightly run',
    '--days',
    '7',
  );
  const { stdout } = scratch.run('token', 'list', '--json');
  expect(JSON.parse(stdout)).toStrictEqual({
    tokens: [
      {
        id,
        agent: { id: 'ci-bot' },
        person: { id: 'ann', roles: ['accountant'] },
        scopes: ['mcp.use'],
        note: 'nightly run',
        created: expires - 7 * 86_400_000,
        expires,
        status: 'valid',
      },
    ],
  });
  expect(stdout).not.toContain(token.slice(5));
  expect(scratch.run('token', 'list').stdout).toMatch(/valid .* ci-bot  for ann  nightly run/);
});

test('the log tells of each token that was made and ended, and not whose it is', () => {
  const { id, receipt } = create('--person', 'ann');
  expect(scratch.json('token', 'revoke', id)).toMatchObject({ revoked: id });
  const { stdout } = scratch.run('log', 'tail', '--number', '10');
  expect(stdout).toContain(`create ${id}, until`);
  expect(stdout).toContain(`revoke ${id}`);
  expect(receipt).toMatch(/#\d+$/);
  expect(scratch.run('log', 'verify', '.writ')).toMatchObject({ status: 0 });
});

test('what was ended stays in the list until it would have expired', () => {
  const { id } = create();
  scratch.run('token', 'revoke', id);
  expect(scratch.json('token', 'list')).toMatchObject({ tokens: [{ id, status: 'revoked' }] });
  expect(scratch.json('token', 'prune')).toStrictEqual({ pruned: [] });
});

test('what has expired is taken away by `prune` alone', () => {
  const { id } = create();
  const file = scratch.path('.writ/tokens', `${id}.json`);
  const kept = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, JSON.stringify({ ...kept, expires: 1 }));
  expect(scratch.json('token', 'list')).toMatchObject({ tokens: [{ status: 'expired' }] });
  expect(scratch.json('token', 'prune')).toStrictEqual({ pruned: [id] });
  expect(existsSync(file)).toBe(false);
});

test('a token that was found somewhere is ended by itself, from standard input', () => {
  const { token, id } = create();
  const { status, stdout } = spawnSync(Scratch.launcher, ['token', 'revoke', '-', '--json'], {
    cwd: scratch.folder,
    env: scratch.environment,
    input: `${token}\n`,
    encoding: 'utf8',
  });
  expect({ status, revoked: (JSON.parse(stdout) as { revoked: string }).revoked }).toStrictEqual({
    status: 0,
    revoked: id,
  });
});

test.each([
  ['no agent', ['create']],
  ['an agent without a name', ['create', '--agent', '']],
  ['an agent with a line break', ['create', '--agent', 'a\nb']],
  ['a role of nobody', ['create', '--agent', 'a', '--role', 'x']],
  ['a scope with a space', ['create', '--agent', 'a', '--scope', 'a b']],
  ['no end', ['create', '--agent', 'a', '--days', '0']],
  ['an end too far away', ['create', '--agent', 'a', '--days', '401']],
  ['an id that nobody has', ['revoke', '0123456789abcdef']],
  ['an id that is a path', ['revoke', '../keys/log']],
])('%s is refused, and nothing is made', (_what, args) => {
  expect(scratch.run('token', ...args).status).toBe(2);
  expect(existsSync(scratch.path('.writ/tokens'))).toBe(false);
});

test('tokens in a folder that others can write to are refused', () => {
  create();
  chmodSync(scratch.path('.writ/tokens'), 0o777);
  expect(scratch.run('token', 'create', '--agent', 'x')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('key.permissions') as string,
  });
});

test('help says in days how long a token counts', () => {
  const { stdout } = scratch.run('token', 'create', '--help');
  expect(stdout.replace(/\s+/g, ' ')).toContain('1 to 400 (default: 90)');
});

test.each([
  ['auth: none', '`gateway.auth.tokens` is not `true`'],
  ['auth: {tokens: true, scopes: {required: [a, b]}}', 'it asks for `--scope b`'],
])('whoever makes a token that a gateway with %s would refuse is told so', (auth, why) => {
  const file = scratch.path('writ.yaml');
  writeFileSync(file, `${readFileSync(file, 'utf8')}\ngateway: {${auth}}\n`);
  const { status, stderr } = scratch.run('token', 'create', '--agent', 'ci-bot', '--scope', 'a');
  expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining(why) as string });
});

test('a token with every scope that the gateway asks for is made without a word', () => {
  const file = scratch.path('writ.yaml');
  writeFileSync(
    file,
    `${readFileSync(file, 'utf8')}\ngateway: {auth: {tokens: true, scopes: {required: [a]}}}\n`,
  );
  const { stderr } = scratch.run('token', 'create', '--agent', 'ci-bot', '--scope', 'a');
  expect(stderr).not.toContain('lets nobody in');
});
