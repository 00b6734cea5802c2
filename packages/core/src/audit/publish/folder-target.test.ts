/** Two processes in one folder: one drops the partial files that another still writes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { folderTarget } from './index.ts';

test('partial files that are dropped while they are written are written or gone, and nobody fails', async () => {
  const path = mkdtempSync(join(tmpdir(), 'writ-folder-target-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  const [writer, dropper] = [folderTarget(path), folderTarget(path)];
  await writer.put('tile/0/000', new Uint8Array(8192), 'new');
  for (let round = 0; round < 100; round += 1) {
    const widths = Array.from({ length: 4 }, (_, at) => round * 2 + at + 1);
    await Promise.all([
      ...widths.map((width) =>
        writer.put(`tile/0/000.p/${width}`, new Uint8Array(32 * width).fill(1), 'new'),
      ),
      dropper.dropPartials('tile/0/000'),
      dropper.dropPartials('tile/0/000'),
    ]);
    await writer.settle();
  }
  expect(await writer.length('tile/0/000')).toBe(8192);
});
