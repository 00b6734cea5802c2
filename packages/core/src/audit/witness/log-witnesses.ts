/** The witnesses of a log in a data folder: what they cosign is published, and its size and time reach the log's own state. */
import { join } from 'node:path';
import { type Clock, Fault, utf8 } from '../../kernel/index.ts';
import {
  formatVerifierKey,
  HASH_BYTES,
  parseNote,
  type TileCoordinates,
  tilePath,
  TILE_WIDTH,
  type WitnessedCheckpoint,
} from '../../proof/index.ts';
import { LOG_FOLDER, publishedCheckpoint, type Publisher } from '../publish/index.ts';
import type { SequencerClient } from '../sequencer/index.ts';
import { readRegularFileLater } from '../store/index.ts';
import { createTextHasher, type CheckpointKey } from '../tree/index.ts';
import { type LogWitnesses, WitnessClient } from './witness-client.ts';

/** What the witnesses of a log are connected to. */
export interface WitnessLinkParts {
  readonly witnesses: LogWitnesses;
  /** The data folder. */
  readonly path: string;
  readonly key: CheckpointKey;
  readonly clock: Clock;
  readonly publisher: Pick<Publisher, 'checkpoint' | 'publishCosigned'>;
  readonly sequencer: Pick<SequencerClient, 'takeWitnessed'>;
}

/** The witnesses of an open log. */
export interface WitnessLink
  extends Pick<WitnessClient, 'offer' | 'idle' | 'finish' | 'close' | 'unwitnessedSeconds'> {
  /** Asks about what is published before anything new is signed. Throws `log.corrupt` where a witness saw further, or another history. */
  check(): Promise<void>;
  /** What a witness found wrong with the log meanwhile: nothing more may be signed. */
  conflict(): Fault | undefined;
}

/**
 * How far ahead of this node's clock a quorum's time may be and still raise the floor of time, in milliseconds. A floor never falls again, so a
 * witness whose clock is years ahead must not set it; a node whose clock was put back by hours or by a day is still found out.
 */
const LONGEST_AHEAD_MS = 86_400_000;
const MS_PER_SECOND = 1000;

/** Links a log to its witnesses. Throws `config.invalid` where the policy does not name the log, or no witness that can be asked. */
export function linkWitnesses(parts: WitnessLinkParts): WitnessLink {
  const { witnesses, path, key, clock, publisher } = parts;
  requireLog(witnesses, key);
  const folder = join(path, LOG_FOLDER);
  let conflict: Fault | undefined;
  const client = new WitnessClient({
    ...witnesses,
    clock,
    size: () => sizeOf(publisher.checkpoint(), key),
    readPublished: () => signedAnew(path, key),
    readTile: (tile: TileCoordinates) =>
      readRegularFileLater(join(folder, tilePath(tile)), TILE_WIDTH * HASH_BYTES),
    onCosigned: (note, witnessed) => takeOver(parts, note, witnessed),
    onConflict: (fault) => {
      conflict ??= fault;
    },
  });
  return {
    offer: () => client.offer(),
    idle: () => client.idle(),
    finish: () => client.finish(),
    close: () => client.close(),
    unwitnessedSeconds: () => client.unwitnessedSeconds(),
    check: () => client.check(signedAnew(path, key) ?? emptyCheckpoint(key)),
    conflict: () => conflict,
  };
}

/**
 * What is published, with the signatures of all present keys and no others: a published file may hold any lines, and keys change.
 * INVARIANT: only what one of these keys signed before is signed again, at its size and with its root.
 */
function signedAnew(path: string, key: CheckpointKey): Uint8Array | undefined {
  const published = publishedCheckpoint(path, key);
  return published === undefined ? undefined : utf8(key.sign(published.size, published.root));
}

/** What to ask with before anything was published: that the log is empty, which contradicts no other checkpoint of it. */
function emptyCheckpoint(key: CheckpointKey): Uint8Array {
  const hasher = createTextHasher();
  return utf8(key.sign(0, hasher.encode(hasher.emptyRoot)));
}

function takeOver(parts: WitnessLinkParts, note: Uint8Array, witnessed: WitnessedCheckpoint): void {
  const { publisher, sequencer, clock, witnesses } = parts;
  publisher.publishCosigned(note);
  if (!witnessed.hasQuorum) return;
  const { size } = witnessed.checkpoint;
  const time = (witnessed.timeSeconds ?? 0) * MS_PER_SECOND;
  const ahead = time - clock.now();
  sequencer.takeWitnessed(size, ahead <= LONGEST_AHEAD_MS ? time : 0);
  if (ahead <= LONGEST_AHEAD_MS) return;
  const message = `the witnesses say a time ${Math.round(ahead / MS_PER_SECOND)} seconds after this node's clock: one of the two is wrong`;
  witnesses.onFault?.(new Fault('upstream.protocol', message));
}

function sizeOf(note: string | undefined, key: CheckpointKey): number {
  return note === undefined ? 0 : key.open(note).size;
}

/** One of the keys that sign is enough: while keys change, policies follow one after the other. */
function requireLog({ policy }: LogWitnesses, key: CheckpointKey): void {
  const { signatures } = parseNote(emptyCheckpoint(key));
  const isNamed = policy.logs.some(({ key: { name, keyId } }) =>
    signatures.some((signature) => signature.name === name && signature.keyId === keyId),
  );
  if (isNamed) return;
  const hint = `add \`log ${formatVerifierKey(key.verifierKey)}\``;
  throw new Fault('config.invalid', `the trust policy does not name the log \`${key.origin}\``, { hint });
}
