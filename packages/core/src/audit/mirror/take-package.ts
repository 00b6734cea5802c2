/** One package of entries into a copy: proven part of a pending checkpoint, in its place, and on the disk. */
import { type Clock, utf8 } from '../../kernel/index.ts';
import {
  bundleStart,
  type EntryPackage,
  type PackageRange,
  parseCheckpoint,
  parseNote,
  treeRoot,
  verifySubtree,
} from '../../proof/index.ts';
import type { PublishTarget } from '../publish/index.ts';
import { edgeOf, mirrorHasher, readBegun, readLeaves, treeOf, writeBundle } from './copy.ts';
import type { MirrorStore } from './mirror-store.ts';
import { placeEntries } from './place-check.ts';

/** A package, and where it goes. */
export interface PackageTaken {
  readonly store: MirrorStore;
  readonly target: PublishTarget;
  readonly clock: Clock;
  readonly origin: string;
  /** The pending checkpoint that the proof leads to, as a note. */
  readonly note: string;
  readonly range: PackageRange;
  readonly sent: EntryPackage;
}

/**
 * Takes the entries that are not held yet; those that are, are proven to be the same. Answers why nothing was taken. Rejects where it could not be made durable,
 * `log.conflict` where another process came before.
 */
export async function takePackage(taken: PackageTaken): Promise<string | undefined> {
  const { store, target, origin, note, range, sent } = taken;
  const position = await store.position(origin);
  const first = bundleStart(range.start);
  const before = await readLeaves(target, position, { first, end: range.start });
  const leaves = [...before, ...sent.entries.map((entry) => mirrorHasher.leaf(entry))];
  const { size, root } = parseCheckpoint(parseNote(utf8(note)).text);
  const claim = { start: first, end: range.end, size, root, proof: sent.proof };
  // INVARIANT: nothing is stored that a signed checkpoint does not prove.
  if (!verifySubtree(mirrorHasher, { ...claim, subtreeRoot: treeRoot(mirrorHasher, leaves) }))
    return `entries ${range.start} to ${range.end - 1} are not proven to be part of the checkpoint`;
  if (range.end <= position.next) return undefined;
  const entries = sent.entries.slice(position.next - range.start);
  const placed = await placeEntries(origin, position, { start: position.next, entries }, store);
  if ('problem' in placed) {
    const held = position.cosigned ?? '';
    const evidence = { kind: 'entry', message: placed.problem, held, offered: note } as const;
    await store.keepEvidence(origin, { ...evidence, time: taken.clock.now() });
    return placed.problem;
  }
  const tree = treeOf(position);
  for (const leaf of leaves.slice(position.next - first)) tree.append(leaf);
  await writeBundle(target, first, [...(await readBegun(target, position.next)), ...entries], tree);
  await store.advance(origin, position.revision, { ...placed.change, next: range.end, edge: edgeOf(tree) });
  return undefined;
}
