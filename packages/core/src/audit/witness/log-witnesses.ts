/** The witnesses of a log in a data folder: what they cosign is published, and its size and time reach the log's own state. */
import { join } from 'node:path';
import { type Clock, equalBytes, Fault, utf8 } from '../../kernel/index.ts';
import {
  CHECKPOINT_PATH,
  HASH_BYTES,
  type TileCoordinates,
  tilePath,
  TILE_WIDTH,
  type VerifierKey,
  type WitnessedCheckpoint,
} from '../../proof/index.ts';
import { LOG_FOLDER, MAX_CHECKPOINT_BYTES } from '../publish/index.ts';
import { readRegularFile, readRegularFileLater } from '../store/index.ts';
import { createTextHasher, type CheckpointKey } from '../tree/index.ts';
import { type LogWitnesses, WitnessClient } from './witness-client.ts';

/** What the witnesses of a log are connected to. */
export interface LogWitnessesParts {
  readonly witnesses: LogWitnesses;
  /** The data folder. */
  readonly path: string;
  readonly key: CheckpointKey;
  readonly clock: Clock;
  /** Entries in the log. */
  readonly size: () => number;
  /** Adds the cosignatures of a note to the published checkpoint, where it is still that one. */
  readonly publishCosigned: (note: Uint8Array) => void;
  /** Takes over the greatest cosigned size, and the time that a quorum vouches for in milliseconds since 1970, absent where there is none to believe. */
  readonly takeWitnessed: (size: number, time?: number) => void;
  /** Told that a witness saw another log than this: nothing more may be signed. */
  readonly onConflict: (fault: Fault) => void;
}

/**
 * How far ahead of this node's clock a quorum's time may be and still raise the floor of time, in milliseconds. A floor never falls again, so a
 * witness whose clock is years ahead must not set it; a node whose clock was put back by hours or by a day is still found out.
 */
const LONGEST_AHEAD_MS = 86_400_000;
const MS_PER_SECOND = 1000;

/** The client for a log. Throws `config.invalid` where the policy does not name the log, or no witness that can be asked. */
export function createLogWitnesses(parts: LogWitnessesParts): WitnessClient {
  const { witnesses, path, key, clock, size, onConflict } = parts;
  requireLog(witnesses, key.verifierKey);
  const folder = join(path, LOG_FOLDER);
  return new WitnessClient({
    ...witnesses,
    clock,
    size,
    onConflict,
    readPublished: () => readRegularFile(join(folder, CHECKPOINT_PATH), MAX_CHECKPOINT_BYTES),
    readTile: (tile: TileCoordinates) =>
      readRegularFileLater(join(folder, tilePath(tile)), TILE_WIDTH * HASH_BYTES),
    onCosigned: (note, witnessed) => takeOver(parts, note, witnessed),
  });
}

/** What to ask witnesses with before anything was published: that the log is empty, which contradicts no other checkpoint of it. */
export function emptyCheckpoint(key: CheckpointKey): Uint8Array {
  const hasher = createTextHasher();
  return utf8(key.sign(0, hasher.encode(hasher.emptyRoot)));
}

function takeOver(parts: LogWitnessesParts, note: Uint8Array, witnessed: WitnessedCheckpoint): void {
  parts.publishCosigned(note);
  if (!witnessed.hasQuorum) return;
  const { size } = witnessed.checkpoint;
  const time = witnessed.timeSeconds === undefined ? undefined : witnessed.timeSeconds * MS_PER_SECOND;
  const ahead = (time ?? 0) - parts.clock.now();
  if (ahead <= LONGEST_AHEAD_MS) {
    parts.takeWitnessed(size, time);
    return;
  }
  parts.takeWitnessed(size);
  const message = `the witnesses say a time ${Math.round(ahead / MS_PER_SECOND)} seconds after this node's clock: one of the two is wrong`;
  parts.witnesses.onFault?.(new Fault('upstream.protocol', message));
}

function requireLog({ policy }: LogWitnesses, { name, publicKey }: VerifierKey): void {
  const isNamed = policy.logs.some(({ key }) => key.name === name && equalBytes(key.publicKey, publicKey));
  if (isNamed) return;
  const hint = 'add a `log` line with its verifier key';
  throw new Fault('config.invalid', `the trust policy does not name the log \`${name}\``, { hint });
}
