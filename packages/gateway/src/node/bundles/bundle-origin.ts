/** Bundles of a control plane as the policies of a node. */
import { createHash } from 'node:crypto';
import {
  bundleMark,
  describeFault,
  type LoadedPolicySet,
  type PolicyDecisionPoint,
  requireLimitFacts,
  requireNewerBundle,
  type VerifiedBundle,
} from '@writ/core';
import { type BundleCache, type BundleSource, type Governing, loadBundle } from '../../plane/index.ts';
import type { KeptVersion, PolicyOrigin } from '../file-policy.ts';
import { watchPolicyFiles } from '../policy-files.ts';
import type { Report } from '../types.ts';
import { builtInSet } from './built-in.ts';

/** What it stands on. */
export interface BundleOriginOptions {
  readonly source: BundleSource;
  readonly cache: BundleCache;
  /** Facts that limits of the set may be on. */
  readonly supplied: Parameters<typeof requireLimitFacts>[1];
  readonly report: Report;
}

/** The origin. Reading never fails for want of a bundle: what is built in decides then, and permits no action. */
export function bundleOrigin({ source, cache, supplied, report }: BundleOriginOptions): PolicyOrigin {
  let governing: Governing | undefined;
  let told: string | undefined;
  let candidate: Candidate | undefined;
  const look = (): string => {
    const kept = createHash('sha256')
      .update(cache.read('bundle') ?? '')
      .digest('hex');
    return `${kept} ${governing === undefined ? '' : source.stands(governing)}`;
  };
  return {
    scope: `policy-of-${source.scope}`,
    read(tools, previous, unseen) {
      const next = source.read();
      if (next.why !== told && next.why !== undefined) report(`${next.why}: ${MEANS[next.standing]}`);
      told = next.why;
      const { bundle } = next;
      const set =
        bundle === undefined
          ? builtInSet(next.standing === 'default' ? 'default' : 'closed')
          : loadBundle(bundle.bundle, { tools, unseen, ...(previous === undefined ? {} : { previous }) });
      requireLimitFacts(set.decisionPoint.limits, supplied);
      governing = next;
      const version = bundle === undefined ? {} : { version: keptVersion(source.scope, bundle) };
      return { set, sourcesHash: look(), ...version };
    },
    look,
    watch: (onLook) => watchPolicyFiles([cache.folder], onLook),
    stands: () => governing === undefined || source.stands(governing),
    // INVARIANT: where no bundle is in force nobody approves: whoever was in an older one may have gone since.
    approvers: () => governing?.bundle?.approvers ?? [],
    issuers() {
      const bundle = governing?.bundle?.bundle;
      return bundle === undefined ? [] : bundle.identityProviders;
    },
    shadow(tools, unseen) {
      const envelope = cache.read('shadow');
      if (envelope === undefined) candidate = undefined;
      else if (candidate?.envelope !== envelope || candidate.tools !== tools)
        candidate = { envelope, tools, set: loadCandidate() };
      return candidate?.set?.decisionPoint;
      function loadCandidate(): LoadedPolicySet | undefined {
        try {
          const verified = source.shadow();
          return verified === undefined ? undefined : loadBundle(verified.bundle, { tools, unseen });
        } catch (fault) {
          report(`the candidate bundle is not usable and answers nothing: ${describeFault(fault)}`);
          return undefined;
        }
      }
    },
  };
}

/** A candidate that was read; without a set where it is not usable. */
interface Candidate {
  readonly envelope: string;
  readonly tools: unknown;
  readonly set: { readonly decisionPoint: PolicyDecisionPoint } | undefined;
}

const MEANS = {
  in_force: 'it is in force',
  default: 'the built-in policy decides, which permits no action',
  closed: 'nothing is permitted',
} as const;

function keptVersion(scope: string, bundle: VerifiedBundle): KeptVersion {
  return {
    scope,
    mark: bundleMark(bundle),
    requireAfter: (seen) => requireNewerBundle(bundle, seen),
  };
}
