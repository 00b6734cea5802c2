// Two servers and one PostgreSQL, killed and cut off while changes are made: nothing acknowledged is lost, nothing is made twice, and nobody has to help.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { WRIT } from '../../../scripts/testing/writ.ts';
import { testServer } from '../../../scripts/testing/postgres-server.ts';
import {
  createSurely,
  createTeam,
  firstToken,
  killAll,
  mustRun,
  type ServerProcess,
  teamsOf,
} from './process.ts';

const TIMEOUT_MS = 240_000;
const database = await testServer({ isSynced: true });
const folder = mkdtempSync(join(tmpdir(), 'writ-chaos-'));

afterAll(async () => {
  killAll();
  await database?.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

/** The folder of one server; each has the keys of the log that they share. */
function place(name: string, schema: string, keysOf?: string): string {
  const own = join(folder, `${schema}-${name}`);
  mkdirSync(own);
  if (keysOf !== undefined) {
    mkdirSync(join(own, '.writ-server'), { mode: 0o700 });
    cpSync(join(keysOf, '.writ-server/keys'), join(own, '.writ-server/keys'), { recursive: true });
    spawnSync('chmod', ['700', join(own, '.writ-server/keys')]);
  }
  writeFileSync(join(own, 'database.url'), `${database?.url}\n`, { mode: 0o600 });
  writeFileSync(
    join(own, 'writ-server.yaml'),
    `listen: 127.0.0.1:0\nlog: {postgres: {urlFile: database.url, schema: ${schema}}}\n`,
  );
  return own;
}

const start = (own: string): Promise<ServerProcess> => mustRun({ folder: own, args: [] });

describe.skipIf(database?.kill === undefined)('two servers over one PostgreSQL', () => {
  test(
    'are one control plane: what one makes the other has, and one organisation is founded',
    async () => {
      const first = await start(place('a', 'plane_two'));
      const token = await firstToken(first);
      const second = await start(place('b', 'plane_two', join(folder, 'plane_two-a')));
      expect(second.first_link).toBeUndefined();
      expect((await createTeam(second.url, token, 'by the second'))?.status).toBe(201);
      expect((await createTeam(first.url, token, 'by the first'))?.status).toBe(201);
      for (const { url } of [first, second])
        await expect.poll(() => teamsOf(url, token)).toEqual(['by the first', 'by the second']);
      // A key is used up on both.
      expect(await createSurely(() => [second.url], token, 'by the first')).toMatch(/created|made before/);
      expect(await teamsOf(second.url, token)).toHaveLength(2);
      await Promise.all([first.end(), second.end()]);
    },
    TIMEOUT_MS,
  );

  test(
    'go on by themselves after kill -9 of a server, of the database, and a partition, and make each change once',
    async () => {
      const one = place('a', 'plane_chaos');
      let first = await start(one);
      const token = await firstToken(first);
      const other = place('b', 'plane_chaos', one);
      const second = await start(other);
      let alive: readonly ServerProcess[] = [first, second];
      const made: string[] = [];
      const names = Array.from({ length: 120 }, (_, at) => `team-${String(at).padStart(3, '0')}`);
      const queue = [...names];
      const worker = async (at: number): Promise<void> => {
        for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
          await createSurely(
            () => (at % 2 === 0 ? alive : alive.toReversed()).map(({ url }) => url),
            token,
            name,
          );
          made.push(name);
        }
      };
      const until = (count: number): Promise<void> =>
        expect.poll(() => made.length, { timeout: TIMEOUT_MS, interval: 20 }).toBeGreaterThanOrEqual(count);
      const work = Promise.all(Array.from({ length: 6 }, (_, at) => worker(at)));
      const chaos = async (): Promise<void> => {
        await until(15);
        await first.kill();
        alive = [second];
        await until(30);
        first = await start(one);
        alive = [first, second];
        await until(50);
        await database?.kill?.();
        await until(75);
        // A server that nothing reaches, and which reaches nothing, and is back.
        second.child.kill('SIGSTOP');
        alive = [first];
        await until(95);
        second.child.kill('SIGCONT');
        alive = [second, first];
      };
      await Promise.all([work, chaos()]);
      for (const { url } of [first, second])
        await expect.poll(() => teamsOf(url, token), { timeout: 30_000 }).toEqual(names);
      expect([await first.end(), await second.end()]).toEqual([0, 0]);
      writeFileSync(join(one, 'log.vkey'), `${first.log}\n`);
      const verified = spawnSync(WRIT, ['log', 'verify', '.writ-server', '--key', 'log.vkey', '--json'], {
        cwd: one,
        encoding: 'utf8',
      });
      expect(JSON.parse(verified.stdout)).toMatchObject({ problems: [] });
    },
    TIMEOUT_MS,
  );
});
