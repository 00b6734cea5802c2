// `writ witness`: a witness as a process, a gateway that asks it, and what a verifier sees.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, cpSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Scratch } from './harness.ts';

let scratch: Scratch;
let witness: ChildProcessWithoutNullStreams;
let announced: {
  readonly url: string;
  readonly keys: readonly [string];
  readonly origins: readonly string[];
};

async function startWitness(): Promise<void> {
  const args = ['witness', '--data', 'w', '--key', 'k/w.key', '--log', logKeyFile(), '--port', '0', '--json'];
  witness = spawn(Scratch.launcher, args, { cwd: scratch.folder, env: scratch.environment });
  const [line] = (await once(createInterface(witness.stdout), 'line')) as [string];
  announced = JSON.parse(line) as typeof announced;
}

function logKeyFile(): string {
  const [name = ''] = readdirSync(scratch.path('xdg/writ/trust'));
  return scratch.path('xdg/writ/trust', name);
}

async function call(times: number): Promise<string> {
  const client = await scratch.gateway();
  for (let at = 0; at < times; at += 1) await client.call('read');
  await client.close();
  return client.stderr;
}

beforeAll(async () => {
  scratch = new Scratch();
  scratch.mustInit('--trust');
  scratch.run('witness', 'key', 'k/w.key', '--name', 'w.example/1');
  await startWitness();
  const logKey = scratch.read(logKeyFile().slice(scratch.folder.length)).trim();
  scratch.write('policy.txt', `log ${logKey}\nwitness w ${announced.keys[0]} ${announced.url}\nquorum w\n`);
  scratch.write(
    'other.txt',
    `log ${logKey}\nwitness v ${scratch.run('witness', 'key', 'k/v.key', '--name', 'v').stdout.trim()}\nquorum v\n`,
  );
  appendFileSync(scratch.path('writ.yaml'), '\nwitnesses: policy.txt\n');
  await call(2);
}, 60_000);
afterAll(async () => {
  witness.kill('SIGKILL');
  await scratch.remove();
});

