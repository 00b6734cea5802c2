/** Where no bubblewrap sandbox is made: over folders that are not the caller's to give, and on machines that lack what was demanded. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isFault } from '../../../kernel/index.ts';
import { IS_ROOT, sandboxAt } from '../fixtures.ts';
import { sandboxProfile, type SandboxProfile } from '../profiles.ts';
import type { SandboxRequest } from '../types.ts';
import { bubblewrapDriver } from './driver.ts';
import { driver, IS_LACKING, MODERATE, place } from './fixtures.ts';
import { readMachine } from './machine.ts';

describe.skipIf(IS_LACKING)('a sandbox is not made', () => {
  const made = (profile: SandboxProfile, more: Partial<SandboxRequest>): Promise<unknown> =>
    sandboxAt(driver, profile, place(), more).then(
      () => 'made',
      (fault: unknown) => (isFault(fault) ? [fault.code, fault.message] : fault),
    );

  test.each([
    '/',
    '/home',
    '/root',
    '/tmp',
    '/var',
    '/usr',
    '/usr/lib',
    '/etc',
    '/proc/self',
    '/dev/shm',
    '/sys',
    '/run',
  ])('over %s', async (folder) => {
    expect(await made(MODERATE, { folder, write: [] })).toStrictEqual(['sandbox.folder', expect.any(String)]);
  });

  test('over the caller’s home, or over what holds it', async () => {
    const at = place();
    const home = join(at.folder, 'kept');
    const other = bubblewrapDriver({ machine: { ...readMachine(), home } });
    for (const folder of [home, at.folder, at.root])
      await expect(sandboxAt(other, MODERATE, at, { folder, write: [] })).rejects.toMatchObject({
        code: 'sandbox.folder',
      });
    await other.close();
  });

  test('in a folder of Writ’s own', async () => {
    const at = place();
    await expect(
      sandboxAt(driver, MODERATE, at, { folder: join(at.folder, 'kept/.writ'), write: [] }),
    ).rejects.toMatchObject({ code: 'sandbox.folder' });
  });

  test.each(['kernel-bounds', 'own-kernel'] as const)(
    'where the profile demands what the machine lacks (%s), which is named',
    async (demand) => {
      const answer = await made({ ...MODERATE, demands: [demand] }, {});
      // A machine with control groups has the one, and none has the other.
      if (demand === 'own-kernel' || answer !== 'made')
        expect(answer).toStrictEqual(['sandbox.lacking', expect.stringContaining(`\`${demand}\``)]);
    },
  );

  test.runIf(IS_ROOT)(
    'by root over a folder of root’s where the profile demands an ordinary user',
    async () => {
      expect(await made(sandboxProfile('restrictive'), {})).toStrictEqual([
        'sandbox.lacking',
        expect.stringContaining('`ordinary-user`'),
      ]);
    },
  );

  test.each([
    ['bwrap', 'bubblewrap'],
    ['perl', 'perl'],
    ['x86-64 or arm64', 'architecture'],
  ] as const)('without %s, which is named', async (name, part) => {
    const { [part]: _without, ...machine } = readMachine();
    const other = bubblewrapDriver({ machine });
    const fault = await sandboxAt(other, MODERATE, place()).catch((thrown: unknown) => thrown);
    expect(fault).toMatchObject({
      code: 'sandbox.lacking',
      message: expect.stringContaining(name) as string,
    });
    expect((await other.probe()).status).not.toBe('ready');
  });
});
