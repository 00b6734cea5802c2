/** Removing bundles of a published folder. */
import type { Dirent } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { RemovedBundles } from '../publish-target.ts';
import { syncFolders } from '../write-file.ts';
import { bundleAt, BUNDLES_PREFIX, isBundleBelow } from './pruned-mark.ts';

/** As `PublishTarget.removeBundles` says, in each folder of `roots` that is there. */
export async function removeFolderBundles(
  roots: readonly string[],
  below: number,
  allow: (index: number) => Promise<boolean>,
): Promise<RemovedBundles> {
  const touched = new Set<string>();
  let removed = 0;
  search: for (const root of roots) {
    for await (const { folder, name } of filesIn(join(root, BUNDLES_PREFIX))) {
      const index = bundleAt(relative(root, join(folder, name)).split(sep).join('/'));
      if (index === undefined || !isBundleBelow(index, below)) continue;
      if (!(await allow(index))) break search;
      await rm(join(folder, name), { force: true });
      touched.add(folder);
      removed += 1;
    }
  }
  await syncFolders(touched);
  return { removed, kept: 0 };
}

/** Every file in `folder` and below; none where it is not there. One folder is held at a time: it has about a thousand names. */
async function* filesIn(folder: string): AsyncGenerator<{ readonly folder: string; readonly name: string }> {
  let found: readonly Dirent[];
  try {
    found = await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return;
    throw cause;
  }
  for (const entry of found)
    if (entry.isDirectory()) yield* filesIn(join(folder, entry.name));
    else yield { folder, name: entry.name };
}
