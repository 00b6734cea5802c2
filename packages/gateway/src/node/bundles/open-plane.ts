/** A node’s control plane, opened: its client, its bundle, and what follows it. */
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import {
  type Clock,
  Fault,
  type LogReader,
  parseSigningKey,
  type Random,
  readKeyFile,
  type StateReader,
} from '@writ/core';
import type { PlaneBeside, PlaneConfiguration } from '../../config/index.ts';
import {
  type ApprovalFollower,
  type ApprovalFollowerOptions,
  answerLooks,
  type BundleFollower,
  createBundleSource,
  createPlaneClient,
  discloseFacts,
  followApprovals,
  followBundle,
  openBundleCache,
  type PlaneClient,
} from '../../plane/index.ts';
import type { PolicyOrigin } from '../file-policy.ts';
import type { Report } from '../types.ts';
import { bundleOrigin, type BundleOriginOptions } from './bundle-origin.ts';

/** What it stands on. */
export interface PlaneOptions extends Pick<BundleOriginOptions, 'supplied'> {
  readonly plane: PlaneConfiguration;
  /** Data folder. */
  readonly data: string;
  readonly state: StateReader;
  readonly clock: Clock;
  readonly random: Random;
  readonly report: Report;
}

/** Where holds and their answers are. */
export type HeldPlace = Omit<ApprovalFollowerOptions, 'client' | 'clock' | 'report' | 'pause'>;

/** What is disclosed from. */
export interface DisclosedPlace {
  readonly reader: Pick<LogReader, 'size' | 'entry' | 'body'>;
  readonly state: Pick<StateReader, 'pins'>;
}

/** One that does not govern the node. */
export interface ReachedPlane {
  readonly client: PlaneClient;
  /** Begins to tell of what is held here, and to take the answers that verify. */
  followApprovals(place: HeldPlace): ApprovalFollower;
  /** Begins to disclose what the configuration names, and to answer looks. */
  disclose(place: DisclosedPlace): { close(): Promise<void> };
}

/** One that governs it, as far as it is open. */
export interface FollowedPlane extends ReachedPlane {
  readonly origin: PolicyOrigin;
  /** Begins to follow: `reload` takes up what came. */
  follow(reload: () => Promise<unknown>): BundleFollower;
}

/** Opens it, and asks nothing yet. Throws `key.*`, `config.*`. */
export function openPlane(options: PlaneOptions): FollowedPlane {
  const { plane, data, state, clock, report, supplied } = options;
  const reached = reachPlane(plane, options);
  const cache = openBundleCache(data);
  const source = createBundleSource({ plane, cache, state, clock });
  return {
    ...reached,
    origin: bundleOrigin({ source, cache, supplied, report }),
    follow: (reload) => followBundle({ client: reached.client, source, cache, clock, reload, report, pause }),
  };
}

/** A control plane whose word is heard and that brings no policies. Throws `key.*`, `config.*`. */
export function reachPlane(
  plane: PlaneBeside & Partial<Pick<PlaneConfiguration, 'ca' | 'pins'>>,
  { clock, random, report }: Pick<PlaneOptions, 'clock' | 'random' | 'report'>,
): ReachedPlane {
  const { url, organisation, node, ca, pins } = plane;
  const signer = parseSigningKey(readKeyFile(plane.keyFile));
  const client = createPlaneClient({
    url,
    identity: { organisation, node, signer },
    ...(ca === undefined ? {} : { ca: readAuthorities(ca) }),
    ...(pins === undefined ? {} : { pins }),
    clock,
    random,
  });
  return {
    client,
    followApprovals: (place) => followApprovals({ ...place, client, clock, report, pause }),
    disclose({ reader, state }) {
      const { always = [], onRequest = [] } = plane.discloses ?? {};
      const facts = discloseFacts({ client, reader, state, always, report, pause });
      // What is sent by itself may be too large to be, and is looked at then.
      const looks = answerLooks({ client, reader, fields: [...onRequest, ...always], report, pause });
      return {
        async close() {
          await Promise.all([facts.close(), looks.close()]);
        },
      };
    },
  };
}

function readAuthorities(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Fault('config.unreadable', `cannot read the authorities in \`${file}\``, { file }, { cause });
  }
}

/** Resolves after `ms`, or as soon as `signal` aborts; keeps no process alive. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal, ref: false }).catch(() => undefined);
}
