/** Enrolled nodes with real logs in folders, whose entries are sent as nodes send them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  openLog,
  type OpenLog,
  replicateFolder,
  type Replicated,
  signingKeyFromSeed,
  systemRandom,
  type WitnessTransport,
} from '@writ/core';
import type { NoteSigner } from '@writ/core/proof';
import {
  SAMPLE_LOG_KEYS,
  sampleDecision,
  sampleDraft,
  sampleLogIdentity,
  sampleSigner,
} from '@writ/core/testing';
import { codeOf, enrol, newKeys, type TestNode } from './enrolled.ts';
import type { Someone, World } from './world.ts';

/** With what the control plane of these tests mirrors. */
export const MIRROR: NoteSigner = sampleSigner('plane.example/mirror', 50, 'cosignature/v1');

/** A node with a real log in a folder. */
export interface LoggingNode extends TestNode {
  readonly log: OpenLog;
  readonly folder: string;
  /** Appends `count` decisions, each tenth of them a denial, and publishes. */
  write(count: number): Promise<void>;
}

/** Opens one, and puts it among `nodes`. */
export async function openLoggingNode(
  world: World,
  nodes: LoggingNode[],
  {
    as = world.people.admin,
    isEnrolled = true,
  }: { readonly as?: Someone; readonly isEnrolled?: boolean } = {},
): Promise<LoggingNode> {
  const { key, logKey: named } = newKeys();
  const origin = named.key.name;
  const seed = systemRandom.bytes(32);
  const logKey = signingKeyFromSeed(origin, seed);
  const folder = mkdtempSync(join(tmpdir(), 'writ-node-'));
  const log = await openLog({
    ...sampleLogIdentity(`node-${origin}`),
    ...SAMPLE_LOG_KEYS,
    origin,
    clock: world.clock,
    signingKey: { seed },
    path: folder,
  });
  const came = isEnrolled
    ? await enrol(world, (await codeOf(world, {}, as)).code, { key, logKey })
    : undefined;
  const node: LoggingNode = {
    id: came?.body.node ?? '',
    organisation: as.organisation,
    key,
    logKey,
    log,
    folder,
    async write(count) {
      for (let at = 0; at < count; at += 1) {
        const verdict = at % 10 === 9 ? 'deny' : 'allow';
        const decision = sampleDecision({ verdict, parts: { count: 1, verdicts: { [verdict]: 1 } } });
        const detail = { kind: 'decision', decision } as const;
        const time = world.clock.now();
        await log.writer.append(sampleDraft(detail, { time, tenant: 'default' }));
      }
      await log.publish();
    },
  };
  nodes.push(node);
  return node;
}

/** Ends them, and empties the list. */
export async function closeLoggingNodes(nodes: LoggingNode[]): Promise<void> {
  for (const { log, folder } of nodes.splice(0)) {
    await log.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Sends what mirrors are sent to the API of `world`. */
export function transportTo(world: World, packed = false): WitnessTransport {
  return {
    async post(url, body) {
      const isPacked = packed && url.endsWith('add-entries');
      const response = await world.api.fetch(
        new Request(url, {
          method: 'POST',
          body: Buffer.from(isPacked ? gzipSync(body) : body),
          headers: isPacked ? { 'content-encoding': 'gzip' } : {},
        }),
      );
      return { status: response.status, body: new Uint8Array(await response.arrayBuffer()) };
    },
  };
}

/** Sends what `node` published. */
export function replicated(
  world: World,
  { folder }: LoggingNode,
  over: WitnessTransport = transportTo(world),
): Promise<Replicated> {
  return replicateFolder({
    path: folder,
    mirror: { name: 'plane', key: MIRROR.key, url: `${world.plane.url}/v1/mirror` },
    transport: over,
    signal: new AbortController().signal,
  });
}
