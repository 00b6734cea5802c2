/** The log of a mirror about itself: which logs it copies, and how far. It lies in the data folder of the mirror, as that of a node does in its own. */
import {
  createMirrorJournal,
  LOCAL_TENANT,
  type MirrorJournal,
  openDataKeys,
  openLog,
  systemClock,
  systemRandom,
  systemRepeater,
} from '@writ/core';
import type { VerifierKey } from '@writ/core/proof';
import { SOFTWARE_VERSION } from '@writ/gateway';
import { logOptions } from '../../data/index.ts';

/** The journal of a mirror, and how to let go of it. */
export interface OwnLog {
  readonly journal: MirrorJournal;
  /** What a verifier of it needs. */
  readonly verifierKey: VerifierKey;
  close(): Promise<void>;
}

/** Opens it; keys are made where there are none. `isServing`: it is published at intervals. Throws what `openLog` does. */
export async function openOwnLog(data: string, isServing: boolean): Promise<OwnLog> {
  const keys = openDataKeys(data, { create: true, clock: systemClock, random: systemRandom });
  const log = await openLog({
    ...(await logOptions(data, keys)),
    ...(isServing ? { timer: systemRepeater } : {}),
  });
  const identity = {
    origin: keys.origin,
    tenant: LOCAL_TENANT,
    node: keys.node,
    softwareVersion: SOFTWARE_VERSION,
    clock: systemClock,
    random: systemRandom,
  };
  const journal = createMirrorJournal({ identity, writer: log.writer, clock: systemClock });
  return {
    journal,
    verifierKey: log.verifierKey,
    async close() {
      try {
        await journal.finish();
      } finally {
        await log.close();
      }
    },
  };
}
