/** Drivers over a container engine, with an engine that only writes down what it is told; what real ones confine is in ../effects.test.ts. */
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { followed, makePlace, type Place, sandboxAt } from '../fixtures.ts';
import { sandboxProfile } from '../profiles.ts';
import { containerSeccomp, SECCOMP_RULES } from '../seccomp/index.ts';
import type { SandboxDriver } from '../types.ts';
import { containerDriver, type ContainerOptions } from './driver.ts';

const endings: (() => unknown)[] = [];
afterAll(async () => {
  for (const end of endings) await end();
});

const MODERATE = { ...sandboxProfile('moderate'), demands: [] };

interface Engine {
  readonly driver: SandboxDriver;
  readonly place: Place;
  /** Words of the last `run`. */
  words(): readonly string[];
}

/** An engine that ends with `status`, whatever it is to run. */
function engine(status = 0, options: Partial<ContainerOptions> = {}): Engine {
  const place = makePlace();
  const path = join(place.root, 'engine');
  const script = `#!/bin/sh
case $1 in info) echo 'Runtimes: runc runsc'; exit 0;; image) exit 0;; esac
for word; do printf '%s\\n' "$word"; done >'${place.root}/words'
cat
exit ${status}
`;
  writeFileSync(path, script);
  chmodSync(path, 0o755);
  const driver = containerDriver({ name: 'docker', engine: path, image: 'local/image', ...options });
  endings.push(
    () => driver.close(),
    () => place.remove(),
  );
  const words = (): readonly string[] =>
    readFileSync(join(place.root, 'words'), 'utf8').trimEnd().split('\n');
  return { driver, place, words };
}

describe('a command in a container', () => {
  test('has no network, no rights, nothing to write to but what is named, and every bound of its profile', async () => {
    const { driver, place, words } = engine();
    const sandbox = await sandboxAt(driver, MODERATE, place, { environment: { CI: 'yes' } });
    await followed(sandbox.exec(['npm', 'test']));
    const said = words();
    for (const word of [
      '--network=none',
      '--read-only',
      '--cap-drop=ALL',
      '--security-opt=no-new-privileges',
      '--ipc=private',
      '--pull=never',
      '--pids-limit=512',
      '--memory=4096m',
      '--memory-swap=4096m',
      '--ulimit=cpu=3600',
      '--ulimit=nofile=8192',
      '--env=CI=yes',
      `--mount=type=bind,source=${place.folder},target=${place.folder}`,
    ])
      expect(said).toContain(word);
    expect(said.slice(-3)).toStrictEqual(['local/image', 'npm', 'test']);
    expect(
      said.filter((word) => /privileged|docker\.sock|cap-add|network=host|pid=host/.test(word)),
    ).toStrictEqual([]);
    await sandbox.remove();
  });

  test('sees an empty folder where keys are, and cannot move what holds it', async () => {
    const { driver, place, words } = engine();
    const sandbox = await sandboxAt(driver, MODERATE, place);
    await followed(sandbox.exec(['true']));
    const mounts = words().filter((word) => word.startsWith('--mount='));
    const kept = join(place.folder, 'kept');
    expect(mounts.slice(-2)).toStrictEqual([
      `--mount=type=bind,source=${kept},target=${kept}`,
      expect.stringMatching(
        /^--mount=type=bind,source=\S+\/empty,target=\S+\/kept\/\.writ,readonly$/,
      ) as string,
    ]);
    await sandbox.remove();
  });

  test.each([
    [0, { exitCode: 0 }],
    [3, { exitCode: 3 }],
    [127, { exitCode: 127 }],
    [137, { exitCode: 137, signal: 9 }],
  ])('ends with %i as it ended', async (status, end) => {
    const { driver, place } = engine(status);
    const sandbox = await sandboxAt(driver, MODERATE, place);
    expect((await followed(sandbox.exec(['true']))).end).toStrictEqual(end);
  });

  test('that the engine could not run surely did not run', async () => {
    const { driver, place } = engine(125);
    const sandbox = await sandboxAt(driver, MODERATE, place);
    await expect(followed(sandbox.exec(['true']))).rejects.toMatchObject({ code: 'sandbox.failed' });
  });

  test('is not given a folder whose name would say more than where it is', async () => {
    const { driver, place } = engine();
    const folder = join(place.root, 'x,readonly=false');
    mkdirSync(folder);
    const sandbox = await sandboxAt(driver, MODERATE, place, { folder, write: [] });
    expect(() => sandbox.exec(['true'])).toThrow(/comma/);
  });

  test.each([
    ['moderate', true],
    ['permissive', false],
  ] as const)('cannot change what git runs later in profile %s: %s', async (name, isKept) => {
    const { driver, place, words } = engine();
    mkdirSync(join(place.folder, '.git/hooks'), { recursive: true });
    const sandbox = await sandboxAt(driver, { ...sandboxProfile(name), demands: [] }, place);
    await followed(sandbox.exec(['true']));
    const hooks = join(place.folder, '.git/hooks');
    expect(words().includes(`--mount=type=bind,source=${hooks},target=${hooks},readonly`)).toBe(isKept);
    await sandbox.remove();
  });

  test('is given no folder in which Writ’s own lies, nor one where it could be replaced', async () => {
    const { driver, place } = engine();
    const inside = join(place.folder, 'kept/.writ');
    await expect(sandboxAt(driver, MODERATE, place, { folder: inside, write: [] })).rejects.toMatchObject({
      code: 'sandbox.folder',
    });
    symlinkSync(place.secret, join(place.folder, 'writ.yaml'));
    const protect = [{ path: join(place.folder, 'writ.yaml'), access: 'read' as const }];
    await expect(sandboxAt(driver, MODERATE, place, { protect })).rejects.toMatchObject({
      code: 'sandbox.folder',
    });
  });

  test('has no way to the egress proxy, so that a sandbox which is given one is not made', async () => {
    const { driver, place } = engine();
    await expect(
      sandboxAt(driver, MODERATE, place, { egress: { socketPath: '/run/egress.sock' } }),
    ).rejects.toMatchObject({
      code: 'sandbox.lacking',
      message: expect.stringContaining('egress-relay') as string,
    });
  });

  test('whose engine makes no control groups is not taken for a bounded one', async () => {
    const { driver, place } = engine(0, { more: ['--cgroups=disabled'] });
    await expect(sandboxAt(driver, { ...MODERATE, demands: ['bounds'] }, place)).rejects.toMatchObject({
      code: 'sandbox.lacking',
    });
  });

  test.each([
    ['gvisor', 'runsc', true],
    ['microvm', 'kata', false],
  ])('of %s has a kernel of its own, where the engine has %s', async (name, runtime, has) => {
    const { driver, place } = engine(0, { name, runtime });
    const made = sandboxAt(driver, { ...MODERATE, demands: ['own-kernel'] }, place);
    if (has) expect((await made).limits.driver).toBe(name);
    else await expect(made).rejects.toMatchObject({ code: 'sandbox.lacking' });
  });
});

