/** What a mirror writes into its own log: which logs it copies, and how far it held each, so that the population of logs can be proven too. */
import { type Clock, Fault, toBase64 } from '../../kernel/index.ts';
import type { LogWriter, MirrorRecord } from '../../model/index.ts';
import type { Checkpoint } from '../../proof/index.ts';
import { type LogIdentity, ownDraft } from '../log.ts';

/** What a journal is made of. */
export interface MirrorJournalOptions {
  readonly identity: LogIdentity;
  readonly writer: Pick<LogWriter, 'append'>;
  readonly clock: Clock;
  /** Shortest time between two entries about checkpoints of one log, in milliseconds; default {@link COSIGN_EVERY_MS}. */
  readonly everyMs?: number;
}

/** The journal of a mirror. */
export interface MirrorJournal {
  enrol(log: string, key: string): Promise<void>;
  retire(log: string): Promise<void>;
  /** Records a checkpoint all of whose entries are held, where the last one of its log was long enough ago. */
  cosign(checkpoint: Checkpoint): Promise<void>;
  /** Records the newest checkpoints that were too soon. */
  finish(): Promise<void>;
}

/** Checkpoints come about once a second from each log; one entry a minute says as much about which logs there are. */
export const COSIGN_EVERY_MS = 60_000;
const NS_PER_MS = 1_000_000n;

/** Writes through `writer`. Each call rejects where its entry could not be recorded. */
export function createMirrorJournal(options: MirrorJournalOptions): MirrorJournal {
  const { identity, writer, clock, everyMs = COSIGN_EVERY_MS } = options;
  const toldNs = new Map<string, bigint>();
  const untold = new Map<string, Checkpoint>();
  const record = async (mirror: MirrorRecord): Promise<void> => {
    const { status } = await writer.append(ownDraft(identity, { kind: 'mirror', mirror }));
    if (status !== 'committed') throw new Fault('log.unavailable', 'the mirror’s own log took no entry');
  };
  const tell = async ({ origin, size, root }: Checkpoint): Promise<void> => {
    await record({ action: 'cosign', log: origin, size, root: toBase64(root) });
    toldNs.set(origin, clock.monotonicNs());
    untold.delete(origin);
  };
  return {
    enrol: (log, key) => record({ action: 'enrol', log, key }),
    retire: (log) => record({ action: 'retire', log }),
    async cosign(checkpoint) {
      const last = toldNs.get(checkpoint.origin);
      const isDue = last === undefined || clock.monotonicNs() - last >= BigInt(everyMs) * NS_PER_MS;
      if (isDue) await tell(checkpoint);
      else untold.set(checkpoint.origin, checkpoint);
    },
    async finish() {
      for (const checkpoint of untold.values()) await tell(checkpoint);
    },
  };
}
