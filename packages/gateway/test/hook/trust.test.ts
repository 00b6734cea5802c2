/** Hooks and daemons that are not what they say: neither believes the other without its proof. */
import { chmodSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MAGIC } from '../../src/hook/index.ts';
import { HookWorld } from './host.ts';
import { answerTo, before, impostor, overhear } from './sockets.ts';

describe('a hook believes nobody', () => {
  test.each<readonly [string, (world: HookWorld) => void]>([
    [
      'whose folder is a link',
      (world) => {
        renameSync(world.hooks, `${world.hooks}.real`);
        symlinkSync(`${world.hooks}.real`, world.hooks);
      },
    ],
    ['whose folder others may enter', (world) => chmodSync(world.hooks, 0o755)],
    ['whose secret others may read', (world) => chmodSync(join(world.hooks, 'hook.secret'), 0o644)],
    [
      'whose secret is a link',
      (world) => {
        renameSync(join(world.hooks, 'hook.secret'), join(world.folder, 'elsewhere'));
        symlinkSync(join(world.folder, 'elsewhere'), join(world.hooks, 'hook.secret'));
      },
    ],
    [
      'whose secret is another',
      (world) => writeFileSync(join(world.hooks, 'hook.secret'), Buffer.alloc(32, 7)),
    ],
    [
      'whose secret is short',
      (world) => writeFileSync(join(world.hooks, 'hook.secret'), Buffer.alloc(31, 7)),
    ],
  ])('%s', async (_what, spoil) => {
    const world = new HookWorld();
    expect((await world.call('run')).ran).toBe(true);
    spoil(world);
    const end = await world.lets(before('run'));
    expect([end.ran, end.exitCode]).toStrictEqual([false, 2]);
    chmodSync(world.hooks, 0o700);
  });

  test('who listens in the daemon’s place without its secret: nothing of the call is said to them', async () => {
    const world = new HookWorld();
    await world.call('run');
    const heard = await impostor(world, (socket) => void socket.write(Buffer.alloc(64, 1)));
    const end = await world.lets(before('run', { tool_input: { words: 'mine alone' } }));
    expect([end.ran, end.exitCode]).toStrictEqual([false, 2]);
    expect(heard()).toHaveLength(MAGIC.length + 32);
  });

  test('who plays a genuine daemon’s words again', async () => {
    const world = new HookWorld();
    await world.call('run');
    const { fromDaemon } = await overhear(world);
    const said = fromDaemon();
    expect(said.length).toBeGreaterThan(64);
    await impostor(world, (socket) => void socket.write(said));
    const end = await world.lets(before('run'));
    expect([end.ran, end.exitCode]).toStrictEqual([false, 2]);
  });

  test('who is of another version', async () => {
    const world = new HookWorld();
    await world.call('run');
    await impostor(world, (socket) => void socket.end('writ-hook/2\n'));
    const end = await world.lets(before('run'));
    expect([end.ran, end.exitCode]).toStrictEqual([false, 2]);
  });
});

describe('a daemon believes nobody', () => {
  test('who plays a genuine hook’s words again: no second decision', async () => {
    const world = new HookWorld();
    await world.call('run');
    const { fromHook } = await overhear(world);
    const decided = world.record().length;
    const said = await answerTo(world, fromHook());
    // Its nonce and its proof, as to anybody; and then nothing.
    expect(said).toHaveLength(64);
    expect(world.record()).toHaveLength(decided);
  });

  describe('who shows', () => {
    let world: HookWorld;
    beforeAll(async () => {
      world = new HookWorld(tmpdir(), true);
      await world.call('run');
    });
    afterAll(() => world.end());

    test.each([
      ['another version', Buffer.concat([Buffer.from('writ-hook/9\n'), Buffer.alloc(32)]), 0],
      ['no proof', Buffer.concat([MAGIC, Buffer.alloc(32), Buffer.alloc(32)]), 64],
      ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'), 0],
    ])('%s', async (_what, bytes, length) => {
      expect(await answerTo(world, bytes)).toHaveLength(length);
      expect((await world.call('run')).ran).toBe(true);
    });
  });
});
