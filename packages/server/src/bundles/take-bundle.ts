/** What a bundle must be before it is kept: signed by the organisation, over a version that was approved, and the next one of its track. */
import { isFault, parseTrustAnchors, requireOwnBundle, type VerifiedBundle, verifyBundle } from '@writ/core';
import { loadBundle } from '@writ/gateway/plane';
import { getBlob } from '../blobs/index.ts';
import { Problem } from '../http/index.ts';
import type { Plane } from '../plane.ts';
import { filesOf, inForceHash, POLICY_VERSIONS, type PolicyVersion } from '../policies/index.ts';
import { BUNDLE_ANCHORS, type BundleRecord } from './collections.ts';

/** What is asked to be kept. */
export interface OfferedBundle {
  readonly envelope: string;
  /** ULID. */
  readonly policyVersion: string;
}

/** A bundle that may be kept. */
export interface TakenBundle {
  readonly verified: VerifiedBundle;
  readonly policyHash: string;
  readonly version: PolicyVersion;
}

/** Throws `request.invalid` for a bundle that nobody could verify, and `request.conflict` for one that is not of what was approved. */
export async function takeBundle(
  plane: Plane,
  organisation: string,
  { envelope, policyVersion }: OfferedBundle,
): Promise<TakenBundle> {
  const version = plane.objects(organisation, POLICY_VERSIONS).get(policyVersion);
  if (version === undefined) throw new Problem('request.not-found', 'there is no such policy version');
  if (version.status !== 'approved')
    throw new Problem('request.conflict', 'the policy version that it holds was not approved');
  const anchors = plane.objects(organisation, BUNDLE_ANCHORS).list();
  if (anchors.length === 0)
    throw new Problem('request.conflict', 'the organisation has named no key that signs bundles');
  try {
    const verified = verifyBundle(envelope, parseTrustAnchors(anchors.map(({ key }) => key)));
    const { bundle } = verified;
    requireOwnBundle(
      { ...bundle, nodes: undefined },
      {
        organisation,
        environment: bundle.environment,
        ...(bundle.team === undefined ? {} : { team: bundle.team }),
      },
    );
    const files = filesOf(await getBlob(plane, organisation, version.hash));
    if (inForceHash(bundle.policies) !== inForceHash(files))
      throw new Problem('request.conflict', 'the policies in the bundle are not those that were approved');
    const { decisionPoint } = loadBundle(bundle);
    return { verified, policyHash: decisionPoint.policyHash, version };
  } catch (fault) {
    if (isFault(fault)) throw new Problem('request.invalid', `the bundle is not taken: ${fault.message}`);
    throw fault;
  }
}

/** Throws `request.conflict` unless `verified` is the next one after `latest`. */
export function requireNext(
  { bundle }: VerifiedBundle,
  latest: Pick<BundleRecord, 'version' | 'hash'> | undefined,
): void {
  const expected = (latest?.version ?? 0) + 1;
  if (bundle.version !== expected)
    throw new Problem(
      'request.conflict',
      `the next bundle here is number ${expected}, and this one is ${bundle.version}`,
    );
  if (bundle.previous !== latest?.hash)
    throw new Problem('request.conflict', 'the bundle follows another one than the latest here');
}
