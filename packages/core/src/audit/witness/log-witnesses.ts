/** The witnesses of a log: what they cosign is published, and its size and time reach the log's own state. */
import { type Clock, Fault, utf8 } from '../../kernel/index.ts';
import {
  bundlePath,
  formatVerifierKey,
  HASH_BYTES,
  MAX_ENTRY_BYTES,
  parseNote,
  tilePath,
  TILE_WIDTH,
  type WitnessedCheckpoint,
} from '../../proof/index.ts';
import { ownCheckpoint, type Publisher, type PublishTarget } from '../publish/index.ts';
import { createTextHasher, type CheckpointKey } from '../tree/index.ts';
import type { OfferedCheckpoint } from './ask-witness.ts';
import { CollectedCosignatures } from './collected-cosignatures.ts';
import { type LogWitnesses, WitnessClient } from './witness-client.ts';
import { witnessCosigners } from './witness-cosigners.ts';

/** What the witnesses of a log are connected to. */
export interface WitnessLinkParts {
  readonly witnesses: LogWitnesses;
  /** Where the log is published: what is offered to witnesses is what everybody sees. */
  readonly target: Pick<PublishTarget, 'read' | 'readCheckpoint'>;
  readonly key: CheckpointKey;
  readonly clock: Clock;
  readonly publisher: Pick<Publisher, 'publishCosigned'>;
  /** Entries that the log holds at least. */
  readonly size: () => number;
  /** Takes over that witnesses that are enough have seen `size` entries, at `time` (milliseconds since 1970; 0 for no time). */
  readonly takeWitnessed: (size: number, time: number) => void;
}

/** The witnesses of an open log. */
export interface WitnessLink
  extends Pick<WitnessClient, 'offer' | 'idle' | 'finish' | 'close'>,
    Pick<CollectedCosignatures, 'unwitnessedSeconds'> {
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

/** Links a log to its cosigners. Throws `config.invalid` where the policy does not name the log, or nobody that can be asked. */
export function linkWitnesses(parts: WitnessLinkParts): WitnessLink {
  const { witnesses, target, key, clock, size } = parts;
  const { policy, mirrors = [], random, onFault } = witnesses;
  requireLog(witnesses, key);
  let conflict: Fault | undefined;
  const collected = new CollectedCosignatures(policy, clock);
  // Mirrors go their own pace: a witness need not wait until one has caught up.
  const clients = [witnessCosigners(witnesses), ...mirrors.map((mirror) => [mirror])]
    .filter((cosigners) => cosigners.length > 0)
    .map(
      (cosigners) =>
        new WitnessClient({
          cosigners,
          clock,
          size,
          readPublished: () => signedAnew(target, key),
          source: sourceOf(target),
          onCosigned: async (note) => takeOver(parts, note, await collected.add(note)),
          onConflict: (fault) => {
            conflict ??= fault;
          },
          ...(random === undefined ? {} : { random }),
          ...(onFault === undefined ? {} : { onFault }),
        }),
    );
  if (clients.length === 0)
    throw new Fault('config.invalid', 'the trust policy names no witness with an address');
  const all = async (run: (client: WitnessClient) => Promise<void>): Promise<void> => {
    await Promise.all(clients.map(run));
  };
  return {
    offer: () => clients.forEach((client) => client.offer()),
    idle: () => all((client) => client.idle()),
    finish: () => all((client) => client.finish()),
    close: () => clients.forEach((client) => client.close()),
    unwitnessedSeconds: () => collected.unwitnessedSeconds(),
    check: async () => {
      const note = (await signedAnew(target, key)) ?? emptyCheckpoint(key);
      await all((client) => client.check(note));
    },
    conflict: () => conflict,
  };
}

/** What is published, for proofs and for mirrors. */
function sourceOf(target: WitnessLinkParts['target']): OfferedCheckpoint['source'] {
  return {
    readTile: (tile) => target.read(tilePath(tile), TILE_WIDTH * HASH_BYTES),
    readBundle: (bundle) => target.read(bundlePath(bundle), TILE_WIDTH * (MAX_ENTRY_BYTES + 2)),
  };
}

/**
 * What is published, with the signatures of all present keys and no others: a published file may hold any lines, and keys change.
 * INVARIANT: only what one of these keys signed before is signed again, at its size and with its root.
 */
async function signedAnew(
  target: WitnessLinkParts['target'],
  key: CheckpointKey,
): Promise<Uint8Array | undefined> {
  const published = ownCheckpoint(await target.readCheckpoint(), key);
  return published === undefined ? undefined : utf8(key.sign(published.size, published.root));
}

/** What to ask with before anything was published: that the log is empty, which contradicts no other checkpoint of it. */
function emptyCheckpoint(key: CheckpointKey): Uint8Array {
  const hasher = createTextHasher();
  return utf8(key.sign(0, hasher.encode(hasher.emptyRoot)));
}

async function takeOver(
  parts: WitnessLinkParts,
  note: Uint8Array,
  witnessed: WitnessedCheckpoint,
): Promise<void> {
  const { publisher, takeWitnessed, clock, witnesses } = parts;
  await publisher.publishCosigned(note);
  if (!witnessed.hasQuorum) return;
  const { size } = witnessed.checkpoint;
  const time = (witnessed.timeSeconds ?? 0) * MS_PER_SECOND;
  const ahead = time - clock.now();
  takeWitnessed(size, ahead <= LONGEST_AHEAD_MS ? time : 0);
  if (ahead <= LONGEST_AHEAD_MS) return;
  const message = `the witnesses say a time ${Math.round(ahead / MS_PER_SECOND)} seconds after this node's clock: one of the two is wrong`;
  witnesses.onFault?.(new Fault('upstream.protocol', message));
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
