/** Whether identity providers answer, as this server sees it: looked at again and again, and never taken from anybody's word. */
import type { Clock } from '@writ/core';
import type { IdentityProvider } from './provider.ts';

/** A provider is out once it has failed for this long, at each look, in milliseconds: a restart is none. */
const LEAST_OUTAGE_MS = 5 * 60_000;
/** A look older than this says nothing of now, in milliseconds. */
const LOOK_LASTS_MS = 3 * 60_000;

/** What is known of one provider. */
export interface ProviderStanding {
  readonly id: string;
  readonly issuer: string;
  /** Since which look it fails; absent where it answered at the last, or was not looked at. */
  readonly failingSince?: number;
  /** Whether it has failed for long enough that people cannot wait. */
  readonly isOut: boolean;
}

/** Looks at providers. */
export interface Outages {
  /** Asks each provider for what it is and for its keys. Never rejects. */
  look(): Promise<void>;
  standing(): readonly ProviderStanding[];
}

interface Seen {
  readonly failingSince: number | undefined;
  readonly at: number;
}

export function createOutages(providers: readonly IdentityProvider[], clock: Clock): Outages {
  const seen = new Map<string, Seen>();
  const lookAt = async (provider: IdentityProvider): Promise<void> => {
    const { id } = provider.settings;
    const before = seen.get(id);
    const answers = await provider.probe().then(
      () => true,
      () => false,
    );
    const at = clock.now();
    // INVARIANT: what was not looked at in between is not known to have failed all the while.
    const isUnbroken = before?.failingSince !== undefined && Math.abs(at - before.at) <= LOOK_LASTS_MS;
    seen.set(id, { failingSince: answers ? undefined : isUnbroken ? before.failingSince : at, at });
  };
  return {
    async look() {
      await Promise.all(providers.map(lookAt));
    },
    standing: () =>
      providers.map(({ settings: { id, issuer } }) => {
        const { failingSince, at } = seen.get(id) ?? { failingSince: undefined, at: 0 };
        const now = clock.now();
        if (failingSince === undefined) return { id, issuer, isOut: false };
        const isOut = at - failingSince >= LEAST_OUTAGE_MS && Math.abs(now - at) <= LOOK_LASTS_MS;
        return { id, issuer, failingSince, isOut };
      }),
  };
}
