// `writ log fetch`: a published log from a bucket, verified, and what others did to it there.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openS3, type S3Store } from '@writ/s3';
import { startSmallS3 } from '../../../scripts/testing/small-s3.ts';
import { type Finished, Scratch } from './harness.ts';

const ACCOUNT = { accessKeyId: 'reader', secretAccessKey: 'not to be seen' };
const BUCKET = 'writ-log';

/** Paths of the files in `folder`, at any depth. */
function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  );
}

/** Runs `writ log fetch`, beside the server in this process. */
async function fetchTo(
  folder: string,
  flags: readonly string[],
  account = ACCOUNT,
  environment: NodeJS.ProcessEnv = {},
): Promise<Finished> {
  const where = ['--bucket', BUCKET, '--endpoint', server.endpoint];
  const child = spawn(Scratch.launcher, ['log', 'fetch', folder, ...where, ...flags], {
    cwd: scratch.folder,
    env: {
      ...scratch.environment,
      AWS_ACCESS_KEY_ID: account.accessKeyId,
      AWS_SECRET_ACCESS_KEY: account.secretAccessKey,
      ...environment,
    },
  });
  const [stdout, stderr] = [child.stdout, child.stderr].map(text);
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, stdout: (await stdout) ?? '', stderr: (await stderr) ?? '' };
}

let scratch: Scratch;
let server: { readonly endpoint: string; stop(): Promise<void> };
let store: S3Store;

beforeAll(async () => {
  scratch = new Scratch();
  scratch.mustInit('--trust');
  const client = await scratch.gateway();
  await client.call('read');
  await client.close();
  server = await startSmallS3(ACCOUNT, [BUCKET]);
  store = await openS3({
    endpoint: server.endpoint,
    bucket: BUCKET,
    credentials: ACCOUNT,
    objectLock: { mode: 'compliance', days: 1 },
    now: () => Date.now(),
  });
  for (const name of filesOf(scratch.path('.writ/log')))
    await store.put(name, readFileSync(scratch.path('.writ/log', name)));
});
afterAll(async () => {
  store.close();
  await server.stop();
  await scratch.remove();
});

describe('fetch', () => {
  test('brings the log and verifies it with the keys of the trust folder: exit 0', async () => {
    const { status, stdout } = await fetchTo('copy', []);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^fetched {2}\d+ files of \d+ entries into .*\nverified {2}writ\.local/);
    expect(scratch.run('log', 'verify', 'copy').status).toBe(0);
  });

  test('names what somebody did to the bucket: exit 1, and what the lock kept is verified all the same', async () => {
    await store.put('checkpoint', Buffer.from('somebody\n1\nAAAA\n\n— somebody AAAA\n'));
    const { status, stdout } = await fetchTo('second', []);
    expect(status).toBe(1);
    expect(stdout).toContain('found checkpoint-forged');
    expect(stdout).toContain('verified');
  });

  test('does not write into a data folder, which would then no longer verify', async () => {
    const { status, stderr } = await fetchTo('.writ', []);
    expect([status, stderr]).toEqual([2, expect.stringContaining('is a data folder')]);
    expect(scratch.run('log', 'verify', '.writ').status).toBe(0);
  });

  test('without a key says where one belongs', async () => {
    const { status, stderr } = await fetchTo('keyless', [], ACCOUNT, {
      XDG_CONFIG_HOME: scratch.path('none'),
    });
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/without a key[\s\S]*to do: .*`--key`.*none/),
    ]);
    expect(existsSync(scratch.path('keyless'))).toBe(false);
  });

  test('says what is missing of who asks, and never the secret', async () => {
    const nobody = await fetchTo('third', [], { accessKeyId: '', secretAccessKey: '' });
    expect(nobody.status).toBe(2);
    expect(nobody.stderr).toContain('AWS_ACCESS_KEY_ID');
    expect(existsSync(scratch.path('third'))).toBe(false);
    const wrong = await fetchTo('third', [], { ...ACCOUNT, secretAccessKey: 'the wrong one' });
    expect(wrong.status).not.toBe(0);
    expect(wrong.stdout + wrong.stderr).not.toContain('the wrong one');
    expect(wrong.stderr).toContain('403');
  });
});
