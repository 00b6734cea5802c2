/** What a signed checkpoint says against another one of its log. */
import { equalBytes, utf8 } from '../../kernel/index.ts';
import { type Checkpoint, parseCheckpoint, parseNote, type Refused } from '../../proof/index.ts';
import type { PublishTarget } from '../publish/index.ts';
import { rootAt } from './copy.ts';
import type { MirrorEvidence, MirrorPosition } from './mirror-store.ts';

/** A checkpoint that a key of its log signed, and what a witness would say of it. */
export interface OfferedNote {
  readonly checkpoint: Checkpoint;
  readonly note: string;
  readonly refused: Refused | undefined;
}

/**
 * What speaks against the log that `offered` is of, beside what is held of it: another root at a size that is held or pending is a fork, whoever sent it. A larger
 * checkpoint without a proof may be one.
 */
export async function findFork(
  target: PublishTarget,
  position: MirrorPosition,
  { checkpoint, note, refused }: OfferedNote,
): Promise<Omit<MirrorEvidence, 'time'> | undefined> {
  const { size, root } = checkpoint;
  const other = position.pending.find((pending) => {
    const known = parseCheckpoint(parseNote(utf8(pending)).text);
    return known.size === size && !equalBytes(known.root, root);
  });
  const message = `two checkpoints of ${size} entries with different roots are signed: the log forked`;
  if (other !== undefined) return { kind: 'forked', message, held: other, offered: note };
  const held = position.pending.at(-1) ?? position.cosigned ?? '';
  if (size > 0 && size <= position.next && !equalBytes(await rootAt(target, position, size), root))
    return {
      kind: 'forked',
      message: `the ${size} entries held have another root: the log forked`,
      held,
      offered: note,
    };
  if (refused?.status !== 422) return undefined;
  return {
    kind: 'unproven',
    message: `a checkpoint of ${size} entries came without proof`,
    held,
    offered: note,
  };
}