describe('writ witness', () => {
  test('makes a key for its owner alone, and says where it listens', () => {
    expect(statSync(scratch.path('k/w.key')).mode & 0o777).toBe(0o600);
    expect(announced.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(announced.keys[0]).toMatch(/^w\.example\/1\+[0-9a-f]{8}\+B/);
    expect(announced.origins).toEqual([expect.stringMatching(/^writ\.local\//)]);
  });

  test.each([
    ['no data folder', ['--key', 'k/w.key', '--log', 'x'], '`--data` is missing'],
    ['no key', ['--data', 'x', '--log', 'x'], '`--key` is missing'],
    ['no log', ['--data', 'x', '--key', 'k/w.key'], '`--log` is missing'],
    ['the key of a witness as a log', ['--data', 'x', '--key', 'k/w.key', '--log', 'W'], 'key of a witness'],
    [
      'a folder that another has open',
      ['--data', 'w', '--key', 'k/w.key', '--log', 'L', '--port', '0'],
      'another process',
    ],
  ])('does not start with %s', (_why, args, message) => {
    const named = args.map((arg) => (arg === 'W' ? announced.keys[0] : arg === 'L' ? logKeyFile() : arg));
    const { status, stderr } = scratch.run('witness', ...named);
    expect(status).not.toBe(0);
    expect(stderr).toContain(message);
  });
});

describe('what a gateway publishes', () => {
  test('is cosigned: verify says by whom, and how many of how many', () => {
    scratch.write('checkpoint', scratch.run('log', 'checkpoint').stdout);
    const { status, stdout } = scratch.run('witness', 'verify', 'checkpoint', '--policy', 'policy.txt');
    expect(stdout).toMatch(
      /^verified {2}writ\.local.*, \d+ entries\n {2}cosigned by w at 20.*\n {2}witnessed 1 of 1, enough for the quorum\n$/,
    );
    expect(status).toBe(0);
  });

  test('is not enough for a policy with other witnesses, exit 1', () => {
    const { status, stdout } = scratch.run('witness', 'verify', 'checkpoint', '--policy', 'other.txt');
    expect(stdout).toContain('witnessed 0 of 1, not enough');
    expect(status).toBe(1);
  });

  test('proves an entry under the policy, and no other bytes', () => {
    expect(scratch.run('log', 'prove', '1', '--out', 'proof', '--entry', 'entry').status).toBe(0);
    const flags = ['witness', 'verify', 'proof', '--policy', 'policy.txt'];
    expect(scratch.json(...flags, '--entry', 'entry')).toMatchObject({
      ok: true,
      index: 1,
      witnessed: 1,
      of: 1,
    });
    scratch.write('altered', `${scratch.read('entry')} `);
    expect(scratch.json(...flags, '--entry', 'altered')).toMatchObject({
      ok: false,
      problem: 'not-included',
    });
    expect(scratch.run(...flags, '--entry', 'altered').status).toBe(1);
  });

  describe('verified as a whole under a policy', () => {
    const verify = (policy: string, ...flags: string[]) =>
      scratch.run('log', 'verify', '.writ/log', '--policy', policy, ...flags);
    const lines = (end: string) => `${scratch.read('policy.txt').replace('quorum w\n', '')}${end}`;
    const absent = () => `witness v ${scratch.read('other.txt').match(/witness v (\S+)/)?.[1] ?? ''}\n`;

    test('passes where those who cosigned are enough, though not all did', () => {
      scratch.write('any.txt', lines(`${absent()}group one any w v\nquorum one\n`));
      const { status, stdout } = verify('any.txt');
      expect(stdout).toMatch(/^verified[\s\S]*witnesses +passed[\s\S]*witnessed [1-9]/);
      expect(status).toBe(0);
    });

    test('fails where a group asks for more, and names who is missing, exit 1', () => {
      scratch.write('both.txt', lines(`${absent()}group two all w v\nquorum two\n`));
      const { status, stdout } = verify('both.txt');
      expect(stdout).toMatch(/^not verified[\s\S]*witnesses +failed[\s\S]*witnessed 0 of/);
      expect(stdout).toContain('witnesses-missing: cosigned by 1 of 2 witnesses, not by v');
      expect(status).toBe(1);
    });

    test('asks nobody where the quorum is none', () => {
      scratch.write('none.txt', lines('quorum none\n'));
      const { status, stdout } = verify('none.txt');
      expect(stdout).toMatch(/witnesses +not run/);
      expect(status).toBe(0);
    });

    test('takes no key of a log that the policy does not name', () => {
      scratch.write('keyless.txt', scratch.read('policy.txt').replace(/^log .*\n/, ''));
      const { status, stdout } = verify('keyless.txt');
      expect(stdout).toContain('no trusted key');
      expect(status).toBe(1);
    });

    test.each([
      ['a key beside it', ['--key', 'policy.txt'], 'stands alone'],
      ['a witness beside it', ['--witness', 'policy.txt'], 'stands alone'],
      ['a quorum beside it', ['--quorum', '1'], 'stands alone'],
    ])('%s is refused, exit 2', (_what, flags, message) => {
      const { status, stderr } = verify('policy.txt', ...flags);
      expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
    });

    test('a policy that is not there, or does not read, is refused, exit 2', () => {
      expect(verify('gone.txt').status).toBe(2);
      scratch.write('broken.txt', 'quorum none\nquibble\n');
      const { status, stderr } = verify('broken.txt');
      expect([status, stderr]).toEqual([2, expect.stringContaining('line 2')]);
    });
  });

  test('a checkpoint or a policy that is not there is a wrong argument, exit 2', () => {
    for (const args of [
      ['gone', '--policy', 'policy.txt'],
      ['policy.txt', '--policy', 'gone'],
    ]) {
      const { status, stderr } = scratch.run('witness', 'verify', ...args);
      expect([status, stderr]).toEqual([2, expect.stringContaining('cannot read `gone`')]);
    }
  });

  test('a policy that does not read is said where', () => {
    scratch.write('broken.txt', 'quorum none\nquibble\n');
    const { status, stderr } = scratch.run('witness', 'verify', 'checkpoint', '--policy', 'broken.txt');
    expect([status, stderr]).toEqual([2, expect.stringContaining('line 2')]);
  });
});

describe('a gateway whose log was put back', () => {
  test('does not start: its witness has seen further', async () => {
    cpSync(scratch.path('.writ'), scratch.path('backup'), { recursive: true });
    await call(2);
    rmSync(scratch.path('.writ'), { recursive: true });
    cpSync(scratch.path('backup'), scratch.path('.writ'), { recursive: true });
    await expect(call(1)).rejects.toThrow('put back to an earlier state');
  });

  test('the witness ends when it is told to, and remembers', async () => {
    const ended = once(witness, 'exit');
    witness.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    await startWitness();
    scratch.write('policy.txt', scratch.read('policy.txt').replace(/http:\S+/, announced.url));
    await expect(call(1)).rejects.toThrow('put back to an earlier state');
  });
});
