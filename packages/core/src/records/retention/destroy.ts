/** Destroying one batch: archived first where that is asked, each step such that a run which ends after it is finished by the next. */
import { Fault } from '../../kernel/index.ts';
import { sha256Hex } from '../../kernel/crypto/index.ts';
import type { ErasedBody } from '../../model/index.ts';
import { requireArchived, sealArchive } from './archive/index.ts';
import { erasureDraft, retentionDraft } from './drafts.ts';
import type { Batch } from './gather.ts';
import { findBody, indexesOf, StandingHolds } from './past-bodies.ts';
import { MAX_BODIES_AT_ONCE, type RetentionArchive, type RetentionPorts } from './ports.ts';
import { type UnfinishedBatch, rangesOf } from './progress/index.ts';
import { Turns } from './turns.ts';

/** Times that bodies are looked at again because somebody placed a hold on them, or erased one, meanwhile. */
const MAX_ATTEMPTS = 5;
/** Hexadecimal digits of a hash in the name of an archive. */
const NAME_DIGITS = 16;

/** Whose batch it is. */
export interface BatchOf {
  readonly group: string;
  readonly before: number;
  readonly archive: RetentionArchive | undefined;
  /** Notes the batch, so that the next run finishes it; `undefined` once it is done. On the disk once it returns. */
  readonly note: (unfinished: UnfinishedBatch | undefined) => void;
}

/** What became of a batch. */
export interface Destroyed {
  readonly destroyed: number;
  /** Left because of a hold placed meanwhile. */
  readonly held: readonly number[];
  readonly archive?: UnfinishedBatch['archive'];
}

/** Destroys the bodies of `batch`. INVARIANT: nothing is destroyed that is not in its archive, where it has one, and was not opened there. Throws `archive.*`, `io.failed`, `log.*`. */
export async function destroyBatch(ports: RetentionPorts, batch: Batch, of: BatchOf): Promise<Destroyed> {
  const { group, before, archive, note } = of;
  const isArchived = archive !== undefined && batch.bodies.length > 0;
  const sealed = isArchived ? await seal(ports, batch, group, archive) : undefined;
  const noted: UnfinishedBatch = {
    group,
    before,
    held: batch.held.length,
    until: batch.next,
    indexes: rangesOf(batch.bodies.map(({ index }) => index)),
    ...(sealed === undefined ? {} : { archive: sealed.named }),
  };
  note(noted);
  if (archive !== undefined && sealed !== undefined) {
    await archive.target.write(sealed.named.name, sealed.bytes);
    // What is compared is what the disk gives back.
    await requireStored(ports, { archive, name: sealed.named.name }, batch);
  }
  const held: number[] = [];
  let destroyed = 0;
  for (let at = 0; at < batch.bodies.length; at += MAX_BODIES_AT_ONCE) {
    const kept = await destroyTogether(ports, batch.bodies.slice(at, at + MAX_BODIES_AT_ONCE));
    held.push(...kept.held);
    destroyed += kept.destroyed;
    await ports.pause();
  }
  await tell(ports, { ...noted, held: noted.held + held.length }, destroyed);
  note(undefined);
  return { destroyed, held, ...(sealed === undefined ? {} : { archive: sealed.named }) };
}

/** Finishes what a run began that ended in between: told where something was destroyed, its archive removed where nothing was. */
export async function finishBatch(
  ports: RetentionPorts,
  unfinished: UnfinishedBatch,
  archive: RetentionArchive | undefined,
): Promise<void> {
  const size = ports.reader.size();
  const turns = new Turns(ports);
  let gone = 0;
  for (const index of indexesOf(unfinished.indexes)) {
    if (index < size && findBody(ports, index, ports.reader.entry(index).entry).status === 'none') gone += 1;
    await turns.next();
  }
  if (gone > 0) await tell(ports, unfinished, gone);
  else if (unfinished.archive !== undefined) await archive?.target.remove(unfinished.archive.name);
}

async function seal(ports: RetentionPorts, batch: Batch, group: string, { key }: RetentionArchive) {
  const { origin } = ports.reader;
  const sealing = { key, random: ports.random, turns: new Turns(ports) };
  const { bytes, hash } = await sealArchive(batch.archived, { origin, class: group }, sealing);
  const [first] = batch.bodies;
  const parts = [sha256Hex(origin).slice(0, NAME_DIGITS), group, first?.index, hash.slice(0, NAME_DIGITS)];
  return { bytes, named: { name: `${parts.join('-')}.writ-archive`, hash, bodies: batch.archived.length } };
}

async function requireStored(
  ports: RetentionPorts,
  { archive, name }: { readonly archive: RetentionArchive; readonly name: string },
  batch: Batch,
): Promise<void> {
  const stored = await archive.target.read(name);
  if (stored === undefined)
    throw new Fault('archive.unverified', `the archive \`${name}\` is gone right after it was written`);
  const indexes = batch.bodies.map(({ index }) => index);
  await requireArchived(stored, archive.key, { reader: ports.reader, indexes, turns: new Turns(ports) });
}

/** Destroys `bodies` in one transaction, but for those that a hold keeps by then. */
async function destroyTogether(
  ports: RetentionPorts,
  bodies: readonly ErasedBody[],
): Promise<{ readonly destroyed: number; readonly held: readonly number[] }> {
  const held: number[] = [];
  let left = bodies;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS && left.length > 0; attempt += 1) {
    const result = await ports.writer.append(erasureDraft(ports, left));
    if (result.status === 'committed') return { destroyed: left.length, held };
    if (result.refusal !== 'legal_hold' && result.refusal !== 'unknown_target')
      throw new Fault('log.conflict', `bodies past their time were not destroyed: ${result.refusal}`);
    await ports.pause();
    left = await lookAgain(ports, left, held);
  }
  if (left.length === 0) return { destroyed: 0, held };
  throw new Fault(
    'log.conflict',
    `the bodies of entries ${left[0]?.index} to ${left.at(-1)?.index} change while they are to be destroyed`,
    { hint: 'the next run tries again' },
  );
}

/** Those that are still there and that no hold keeps; what one keeps by now goes into `held`. */
async function lookAgain(
  ports: RetentionPorts,
  bodies: readonly ErasedBody[],
  held: number[],
): Promise<readonly ErasedBody[]> {
  const holds = new StandingHolds(ports.state);
  const turns = new Turns(ports);
  const left: ErasedBody[] = [];
  for (const { index } of bodies) {
    const found = findBody(ports, index, ports.reader.entry(index).entry);
    if (found.status === 'there' && !holds.keep(found.erased)) left.push(found.erased);
    else if (found.status !== 'none') held.push(index);
    await turns.next();
  }
  return left;
}

async function tell(ports: RetentionPorts, noted: UnfinishedBatch, destroyed: number): Promise<void> {
  const result = await ports.writer.append(retentionDraft(ports, noted, destroyed));
  // `consumed`: it was told before the run that noted it ended.
  if (result.status === 'committed' || result.refusal === 'consumed') return;
  throw new Fault('log.conflict', `what was destroyed could not be told: ${result.refusal}`);
}
