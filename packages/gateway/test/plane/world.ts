/** A real guard governed by bundles: over a log in memory and a folder of its own, with a clock that tests move. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type BundleContent,
  createGuardLine,
  createSigningKey,
  type Enforced,
  type Guard,
  parseTrustAnchors,
  publicKeyText,
  signBundle,
  type SigningKey,
  type ToolDefinition,
  type VerifiedBundle,
  verifyBundle,
} from '@writ/core';
import { fakeRandom, type GuardWorld, guardWorld, toolCall } from '@writ/core/testing';
import type { PlaneConfiguration } from '../../src/config/index.ts';
import { bundleOrigin } from '../../src/node/bundles/index.ts';
import { createFilePolicy, type FilePolicy } from '../../src/node/index.ts';
import {
  type BundleCache,
  type BundleSource,
  createBundleSource,
  openBundleCache,
} from '../../src/plane/index.ts';

export const ORGANISATION = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
export const NODE = '01BX5ZZKBKACTAV9WEVGEMMVRZ';
export const HOUR = 3_600_000;
export const PAY: ToolDefinition = {
  server: 'bank',
  name: 'pay',
  definition: {
    name: 'pay',
    inputSchema: { type: 'object', properties: { amount: { type: 'integer' } }, required: ['amount'] },
  },
};
export const PERMITS = '@id("pay") permit (principal, action, resource);';
export const FORBIDS = '@id("nobody-pays") forbid (principal, action, resource);';

const random = fakeRandom();
export const SIGNER: SigningKey = createSigningKey('acme/policy', random).key;
export const STRANGER: SigningKey = createSigningKey('elsewhere', random).key;

/** A node governed by bundles, as a test sees it. */
export interface PlaneWorld {
  readonly world: GuardWorld;
  readonly cache: BundleCache;
  readonly reports: string[];
  /** The running process. */
  readonly process: { readonly guard: Guard; readonly policy: FilePolicy; readonly source: BundleSource };
  /** Ends the process and starts another over the same log and folder. */
  restart(): Promise<void>;
  pay(): Promise<Enforced>;
  close(): Promise<void>;
}

/** The content of a bundle, made at `created`. */
export function contentOf(created: number, policy: string, more: Partial<BundleContent> = {}): BundleContent {
  return {
    organisation: ORGANISATION,
    environment: 'production',
    version: 1,
    created,
    maxAge: HOUR,
    offline: 'cached_with_expiry',
    mode: 'strict',
    policies: [
      { path: 'policy-set.yaml', text: 'name: acme\nversion: 1\n' },
      { path: 'organisation/main.cedar', text: policy },
    ],
    approvers: [],
    ...more,
  };
}

/** Its document, for the hash that the next one names. */
export function verified(envelope: string): VerifiedBundle {
  return verifyBundle(envelope, parseTrustAnchors([publicKeyText(SIGNER)]));
}

export function signed(created: number, policy: string, more: Partial<BundleContent> = {}): string {
  return signBundle(contentOf(created, policy, more), [SIGNER]);
}

export async function planeWorld(
  options: { readonly offline?: PlaneConfiguration['offline']; readonly envelope?: string } = {},
): Promise<PlaneWorld> {
  const data = mkdtempSync(join(tmpdir(), 'writ-bundle-'));
  const reports: string[] = [];
  let kept: Parameters<typeof createGuardLine>[0] | undefined;
  const world = await guardWorld({
    policies: FORBIDS,
    portsOver(ports) {
      kept = ports;
      return ports;
    },
  });
  const ports = kept;
  if (ports === undefined) throw new Error('no ports');
  const plane = {
    organisation: ORGANISATION,
    node: NODE,
    environment: 'production',
    anchors: parseTrustAnchors([publicKeyText(SIGNER)]),
    offline: options.offline ?? 'fail_closed',
  } as const;
  const start = async (): Promise<PlaneWorld['process'] & { readonly cache: BundleCache }> => {
    const cache = openBundleCache(data);
    const source = createBundleSource({ plane, cache, state: ports.state, clock: ports.clock });
    const report = (line: string): void => void reports.push(line);
    const policy = createFilePolicy({
      origin: bundleOrigin({ source, cache, supplied: new Set(), report }),
      log: ports.log,
      state: ports.state,
      report,
      draft: (detail, rest) => ({
        detail,
        tenant: 'test',
        time: ports.clock.now(),
        monotonicNs: ports.clock.monotonicNs(),
        retentionClass: 'log',
        committed: {},
        concerns: [],
        ...rest,
      }),
    });
    await policy.load([PAY]);
    return { guard: createGuardLine({ ...ports, policy }, world.timers), policy, source, cache };
  };
  if (options.envelope !== undefined) openBundleCache(data).write('bundle', options.envelope);
  let current = await start();
  return {
    world,
    reports,
    get cache() {
      return current.cache;
    },
    get process() {
      return current;
    },
    async restart() {
      await current.guard.close();
      current.policy.close();
      current = await start();
    },
    pay: () =>
      current.guard.enforce(toolCall('bank/pay', { amount: 1 }, { wait: false }), () =>
        Promise.resolve({ content: [] }),
      ),
    async close() {
      await current.guard.close();
      current.policy.close();
      await world.log.close();
      rmSync(data, { recursive: true, force: true });
    },
  };
}