describe('a driver that cannot be tried', () => {
  test.each([
    ['absent', 'its engine is not installed', { name: 'docker' }],
    ['untested', 'its engine does not answer', { name: 'docker', engine: '/bin/false' }],
    ['untested', 'no image is named', { name: 'docker', engine: '/bin/true' }],
  ] as const)('is %s where %s, and makes no sandbox', async (status, _why, options) => {
    const driver = containerDriver(options);
    const place = makePlace();
    endings.push(() => place.remove());
    expect(await driver.probe()).toMatchObject({ status, trials: [] });
    await expect(sandboxAt(driver, MODERATE, place)).rejects.toMatchObject({ code: 'sandbox.lacking' });
  });
});

test('an engine is given the same rules in its own form, each alternative by itself', () => {
  const { defaultAction, syscalls } = containerSeccomp(SECCOMP_RULES) as {
    readonly defaultAction: string;
    readonly syscalls: readonly {
      readonly names: readonly string[];
      readonly args: readonly { readonly index: number; readonly value: number; readonly op: string }[];
    }[];
  };
  expect(defaultAction).toBe('SCMP_ACT_ALLOW');
  expect(new Set(syscalls.flatMap(({ names }) => names))).toStrictEqual(
    new Set(SECCOMP_RULES.map(({ name }) => name)),
  );
  const twice = syscalls.filter(({ args }) => new Set(args.map(({ index }) => index)).size < args.length);
  expect(twice).toStrictEqual([]);
  const families = syscalls.filter(
    ({ names, args }) => names[0] === 'socketpair' && args[0]?.op === 'SCMP_CMP_EQ',
  );
  const refused = families.map(({ args }) => args[0]?.value);
  expect([0, 1, 2, 3, 10, 16, 17, 40].map((family) => refused.includes(family))).toStrictEqual([
    true,
    false,
    false,
    true,
    false,
    true,
    true,
    true,
  ]);
});
