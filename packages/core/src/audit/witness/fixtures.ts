/** A log with three witnesses, and a transport that calls them without a network. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Fault, utf8 } from '../../kernel/index.ts';
import { sha256 } from '../../kernel/crypto/index.ts';
import { type EntryDraft } from '../../model/index.ts';
import {
  fakeClock,
  openDraft,
  SAMPLE_LOG_KEYS,
  sampleLogIdentity,
  sampleSigner,
} from '../../testing/index.ts';
import { formatVerifierKey, parseTrustPolicy, type TrustPolicy } from '../../proof/index.ts';
import { createCheckpointKey } from '../tree/index.ts';
import { type LogOptions, openLog, type OpenLog } from '../index.ts';
import { openCosignedStore, Witness, type WitnessTransport } from './index.ts';

export const START = 1_767_225_600_000;
export const ORIGIN_KEY: OpenLog['verifierKey'] = createCheckpointKey(
  sampleLogIdentity().origin,
  SAMPLE_LOG_KEYS.signingKey.seed,
).verifierKey;
export const signers: readonly ReturnType<typeof sampleSigner>[] = ['a', 'b', 'c'].map((name, at) =>
  sampleSigner(`w.example/${name}`, 40 + at, 'cosignature/v1'),
);

/** Three witnesses of the sample log, a transport to them, and what a test does to them. */
export interface World {
  readonly transport: WitnessTransport;
  readonly clock: ReturnType<typeof fakeClock>;
  /** Names of witnesses that do not answer. */
  readonly down: Set<string>;
  /** Called before each request is answered. */
  onRequest: (name: string) => Promise<void> | void;
  readonly asked: string[];
  readonly faults: Fault[];
  policy(quorum: string): TrustPolicy;
}

export async function world(): Promise<World> {
  const clock = fakeClock(START);
  const witnesses = new Map<string, Witness>();
  for (const signer of signers) {
    const store = await openCosignedStore(folder(), [signer.key]);
    onTestFinished(() => store.close());
    witnesses.set(signer.key.name, new Witness({ signers: [signer], logs: [ORIGIN_KEY], store, clock }));
  }
  const made: World = {
    clock,
    down: new Set(),
    onRequest: () => {},
    asked: [],
    faults: [],
    transport: {
      async post(url, body) {
        const name = url.slice('https://'.length, -'/add-checkpoint'.length);
        made.asked.push(name);
        await made.onRequest(name);
        if (made.down.has(name)) throw new Fault('io.failed', 'connection refused');
        const answer = await witnesses.get(name)?.addCheckpoint(body);
        if (answer === undefined) throw new Fault('io.failed', `no witness is \`${name}\``);
        return { status: answer.status, body: utf8(answer.body) };
      },
    },
    policy: (quorum) =>
      parseTrustPolicy(
        sha256,
        utf8(
          `log ${formatVerifierKey(ORIGIN_KEY)}\n${signers
            .map(({ key }) => `witness ${key.name.slice(-1)} ${formatVerifierKey(key)} https://${key.name}\n`)
            .join('')}${quorum}\n`,
        ),
      ),
  };
  return made;
}

export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'writ-witnessed-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

export async function open(
  path: string,
  of: World,
  quorum = 'quorum a',
  changes: Partial<LogOptions> = {},
): Promise<OpenLog> {
  const log = await openLog({
    ...sampleLogIdentity(),
    ...SAMPLE_LOG_KEYS,
    path,
    witnesses: {
      policy: of.policy(quorum),
      transport: of.transport,
      onFault: (fault) => of.faults.push(fault),
    },
    ...changes,
  });
  onTestFinished(() => log.close().catch(() => {}));
  return log;
}

let drafts = 0;
export function draft(): EntryDraft {
  drafts += 1;
  return openDraft(`w${drafts}`);
}

/** Publishes, and waits until the witnesses have been asked about it. */
export async function publish(log: OpenLog): Promise<void> {
  await log.awaitWitnesses?.();
  await log.publish();
  await log.awaitWitnesses?.();
}

export const checkpointOf = (path: string): Uint8Array => readFileSync(join(path, 'log', 'checkpoint'));
