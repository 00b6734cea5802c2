/** Bundles at a control plane: the one that the next stands on, and where a signed one goes. The key that signs is never there. */
import { Fault, type JsonObject, ownProperty, parseStrictJson } from '@writ/core';
import { objectIn, type Plane, textIn } from '../../../plane/index.ts';

const MOST = 10_000;

/** For whom bundles are. */
export interface BundleTrack {
  readonly environment: string;
  readonly team?: string | undefined;
}

/** The roll-out of a track; absent before its first bundle. */
export async function rolloutOf(
  plane: Plane,
  { environment, team }: BundleTrack,
): Promise<JsonObject | undefined> {
  const all = await plane.list('/v1/rollouts', MOST);
  return all.find((one) => one['environment'] === environment && ownProperty(one, 'team') === team);
}

/** The latest signed envelope of a track, as it came; absent for none. It is believed by nobody for where it came from: whoever signs verifies it. */
export async function latestEnvelope(plane: Plane, track: BundleTrack): Promise<string | undefined> {
  const rollout = await rolloutOf(plane, track);
  if (rollout === undefined) return undefined;
  const bundle = textIn(objectIn(rollout['latest']), 'bundle');
  const { body } = await plane.ask({ method: 'GET', path: `/v1/bundles/${bundle}/envelope` });
  return JSON.stringify(objectIn(body));
}

/** What is uploaded. */
export interface SignedEnvelope {
  readonly envelope: string;
  /** Id of the version that it holds. */
  readonly version: string;
}

/** Gives the control plane a signed bundle; answers what it made of it. */
export async function uploadBundle(
  plane: Plane,
  { envelope, version: policyVersion }: SignedEnvelope,
): Promise<JsonObject> {
  const parsed = objectIn(parseStrictJson(envelope));
  return objectIn(
    (await plane.ask({ method: 'POST', path: '/v1/bundles', body: { policyVersion, envelope: parsed } }))
      .body,
  );
}

/** The newest version that was approved with these policies. Throws `cli.usage` for none. */
export async function approvedVersion(plane: Plane, policyHash: string): Promise<string> {
  const versions = await plane.list('/v1/policy-versions', MOST);
  const found = versions.findLast((one) => one['status'] === 'approved' && one['policyHash'] === policyHash);
  if (found !== undefined) return textIn(found, 'id');
  throw new Fault('cli.usage', 'no version that was approved at the control plane holds these policies', {
    hint: '`writ policy push` them, and have somebody else review them; or name one with `--version-id`',
  });
}
