// Bundles past their time at the command line: retention removes and archives them, and verification names the entry that tells of it.
import { cpSync, existsSync, readdirSync, renameSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openLog } from '@writ/core';
import { committed, openDraft } from '@writ/core/testing';
import { logOptions, readKeys } from '../src/data/index.ts';
import { Scratch } from './harness.ts';

test('what retention pruned is explained by `writ log verify`, and whole again with its archive; what somebody removed is not', async () => {
  const scratch = new Scratch();
  try {
    scratch.mustInit();
    const data = scratch.path('.writ');
    const log = await openLog(await logOptions(data, readKeys(data)));
    await Promise.all(Array.from({ length: 600 }, (_, at) => committed(log, openDraft(`d${at}`))));
    await log.close();
    const yaml = `${scratch.read('writ.yaml')}\nretention: {bundles: {keep: 400d, archive: {folder: old}}}\n`;
    scratch.write('writ.yaml', yaml);
    const later = ['data', 'retain', '--now', '2099-01-01T00:00:00Z'];
    const asked = scratch.json(...later, '--dry-run') as {
      bundles?: { minimumIndex: number; pruned: number };
    };
    const { minimumIndex: below = 0, pruned = 0 } = asked.bundles ?? {};
    expect(below).toBeGreaterThanOrEqual(512);
    const { stdout } = scratch.run(...later, '--yes');
    expect(stdout).toContain(
      `  bundles: ${pruned} pruned, ${pruned} files removed; entries below ${below} are no longer served`,
    );
    expect(stdout).toMatch(new RegExp(`    ${pruned} archived, sha256 [0-9a-f]{64} `));
    const verified = scratch.run('log', 'verify', '.writ/log');
    expect(verified).toMatchObject({ status: 0 });
    expect(verified.stdout).toMatch(
      new RegExp(`entries below ${below} are served no longer, as entry \\d+ tells`),
    );
    expect(scratch.json('log', 'verify', '.writ')).toMatchObject({ ok: true, pruned: { below } });
    expect(scratch.run('log', 'tail', '--number', '5').stdout).toContain(
      `those of entries below ${below} are gone`,
    );
    const tile = scratch.path('.writ/log/tile/entries', String(below / 256).padStart(3, '0'));
    const [file = ''] = [tile, `${tile}.p`].filter((one) => existsSync(one));
    renameSync(file, scratch.path('aside'));
    expect(scratch.run('log', 'verify', '.writ/log')).toMatchObject({ status: 1 });
    renameSync(scratch.path('aside'), file);
    const [origin = ''] = readdirSync(scratch.path('old'));
    cpSync(scratch.path('old', origin, 'log/tile'), scratch.path('.writ/log/tile'), { recursive: true });
    const whole = scratch.json('log', 'verify', '.writ/log');
    expect(whole).toMatchObject({ ok: true });
    expect(whole).not.toHaveProperty('pruned');
  } finally {
    await scratch.remove();
  }
}, 200_000);
