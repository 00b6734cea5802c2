// `writ policy sign` with a key that a service holds.
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startServer } from '../../../scripts/testing/small-server.ts';
import { signingVersions, smallSigningTransit } from '../../../scripts/testing/small-transit.ts';
import { type Finished, Scratch } from './harness.ts';

/** Longest time of a test: each command is a process of its own. */
const SLOW_MS = 120_000;
const TOKEN = 'hvs.CAESIsigner';
const ORGANISATION = '01M80RDQBWRA7Y7JESDCW2ZFAH';
const OUT = ['--out', 'bundle.dsse.json'];

let scratch: Scratch;
beforeEach(async () => {
  scratch = new Scratch();
  const service = smallSigningTransit(TOKEN, new Map([['policy', signingVersions(1)]]));
  const address = await startServer(service);
  scratch.write(
    'signer.yaml',
    `name: acme/policy\ntransit: {address: "${address}", key: policy, tokenEnv: SIGNER_TOKEN}\n`,
  );
  mkdirSync(scratch.path('acme'));
  scratch.write('acme/policy-set.yaml', 'name: acme\nversion: 1\nmode: strict\n');
  scratch.write('acme/main.cedar', '@id("none")\nforbid (principal, action, resource);\n');
  scratch.write(
    'bundle.yaml',
    `organisation: ${ORGANISATION}\nenvironment: production\npolicies: acme\nmax_age: 7d\noffline: fail_closed\n`,
  );
});
afterEach(() => scratch.remove());

/** `writ`, beside which this process answers as the service. */
function run(token: string | undefined, ...args: readonly string[]): Promise<Finished> {
  const env = { ...scratch.environment, SIGNER_TOKEN: token };
  return new Promise((resolve) => {
    const child = execFile(
      Scratch.launcher,
      [...args],
      { cwd: scratch.folder, env },
      (_error, stdout, stderr) => resolve({ status: child.exitCode, stdout, stderr }),
    );
  });
}

test(
  'a bundle is signed by a key that a service holds, under the public half that is printed',
  async () => {
    const { stdout: anchor } = await run(TOKEN, 'policy', 'public-key', '--service', 'signer.yaml');
    expect(anchor).toMatch(/^acme\/policy\+[0-9a-f]{8}\+\S+\n$/);
    const signed = await run(TOKEN, 'policy', 'sign', 'bundle.yaml', '--service', 'signer.yaml', ...OUT);
    expect(signed).toMatchObject({ status: 0, stdout: expect.stringMatching(/^signed bundle 1, /) });
    const verified = scratch.run('policy', 'verify-bundle', 'bundle.dsse.json', '--anchor', anchor.trim());
    expect(verified).toMatchObject({ status: 0 });
    expect(readFileSync(scratch.path('bundle.dsse.json'), 'utf8')).not.toContain(TOKEN);
  },
  SLOW_MS,
);

test(
  'a service that refuses leaves no bundle, and no word of the token; one key is named, and not two',
  async () => {
    const refused = await run(
      'hvs.guessed',
      'policy',
      'sign',
      'bundle.yaml',
      '--service',
      'signer.yaml',
      ...OUT,
    );
    expect(refused).toMatchObject({ status: expect.toSatisfy((status: number) => status > 0), stdout: '' });
    expect(refused.stderr).toContain('the key service refuses');
    expect(refused.stderr).not.toContain('hvs.guessed');
    expect(scratch.read('bundle.dsse.json')).toBe('');
    const none = await run(TOKEN, 'policy', 'sign', 'bundle.yaml', ...OUT);
    expect(none).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('exactly one of `--key` and `--service`'),
    });
  },
  SLOW_MS,
);
