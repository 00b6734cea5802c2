// `writ` and its gateways with their log in PostgreSQL, as an operator has them: a real server, each `writ` a process.
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { openPostgres } from '@writ/postgres';
import { type TestServer, testServer } from '../../../scripts/testing/postgres-server.ts';
import { eventually, type Finished, PASSPHRASE, Scratch } from './harness.ts';

const server: TestServer | undefined = await testServer({ isSynced: true });
/** Longest one test takes, in milliseconds: each starts a dozen processes, on machines that are shared. */
const TIMEOUT_MS = 180_000;
vi.setConfig({ testTimeout: TIMEOUT_MS });
/** Calls that are denied at most until a gateway has found its server again. */
const MOST_DENIED = 500;
const url = server?.url ?? 'postgres://127.0.0.1:1/none';
/** Of the server's connection string; nothing prints it. */
const PASSWORD = 'writ:writ@';

let made: Scratch;
let scratch: Scratch;
let others: Scratch[];
let schema: string;
const schemas: string[] = [];

beforeAll(() => {
  made = new Scratch();
  made.mustInit('--trust');
});
afterAll(async () => {
  await made.remove();
  if (server === undefined) return;
  const database = openPostgres({ url });
  const session = await database.connect();
  const { rows } = await session.query(
    `SELECT nspname FROM pg_namespace WHERE nspname ~ '^writ_[0-9a-f]{12}$'`,
  );
  for (const name of [...schemas, ...rows.map((row) => String(row['nspname']))])
    await session.script(`DROP SCHEMA IF EXISTS ${name} CASCADE`);
  await session.close();
  await database.close();
  await server.stop();
});
beforeEach(() => {
  scratch = machine(made);
  schema = `writ_cli_${process.pid}_${schemas.length}`;
  schemas.push(schema);
  others = [];
  writeFileSync(scratch.path('postgres.url'), `${url}\n`, { mode: 0o600 });
  configure(`urlFile: postgres.url\n    schema: ${schema}`);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const one of [scratch, ...others]) await one.remove();
});

/** A copy of `one`, keys and all, as another machine has it. */
function machine(one: Scratch): Scratch {
  const copy = one.copy();
  chmodSync(copy.path('.writ/keys'), 0o700);
  return copy;
}

function configure(postgres: string): void {
  scratch.write('writ.yaml', `${made.read('writ.yaml')}\nlog:\n  postgres:\n    ${postgres}\n`);
}

function run(...args: readonly string[]): Finished {
  const finished = scratch.run(...args);
  expect(`${finished.stdout}${finished.stderr}`).not.toContain(PASSWORD);
  return finished;
}

const refusal = (finished: Finished): string => {
  expect(finished.status).not.toBe(0);
  return finished.stderr;
};

