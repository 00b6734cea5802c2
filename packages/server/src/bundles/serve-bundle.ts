/** The bundle that a node is given: what is in force in its environment and team, or the candidate where it is among the first. */
import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { getBlob } from '../blobs/index.ts';
import { Problem } from '../http/index.ts';
import { NODES, nodeStanding, requireGood } from '../nodes/index.ts';
import type { Plane } from '../plane.ts';

import { isInCanary } from './canary.ts';
import { BUNDLES, rolloutId } from './collections.ts';
import { ROLLOUTS } from './rollout.ts';

/** Longest a question is held, in seconds: below what proxies give up after. */
export const MAX_WAIT_SECONDS = 30;
/** How often a held question looks, in milliseconds. Looking costs a few reads from memory. */
const LOOK_MS = 200;

/** The ids of bundles that a node is given. */
interface Given {
  readonly bundle: string;
  readonly shadow?: string;
}

/** Who asks. */
export interface AskingNode {
  readonly organisation: string;
  /** ULID. */
  readonly node: string;
  /** Id of the key that it asked with. */
  readonly credential: string;
}

/** Answers `GET /v1/node/bundle`: at once where `tag` is not that of what is given, otherwise when it changes or the time is over. */
export async function serveBundle(
  plane: Plane,
  asking: AskingNode,
  {
    tag,
    waitMs,
    signal,
  }: { readonly tag: string | undefined; readonly waitMs: number; readonly signal: AbortSignal },
): Promise<Response> {
  const standing = nodeStanding(plane, { ...asking, id: asking.node });
  for (let left = waitMs; ; left -= LOOK_MS) {
    requireGood(standing);
    const given = givenTo(plane, asking);
    const now = given === undefined ? undefined : tagOf(given);
    if (given !== undefined && now !== tag) return answer(plane, asking, given);
    if (left <= 0 || signal.aborted) {
      if (now !== undefined) return new Response(null, { status: 304, headers: { etag: now } });
      throw new Problem(
        'request.not-found',
        'no bundle is in force in the environment and team of this node',
      );
    }
    await wait(Math.min(LOOK_MS, left), undefined, { signal }).catch(() => undefined);
  }
}

async function answer(plane: Plane, { organisation }: AskingNode, given: Given): Promise<Response> {
  const bundle = await envelopeOf(plane, organisation, given.bundle);
  const shadow = given.shadow === undefined ? undefined : await envelopeOf(plane, organisation, given.shadow);
  // Texts as they came: what was signed is in them, and is not written anew.
  const body = `{"bundle":${bundle}${shadow === undefined ? '' : `,"shadow":${shadow}`}}`;
  return new Response(body, { headers: { 'content-type': 'application/json', etag: tagOf(given) } });
}

async function envelopeOf(plane: Plane, organisation: string, id: string): Promise<string> {
  const record = plane.objects(organisation, BUNDLES).get(id);
  if (record === undefined) throw new Problem('server.unavailable', 'the bundle is not here');
  return Buffer.from(await getBlob(plane, organisation, record.envelope)).toString('utf8');
}

function givenTo(plane: Plane, { organisation, node }: AskingNode): Given | undefined {
  // From the record that its enrolment made; what a node says of itself counts for nothing.
  const record = plane.objects(organisation, NODES).get(node);
  if (record === undefined) throw new Problem('request.forbidden', 'this node is of no environment');
  const rollout = plane.objects(organisation, ROLLOUTS).get(rolloutId(organisation, record));
  if (rollout === undefined) return undefined;
  const { stable, candidate } = rollout;
  const hash =
    candidate === undefined ? '' : (plane.objects(organisation, BUNDLES).get(candidate.bundle)?.hash ?? '');
  if (candidate?.stage === 'canary' && isInCanary(hash, record.agent ?? node, candidate.share))
    return { bundle: candidate.bundle };
  if (stable === undefined) return undefined;
  return candidate?.stage === 'shadow' ? { bundle: stable, shadow: candidate.bundle } : { bundle: stable };
}

function tagOf({ bundle, shadow }: Given): string {
  return `"${createHash('sha256')
    .update(JSON.stringify([bundle, shadow ?? null]))
    .digest('hex')
    .slice(0, 32)}"`;
}
