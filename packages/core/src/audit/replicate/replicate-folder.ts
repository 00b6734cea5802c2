/** Sends the log of a data folder, as it is published, to one mirror, and keeps the cosignature it answers with. */
import { join } from 'node:path';
import { Fault } from '../../kernel/index.ts';
import { sha256 } from '../../kernel/crypto/index.ts';
import {
  addSignatures,
  byteTreeHasher,
  formatNote,
  parseCheckpoint,
  parseNote,
  type PolicyWitness,
  proveConsistency,
  tileHashReader,
} from '../../proof/index.ts';
import { cosignedBeside, folderTarget, LOG_FOLDER, readFolderCheckpoint } from '../publish/index.ts';
import { folderSource } from '../verify/index.ts';
import {
  type Asked,
  type OfferedCheckpoint,
  requireAddress,
  type WitnessTransport,
} from '../witness/index.ts';
import { askMirror } from './ask-mirror.ts';

/** What to send, and where. */
export interface ReplicateOptions {
  /** The data folder. Nothing in it is believed: the mirror verifies what it is sent. */
  readonly path: string;
  readonly mirror: PolicyWitness;
  readonly transport: WitnessTransport;
  readonly signal: AbortSignal;
  /** Told how many entries the mirror has. */
  readonly progress?: (entries: number) => void;
}

/** What the mirror holds and has cosigned now. */
export interface Replicated {
  readonly origin: string;
  readonly size: number;
}

/** How often a log that grew meanwhile is offered anew. */
const MAX_ROUNDS = 3;

/**
 * Sends what is published until the mirror holds all of it. Throws `log.missing` where nothing is published, `log.corrupt` where the mirror saw more of the log or another
 * history, and `upstream.protocol` where it did not take it.
 */
export async function replicateFolder(options: ReplicateOptions): Promise<Replicated> {
  const { path, mirror, transport, signal, progress } = options;
  const { key, url = '', name } = requireAddress(mirror);
  for (let round = 1; ; round += 1) {
    const { origin, offered } = readOffer(path);
    const context = { transport, signal, maxUploads: Number.POSITIVE_INFINITY };
    const asked = await askMirror({ key, url }, offered, 0, {
      ...context,
      ...(progress === undefined ? {} : { progress }),
    });
    if (asked.kind === 'cosigned') {
      const cosigned = addSignatures(offered.note, asked.signatures);
      await folderTarget(path).replaceCheckpoint((present) => cosignedBeside(present, cosigned));
      return { origin, size: offered.size };
    }
    // Another process publishes and sends, too.
    const hasGrown = asked.kind === 'ahead' && readOffer(path).offered.size >= asked.size;
    if (!hasGrown || round === MAX_ROUNDS) throw faultOf(asked, name, offered.size);
  }
}

function readOffer(path: string): { readonly origin: string; readonly offered: OfferedCheckpoint } {
  const published = readFolderCheckpoint(path);
  if (published === undefined) {
    throw new Fault('log.missing', `nothing is published in \`${path}\` yet`, {
      hint: 'run `writ log checkpoint`, which publishes',
    });
  }
  const { text, signatures } = parseNote(published);
  const { origin, size, root } = parseCheckpoint(text);
  const hasher = byteTreeHasher(sha256);
  const source = folderSource(join(path, LOG_FOLDER));
  const reader = tileHashReader({ hasher, size, root, readTile: source.readTile });
  const note = formatNote({ text, signatures: signatures.filter((line) => line.name === origin) });
  const proveFrom = (oldSize: number): Promise<readonly Uint8Array[]> =>
    proveConsistency(hasher, reader, oldSize, size);
  return { origin, offered: { note, size, source, proveFrom } };
}

function faultOf(asked: Exclude<Asked, { kind: 'cosigned' }>, name: string, held: number): Fault {
  switch (asked.kind) {
    case 'ahead':
    case 'forked': {
      const found =
        asked.kind === 'ahead' ? 'it was put back to an earlier state' : 'its history was rewritten';
      const hint =
        'sign nothing more with its key; begin a new origin whose first entry names the old checkpoint';
      const message = `the mirror \`${name}\` has seen ${asked.size} entries of a log that holds ${held}: ${found}`;
      return new Fault('log.corrupt', message, { size: asked.size, hint });
    }
    case 'behind':
      return new Fault('upstream.protocol', `the mirror \`${name}\` has ${asked.next} of ${held} entries`);
    case 'failed':
      return new Fault('upstream.protocol', `the mirror \`${name}\` did not take the log: ${asked.message}`, {
        hint: 'look whether it runs at the address in the trust policy, and has this log (`writ mirror enrol`)',
      });
    default:
      return asked satisfies never;
  }
}