describe.skipIf(server === undefined)('a gateway with its log in PostgreSQL', () => {
  test('records what it decides, and every command reads and writes the same log', async () => {
    const client = await scratch.gateway();
    expect((await client.call('read')).isError ?? false).toBe(false);
    const waiting = client.call('write', { text: 'hello' });
    const reference = await eventually(() => {
      const { approvals } = scratch.json('approvals', 'list') as { approvals: { reference: string }[] };
      return approvals[0]?.reference;
    });
    expect(run('approvals', 'show', reference).stdout).toContain('"text": "hello"');
    expect(run('approvals', 'approve', reference, '--passphrase-file', 'passphrase').status).toBe(0);
    expect((await waiting).isError ?? false).toBe(false);
    expect(run('kill', 'agent', 'bot', '--reason', 'test').status).toBe(0);
    expect((await client.call('read')).content[0]?.text).toContain('test');
    expect(run('unkill', 'agent', 'bot', '--reason', 'test').status).toBe(0);
    expect((await client.call('read')).isError ?? false).toBe(false);
    expect(client.stderr).not.toContain(PASSWORD);
    await client.close();
    expect(existsSync(scratch.path('.writ/writ.db'))).toBe(false);
    expect(run('log', 'tail', '-n', '200').stdout).toMatch(/kill of a agent, epoch 1[\s\S]*unkill/);
    expect(run('log', 'show', '0').stdout).toContain('start');
    expect(run('log', 'downtime').status).toBe(0);
    expect(run('log', 'checkpoint').stdout).toMatch(/^writ\.local\//);
    expect(run('log', 'prove', '1').stdout).toContain('tlog-proof');
    expect(run('tools', 'list').stdout).toContain('notes');
    expect(run('key', 'list').stdout).toContain('signs');
    expect(run('doctor').stdout).toMatch(new RegExp(`ok +record +PostgreSQL .*\`${schema}\`: \\d+ entries`));
    expect(run('policy', 'check', 'policies', '--data', '.writ').status).toBe(0);
  });

  test('shares it with another on another machine: a kill on one stops the other, and neither loses anything', async () => {
    const other = machine(scratch);
    others.push(other);
    const [one, two] = [await scratch.gateway(), await other.gateway()];
    const calls = [one, two].flatMap((client) => Array.from({ length: 5 }, () => client.call('read')));
    for (const { isError } of await Promise.all(calls)) expect(isError ?? false).toBe(false);
    expect(other.run('kill', 'agent', 'bot', '--reason', 'gone wild').status).toBe(0);
    expect((await one.call('read')).content[0]?.text).toContain('gone wild');
    await Promise.all([one.close(), two.close()]);
    const verified = scratch.json('log', 'verify', '.writ');
    expect(verified).toMatchObject({ ok: true, problems: [] });
  });

  test.skipIf(server?.kill === undefined)(
    'denies and says why while the server is gone, killed as by kill -9, and goes on by itself when it is back',
    async () => {
      const client = await scratch.gateway();
      expect((await client.call('read')).isError ?? false).toBe(false);
      await server?.kill?.(async () => {
        const { isError, content } = await client.call('read');
        expect(isError).toBe(true);
        expect(content[0]?.text).toMatch(/log could not be reached|log\.unavailable|could not be recorded/);
        expect(JSON.stringify(content)).not.toContain(PASSWORD);
        expect(refusal(run('kill', 'agent', 'bot', '--reason', 'test'))).toMatch(/log\.unavailable/);
        expect(run('doctor').stdout).toMatch(/FAIL +record .*every action would be denied/);
      });
      // Each call that is denied makes it look again.
      let denied = 0;
      while ((await client.call('read')).isError === true && denied < MOST_DENIED) denied += 1;
      expect(denied).toBeLessThan(MOST_DENIED);
      await client.close();
      expect(scratch.json('log', 'verify', '.writ')).toMatchObject({ ok: true, problems: [] });
    },
  );
});

describe.skipIf(server === undefined)('writ log verify', () => {
  test('verifies the rows by a data folder or by a server, with the data keys or without, and finds an edit', async () => {
    expect(run('kill', 'agent', 'rogue', '--reason', 'test').status).toBe(0);
    vi.stubEnv('PG_URL_OF_TEST', url);
    const ways = [
      ['.writ'],
      ['.writ', '--data-keys', '.writ'],
      ['--postgres', 'file:postgres.url', '--schema', schema],
      ['--postgres', 'env:PG_URL_OF_TEST', '--schema', schema, '--data-keys', '.writ'],
    ];
    for (const way of ways)
      expect(scratch.json('log', 'verify', ...way)).toMatchObject({ ok: true, problems: [], uncovered: 0 });
    run('log', 'checkpoint');
    scratch.write('noted', run('log', 'checkpoint').stdout);
    expect(scratch.json('log', 'verify', '.writ', '--checkpoint', 'noted', '--size', '3')).toMatchObject({
      ok: true,
    });
    expect(scratch.json('log', 'verify', '.writ', '--size', '500000')).toMatchObject({ ok: false });
    const database = openPostgres({ url });
    const session = await database.connect();
    await session.script(`DELETE FROM ${schema}.state WHERE name = 'kills'`);
    await session.close();
    await database.close();
    // Whom a kill names is told to nobody without the keys.
    expect(scratch.json('log', 'verify', '.writ', '--data-keys', '.writ')).toMatchObject({
      ok: false,
      problems: [expect.stringContaining('`kills`')],
    });
    expect(refusal(run('kill', 'agent', 'bot', '--reason', 'test'))).toContain('log.corrupt');
  });

  test.each([
    [
      'a connection string in the arguments',
      ['--postgres', 'postgres://u:hunter2@h/d'],
      /env:NAME or file:PATH/,
    ],
    ['a schema without a server', ['--schema', 'x', '../none'], /for a log in PostgreSQL/],
    ['nothing at all', [], /no log is named/],
    [
      'a file of a string that is not there',
      ['--postgres', 'file:gone'],
      /which is to hold the connection string/,
    ],
    ['a file of a string that others may read', ['--postgres', 'file:writ.yaml'], /mode 644/],
    ['a part of published logs', ['.writ', '--root-only'], /`--root-only` is not for a log in PostgreSQL/],
  ])('refuses %s', (_what, args, said) => {
    run('key', 'list');
    const { status, stderr } = run('log', 'verify', ...args);
    expect(status).toBe(2);
    expect(stderr).toMatch(said);
    expect(stderr).not.toContain('hunter2');
  });
});

describe.skipIf(server === undefined)('the keys of such a log', () => {
  test('change by overlap, on every machine, and its history is in the log', async () => {
    expect(run('kill', 'agent', 'rogue', '--reason', 'test').status).toBe(0);
    expect(run('key', 'rotate', '--trust').status).toBe(0);
    const other = machine(scratch);
    others.push(other);
    const client = await other.gateway();
    expect(refusal(run('key', 'retire'))).toMatch(/a process uses the log .*\n.*on every machine/);
    await client.close();
    expect(run('key', 'retire').status).toBe(0);
    const { signing, history } = scratch.json('key', 'list') as {
      signing: string[];
      history: { action: string }[];
    };
    expect([signing.length, history.map(({ action }) => action)]).toEqual([1, ['add', 'retire']]);
    expect(scratch.json('log', 'verify', '.writ', '--data-keys', '.writ')).toMatchObject({ ok: true });
    expect(run('unkill', 'agent', 'rogue', '--reason', 'test').status).toBe(0);
    // The other machine still has both, and is told what to do; so is a run that was broken off before the key took its place.
    expect(refusal(other.run('unkill', 'agent', 'rogue', '--reason', 'test'))).toContain('writ key retire');
    expect(other.run('key', 'retire').status).toBe(0);
    expect(other.run('key', 'list').status).toBe(0);
  });

  test('end with the log, which goes on in a schema of its own with what would permit something if it were left out', () => {
    expect(run('kill', 'agent', 'rogue', '--reason', 'test').status).toBe(0);
    const other = machine(scratch);
    others.push(other);
    configure('urlFile: postgres.url');
    const revoked = scratch.json('key', 'revoke', '--reason', 'stolen', '--yes', '--trust');
    expect(revoked).toMatchObject({ former: schema, inherited: { kills: 1 } });
    const { postgres } = JSON.parse(scratch.read('.writ/log.json')) as { postgres: { schema: string } };
    expect(postgres).toMatchObject({ schema: expect.stringMatching(/^writ_[0-9a-f]{12}$/), former: schema });
    expect(scratch.json('log', 'verify', '.writ', '--data-keys', '.writ')).toMatchObject({ ok: true });
    expect(
      scratch.json('log', 'verify', '--postgres', 'file:postgres.url', '--schema', schema),
    ).toMatchObject({
      ok: true,
    });
    expect(existsSync(scratch.path('.writ/former', schema, 'log/checkpoint'))).toBe(true);
    expect(run('unkill', 'agent', 'rogue', '--reason', 'test').status).toBe(0);
    expect(refusal(other.run('kill', 'agent', 'bot', '--reason', 'test'))).toMatch(
      /has ended and goes on as/,
    );
    configure(`urlFile: postgres.url\n    schema: ${schema}`);
    expect(refusal(run('key', 'list'))).toMatch(
      /is in the schema `writ_[0-9a-f]{12}`, the configuration names/,
    );
  });
});

describe('what is not done', () => {
  test.each([
    [
      'a connection string in the configuration',
      'url: postgres://u:hunter2@h/d',
      /stands in the configuration/,
    ],
    ['a connection string for a name', 'urlEnv: postgres://u:hunter2@h/d', /stands in the configuration/],
    ['a connection string for a file', 'urlFile: postgres://u:hunter2@h/d', /stands in the configuration/],
    ['two places', 'urlEnv: A\n    urlFile: b', /one of `urlEnv` and `urlFile`/],
    ['a variable that is not set', 'urlEnv: WRIT_TEST_NOT_SET', /no `WRIT_TEST_NOT_SET`/],
    ['a file that is not there', 'urlFile: none.url', /no file stands at/],
    ['a schema that is no name', 'urlFile: postgres.url\n    schema: "x; DROP"', /not the name of a schema/],
  ])('%s', (_what, postgres, said) => {
    configure(postgres);
    const stderr = refusal(run('kill', 'agent', 'bot', '--reason', 'test'));
    expect(stderr).toMatch(said);
    expect(stderr).not.toContain('hunter2');
    expect(existsSync(scratch.path('.writ/writ.db'))).toBe(false);
  });

  test('a connection string that others may read', () => {
    chmodSync(scratch.path('postgres.url'), 0o644);
    expect(refusal(run('kill', 'agent', 'bot', '--reason', 'test'))).toContain('key.permissions');
  });

  test('a server elsewhere without TLS', () => {
    writeFileSync(scratch.path('postgres.url'), `postgres://u:hunter2@db.example/d?sslmode=disable\n`);
    const stderr = refusal(run('kill', 'agent', 'bot', '--reason', 'test'));
    expect(stderr).toMatch(/`db\.example` without TLS/);
    expect(stderr).not.toContain('hunter2');
  });

  test('a log moved into PostgreSQL by a change of configuration, or out of it', () => {
    const yaml = scratch.read('writ.yaml');
    scratch.write('writ.yaml', made.read('writ.yaml'));
    expect(run('kill', 'agent', 'bot', '--reason', 'test').status).toBe(0);
    scratch.write('writ.yaml', yaml);
    expect(refusal(run('unkill', 'agent', 'bot', '--reason', 'test'))).toContain('not moved into PostgreSQL');
  });

  test.skipIf(server === undefined)('backups of the folder, which holds no log', () => {
    expect(run('key', 'list').status).toBe(0);
    scratch.write('writ.yaml', made.read('writ.yaml'));
    // Without the configuration too, the folder knows where its log is.
    for (const args of [
      ['backup', 'b'],
      ['restore', 'b'],
    ])
      expect(refusal(run('log', ...args))).toContain('this one is in PostgreSQL');
    expect(run('key', 'list').status).toBe(0);
    expect(readFileSync(scratch.path('.writ/log.json'), 'utf8')).not.toContain(PASSPHRASE);
  });
});
