/** What of the log decides about its bundles: what was told before, and what legal holds keep. */
import type { ErasedBody } from '../../../model/index.ts';
import { findBody, StandingHolds } from '../past-bodies.ts';
import type { RetentionPorts } from '../ports.ts';
import type { ToldPruning } from '../progress/index.ts';
import { Turns } from '../turns.ts';

/** The last that the log tells of pruned bundles, of this process or another, looked for behind what is known. `undefined` where the run is told to stop. */
export async function latestTold(
  ports: RetentionPorts,
  known: ToldPruning | undefined,
): Promise<ToldPruning | undefined> {
  const { reader, signal } = ports;
  const size = reader.size();
  const turns = new Turns(ports);
  const isKnown = known !== undefined && known.next <= size && toldBy(reader, known.entry) >= known.below;
  let told = isKnown ? known : { below: 0, entry: 0, next: 0 };
  for (let index = told.next; index < size; index += 1) {
    await turns.next();
    if (signal?.aborted === true) return undefined;
    const below = toldBy(reader, index);
    if (below > told.below) told = { ...told, below, entry: index };
  }
  return { ...told, next: size };
}

/** Below which index entry `index` tells that entries are pruned; 0 where it does not. */
function toldBy(reader: RetentionPorts['reader'], index: number): number {
  if (index >= reader.size()) return 0;
  const { entry } = reader.entry(index);
  return entry.kind === 'retention' ? (entry.retention.minimumIndex ?? 0) : 0;
}

/**
 * The first entry before `due` that a legal hold keeps, or `due`. Where a body is gone, nothing says whom its entry concerned; one that does not open is kept as long as any
 * hold stands. `undefined` where the run is told to stop.
 */
export async function firstHeld(ports: RetentionPorts, due: number): Promise<number | undefined> {
  const { reader, state, signal } = ports;
  const holds = new StandingHolds(state);
  if (holds.fingerprint === '') return due;
  const turns = new Turns(ports);
  for (let index = 0; index < due; index += 1) {
    await turns.next();
    if (signal?.aborted === true) return undefined;
    const { entry } = reader.entry(index);
    const found = findBody(ports, index, entry);
    const bare: ErasedBody = { index, time: entry.time, tags: [], dropped: [] };
    if (found.status === 'unreadable' || holds.keep(found.status === 'there' ? found.erased : bare))
      return index;
  }
  return due;
}
