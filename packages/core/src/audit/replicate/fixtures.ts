/** A log, a mirror of it, and a wire between them that tests may cut. */
import { mkdtempSync, rmSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, expect } from 'vitest';
import { type Clock, Fault, utf8 } from '../../kernel/index.ts';
import { sha256 } from '../../kernel/crypto/index.ts';
import {
  ADD_CHECKPOINT_PATH,
  byteTreeHasher,
  type Checkpoint,
  formatVerifierKey,
  type NoteSigner,
  parseCheckpoint,
  parseNote,
  parseVerifierKey,
  proveConsistency,
  tileHashReader,
  bundlePath,
  bundlesBetween,
  tilePath,
  tilesBetween,
  verifyLog,
  type VerifierKey,
} from '../../proof/index.ts';
import {
  type SampleLog,
  sampleLog,
  sampleSigner,
  settableClock,
  verifyWithNode,
} from '../../testing/index.ts';
import { Mirror, type MirrorStore, openMirrorStore, type SqliteMirrorStore } from '../mirror/index.ts';
import { folderTarget, type PublishTarget } from '../publish/index.ts';
import { folderSource } from '../verify/index.ts';
import type { Asked, OfferedCheckpoint, WitnessTransport } from '../witness/index.ts';
import { askMirror } from './ask-mirror.ts';

export const ORIGIN = 'node.example/log';
export const NODE: NoteSigner = sampleSigner(ORIGIN, 3);
export const MIRROR: NoteSigner = sampleSigner('mirror.example/m1', 50, 'cosignature/v1');
const URL = 'https://mirror.example';

/** What an entry of the log says of its place; `also` replaces parts of it. */
export function placedEntry(index: number, also: Readonly<Record<string, unknown>> = {}): Uint8Array {
  const producer = { boot: 'B', counter: index, previous: index === 0 ? null : index - 1 };
  const place = { time: 1_000 + index, producer, timeFloor: 1_000 + index, witnessedSize: 0 };
  return utf8(JSON.stringify({ origin: ORIGIN, text: `entry ${index}`, ...place, ...also }));
}

/** The first `count` entries, those at the indexes of `changes` replaced. */
export function placedEntries(
  count: number,
  changes: Readonly<Record<number, Readonly<Record<string, unknown>>>> = {},
): Uint8Array[] {
  return Array.from({ length: count }, (_, index) => placedEntry(index, changes[index]));
}

/** A log of `count` entries, signed by {@link NODE}. */
export function nodeLog(count: number, signer: NoteSigner = NODE): SampleLog {
  return sampleLog(placedEntries(count), signer);
}

/** A folder that goes with the test. */
export function scratchFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'writ-mirror-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** What may be put in place of a mirror's parts. */
export interface MirrorParts {
  readonly path?: string;
  readonly clock?: Clock;
  readonly keys?: readonly NoteSigner[];
  readonly wrapTarget?: (target: PublishTarget) => PublishTarget;
  readonly wrapStore?: (store: MirrorStore) => MirrorStore;
  readonly journal?: (checkpoint: Checkpoint) => Promise<void>;
}

/** A mirror in a folder. */
export interface MirrorWorld {
  readonly path: string;
  /** Folder of the copy; `log` in it is what is published. */
  readonly copy: string;
  readonly store: SqliteMirrorStore;
  readonly mirror: Mirror;
  /** The process ends, and another one begins on the same folder. */
  restart(): Promise<MirrorWorld>;
}

export async function mirrorWorld(parts: MirrorParts = {}): Promise<MirrorWorld> {
  const path = parts.path ?? scratchFolder();
  const { clock = settableClock(), keys = [NODE], wrapTarget, wrapStore, journal } = parts;
  const store = openMirrorStore(path);
  onTestFinished(() => store.close());
  for (const { key } of keys) await store.enrol(key.name, formatVerifierKey(key), 1);
  const copy = join(path, 'copy');
  const target = folderTarget(copy);
  const mirror = new Mirror({
    signers: [MIRROR],
    store: wrapStore?.(store) ?? store,
    target: () => wrapTarget?.(target) ?? target,
    parseKey: (text) => parseVerifierKey(sha256, text),
    clock,
    ...(journal === undefined ? {} : { journal }),
  });
  const restart = (): Promise<MirrorWorld> => {
    store.close();
    return mirrorWorld({ ...parts, path });
  };
  return { path, copy, store, mirror, restart };
}

/** A wire to `mirror`; `cut` may throw before a request arrives, and after it was answered. */
export function wireTo(
  mirror: () => Pick<Mirror, 'addCheckpoint' | 'addEntries'>,
  cut: (when: 'request' | 'answer') => void = () => {},
): WitnessTransport {
  return {
    async post(url, body) {
      cut('request');
      const isCheckpoint = url.endsWith(ADD_CHECKPOINT_PATH);
      const answer = isCheckpoint
        ? await mirror().addCheckpoint(body)
        : await mirror().addEntries(inPieces(body));
      cut('answer');
      return { status: answer.status, body: utf8(answer.body) };
    },
  };
}

/** `bytes` as they come over a network. */
export async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

/** The checkpoint of the first `size` entries of `log`, with what its node offers beside it. */
export function offerOf(log: SampleLog, size: number): OfferedCheckpoint {
  const note = log.checkpointAt(size);
  const { root } = parseCheckpoint(parseNote(note).text);
  const hasher = byteTreeHasher(sha256);
  const reader = tileHashReader({ hasher, size, root, readTile: log.source.readTile });
  return {
    note,
    size,
    source: log.source,
    proveFrom: (oldSize) => proveConsistency(hasher, reader, oldSize, size),
  };
}

/** Sends all of `log` to `mirror` at one go. */
export function sendAll(
  log: SampleLog,
  size: number,
  mirror: Mirror,
  maxUploads = 1_000,
  transport: WitnessTransport = wireTo(() => mirror),
): Promise<Asked> {
  const context = { transport, signal: new AbortController().signal, maxUploads };
  return askMirror({ key: MIRROR.key, url: URL }, offerOf(log, size), 0, context);
}

export const diskFull = (): Fault => new Fault('log.unavailable', 'no space left on device');

/** INVARIANT: what is published of the copy is what the log is at that size, cosigned, and verifies with keys alone. */
export async function expectCopy(
  world: MirrorWorld,
  log: SampleLog,
  size: number,
  keys: readonly VerifierKey[] = [NODE.key],
): Promise<void> {
  const published = join(world.copy, 'log');
  for (const bundle of bundlesBetween(0, size)) {
    const bytes = readFileSync(join(published, bundlePath(bundle)));
    const full = log.files.get(bundlePath(bundle)) ?? log.files.get(bundlePath({ ...bundle, width: 256 }));
    expect(bytes.equals((full ?? utf8('')).subarray(0, bytes.length)), bundlePath(bundle)).toBe(true);
  }
  for (const tile of tilesBetween(0, size)) readFileSync(join(published, tilePath(tile)));
  const report = await verifyLog({
    source: folderSource(published),
    trust: { sha256, verifySignature: verifyWithNode, keys, witnesses: [MIRROR.key], minimumWitnesses: 1 },
    entries: 'ordered',
  });
  expect(report.problems).toEqual([]);
  expect([report.ok, report.size, report.witnessed.entries]).toEqual([true, size, size]);
}
