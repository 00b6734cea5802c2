/** What governs a node of a control plane at an instant: its bundle, the policy that is built in, or nothing. */
import {
  bundleMark,
  bundleScope,
  bundleStanding,
  type BundleStanding,
  type Clock,
  Fault,
  isFault,
  requireNewerBundle,
  requireOwnBundle,
  type StateReader,
  type VerifiedBundle,
  verifyBundle,
} from '@writ/core';
import type { PlaneConfiguration } from '../config/index.ts';
import type { BundleCache } from './bundle-cache.ts';

/** What governs. `bundle` is there for `in_force` alone. */
export interface Governing {
  readonly standing: BundleStanding;
  readonly bundle?: VerifiedBundle;
  /** Why it is no bundle, for the operator and for whoever is denied. */
  readonly why?: string;
}

/** Reads what is kept, and judges it anew each time. */
export interface BundleSource {
  /** Where the log keeps the highest bundle that was in force. */
  readonly scope: string;
  /** What governs now, after a look at what is kept. */
  read(): Governing;
  /** Whether what `read` answered governs still: asked at each call. */
  stands(governing: Governing): boolean;
  /** Throws `bundle.*` for an envelope that must not take the place of what governs. */
  accept(envelope: string): VerifiedBundle;
  /** The candidate that answers beside; absent for none that is good. */
  shadow(): VerifiedBundle | undefined;
}

/** What it stands on. */
export interface BundleSourceOptions {
  readonly plane: Pick<
    PlaneConfiguration,
    'organisation' | 'node' | 'team' | 'environment' | 'anchors' | 'offline'
  >;
  readonly cache: BundleCache;
  readonly state: Pick<StateReader, 'epochs' | 'timeFloor'>;
  readonly clock: Clock;
}

export function createBundleSource({ plane, cache, state, clock }: BundleSourceOptions): BundleSource {
  const { organisation, environment, team, anchors } = plane;
  const scope = bundleScope({ organisation, environment, ...(team === undefined ? {} : { team }) });
  /** The last one that was good: a file that was damaged since takes nothing from it. */
  let last: VerifiedBundle | undefined;
  // INVARIANT: a clock that is put back makes nothing young again.
  const now = (): number => Math.max(clock.now(), state.timeFloor());
  const markOf = (): string | undefined => state.epochs(scope).policyHash;
  const standingOf = ({ bundle }: VerifiedBundle): BundleStanding => {
    const [at, reachedAt] = [now(), cache.contact(clock.now())];
    return bundleStanding(bundle, { now: at, ...(reachedAt === undefined ? {} : { reachedAt }) });
  };
  const accept = (envelope: string): VerifiedBundle => {
    const verified = verifyBundle(envelope, anchors);
    requireOwnBundle(verified.bundle, plane);
    requireNewerBundle(verified, markOf());
    return verified;
  };
  const without = (why: string): Governing => ({
    standing: plane.offline === 'default_policy' ? 'default' : 'closed',
    why,
  });
  const kept = (): VerifiedBundle => {
    try {
      const envelope = cache.read('bundle');
      if (envelope === undefined) throw new Fault('bundle.missing', 'no bundle of the control plane is here');
      last = accept(envelope);
      return last;
    } catch (fault) {
      if (last === undefined) throw fault;
      requireNewerBundle(last, markOf());
      return last;
    }
  };
  return {
    scope,
    accept,
    read() {
      try {
        const bundle = kept();
        const standing = standingOf(bundle);
        return standing === 'in_force' ? { standing, bundle } : { standing, why: whyNot(bundle, now()) };
      } catch (fault) {
        if (isFault(fault) && (fault.code.startsWith('bundle.') || fault.code.startsWith('key.')))
          return without(fault.message);
        throw fault;
      }
    },
    stands({ standing, bundle }) {
      if (bundle === undefined) {
        // What stands in for a bundle does so only while none is there.
        const own = last === undefined ? without('').standing : standingOf(last);
        return own === standing;
      }
      const mark = markOf();
      return (mark === undefined || mark === bundleMark(bundle)) && standingOf(bundle) === 'in_force';
    },
    shadow() {
      const envelope = cache.read('shadow');
      if (envelope === undefined) return undefined;
      const verified = verifyBundle(envelope, anchors);
      requireOwnBundle(verified.bundle, plane);
      return verified;
    },
  };
}

function whyNot({ bundle }: VerifiedBundle, now: number): string {
  return now > bundle.created + bundle.maxAge
    ? `bundle ${bundle.version} is past its age`
    : `the control plane is out of reach, and bundle ${bundle.version} asks for it`;
}
