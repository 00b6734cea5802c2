/** Verifies a whole log from its entries up. */
import type { VerifierKey } from '../../note/index.ts';
import type { LogReport, VerifyOptions } from '../report.ts';
import type { NotedCheckpoint } from '../trust.ts';
import { openCheckpoint } from './checkpoint.ts';
import { openDisclosed } from './disclosed.ts';
import { createEntryCheck } from './entries.ts';
import { openNoted } from './noted.ts';
import { ProblemList } from './problems.ts';
import { type Replayed, replayEntries } from './replay.ts';
import { fromLatin1, tilePath, TILE_WIDTH, toLatin1 } from './text.ts';

/** Verifies the log in `options.source`. What is wrong with it is a problem in the report; what its source throws, ends it. */
export async function verifyEntries(options: VerifyOptions): Promise<LogReport> {
  const { source, trust, minimumSize = 0 } = options;
  const { minimumWitnesses = 0, witnesses: trusted = [] } = trust;
  const isEnough = trust.hasQuorum ?? ((some: readonly VerifierKey[]) => some.length >= minimumWitnesses);
  const problems = new ProblemList();
  const latest = await openCheckpoint(await source.readCheckpoint(), trust, problems, 'checkpoint');
  const witnessed = {
    entries: 0,
    witnesses: latest?.witnesses.map(({ name }) => name) ?? [],
    of: trusted.length,
  };
  if (latest === undefined) return { ok: false, uncovered: 0, opened: 0, problems: problems.all, witnessed };
  const { checkpoint, witnesses, signed } = latest;
  const { origin, size, root } = checkpoint;
  const absent = trusted.filter((key) => !witnesses.includes(key)).map(({ name }) => name);
  const cosigned = `cosigned by ${witnesses.length} of ${trusted.length} witnesses, not by ${absent.join(', ') || 'any other'}`;
  if (!isEnough(witnesses)) problems.add('witnesses-missing', cosigned, 'checkpoint');
  const noted = await openNoted(options, latest, problems);
  if (size < minimumSize)
    problems.add('tail-cut', `the log has ${size} entries, expected ${minimumSize}`, undefined, size);
  const { root: found, spare = 0, opened, pruned } = await replay(options, checkpoint, noted, problems);
  if (found !== undefined && found !== root)
    problems.add('root-mismatch', `the entries give ${btoa(found)}, not ${btoa(root)}`, 'checkpoint');
  // INVARIANT: proven only where every entry was read and hashed, and a trusted key signed exactly that root.
  const isProven = found === root && signed;
  const extended = noted.filter((one) => !problems.all.some(({ place }) => place === one.place));
  const proven = [latest, ...extended].filter((one) => one.witnesses.length > 0 && isEnough(one.witnesses));
  const entries = isProven ? Math.max(0, ...proven.map((one) => one.checkpoint.size)) : 0;
  const uncovered = Math.max(spare, ((await source.countEntries?.()) ?? size) - size);
  const read = { ...(found !== undefined && { root: fromLatin1(found) }), ...(pruned && { pruned }) };
  const ok = isProven && problems.all.length === 0;
  return {
    ok,
    origin,
    size,
    ...read,
    uncovered,
    opened,
    witnessed: { ...witnessed, entries },
    problems: problems.all,
  };
}

/** What is left of a replay, and what is known to be pruned; no root where a bundle is missing. */
type Told = Omit<Replayed, 'pruned'> & Pick<LogReport, 'opened' | 'pruned'>;

async function replay(
  options: VerifyOptions,
  { origin, size }: { readonly origin: string; readonly size: number },
  noted: readonly NotedCheckpoint[],
  problems: ProblemList,
): Promise<Told> {
  const { trust, checkEntry, disclosed } = options;
  const digest = trust.sha256Latin1 ?? ((data: Uint8Array) => toLatin1(trust.sha256(data)));
  // INVARIANT: not after the smallest noted, so that each is compared; what precedes it is proven by the first compared.
  const proven = options.from === undefined ? 0 : (noted[0]?.checkpoint.size ?? 0);
  const start = TILE_WIDTH * Math.floor(Math.min(size, proven) / TILE_WIDTH);
  const [isOrdered, told] = [
    options.entries === 'ordered' || disclosed !== undefined,
    { below: 0, entry: 0 },
  ];
  const check = isOrdered ? createEntryCheck(origin, problems, told) : undefined;
  const unseen = new Set(disclosed?.keys());
  let opened = 0;
  const take = (bytes: Uint8Array, index: number): void => {
    check?.(bytes, index);
    const shown = disclosed?.get(index);
    const refuse = (what: string) =>
      problems.add('commitment-mismatch', `${what} shown of entry ${index} is another`, undefined, index);
    if (shown !== undefined && unseen.delete(index)) opened += openDisclosed(digest, shown, bytes, refuse);
    const refusal = checkEntry?.(bytes, index);
    if (refusal !== undefined) problems.add('entry-refused', refusal, undefined, index);
  };
  const asked = { ...options, digest, size, start, noted, take, mayLackFirst: isOrdered };
  const { pruned = start, ...replayed } = await replayEntries(asked, problems);
  for (const index of unseen)
    problems.add('commitment-mismatch', `entry ${index} is shown and was not read`, undefined, index);
  if (pruned === start) return { ...replayed, opened };
  // INVARIANT: a missing bundle is no problem only where an entry under the signed root tells that it was pruned.
  for (let first = start; first < pruned; first += TILE_WIDTH) {
    const place = tilePath('entries', first / TILE_WIDTH, TILE_WIDTH);
    const what = `\`${place}\` is missing, and no entry tells that it was pruned`;
    if (first + TILE_WIDTH > told.below) problems.add('bundle-missing', what, place, first);
  }
  const isTold = pruned <= told.below;
  return isTold ? { ...replayed, opened, pruned: { ...told, below: pruned } } : { opened };
}
