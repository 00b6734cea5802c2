/** Where versions stand: in force where, on their way where. Pure. */
import type { Bundle, PolicyVersion, Rollout } from './policy-data.ts';

/** One place of a version. */
export interface Standing {
  readonly rollout: string;
  readonly environment: string;
  readonly team?: string | undefined;
  readonly stage: 'in force' | 'shadow' | 'canary';
  readonly share: number;
}

/** Places of each version, by its id. */
export function standingsOf(
  rollouts: readonly Rollout[],
  bundles: readonly Bundle[],
): ReadonlyMap<string, readonly Standing[]> {
  const versions = new Map(bundles.map(({ id, policyVersion }) => [id, policyVersion]));
  const standings = new Map<string, Standing[]>();
  const put = (bundle: string | undefined, standing: Standing): void => {
    const version = bundle === undefined ? undefined : versions.get(bundle);
    if (version !== undefined) standings.set(version, [...(standings.get(version) ?? []), standing]);
  };
  for (const { id, environment, team, stable, candidate } of rollouts) {
    const track = { rollout: id, environment, team };
    put(stable, { ...track, stage: 'in force', share: 100 });
    if (candidate !== undefined)
      put(candidate.bundle, { ...track, stage: candidate.stage, share: candidate.share });
  }
  return standings;
}

/** The version that `version` would replace: of its name, in force; undefined where there is none. */
export function inForceOf(
  version: PolicyVersion,
  versions: readonly PolicyVersion[],
  standings: ReadonlyMap<string, readonly Standing[]>,
): PolicyVersion | undefined {
  return versions.find(
    ({ id, name }) =>
      id !== version.id &&
      name === version.name &&
      standings.get(id)?.some(({ stage }) => stage === 'in force'),
  );
}

/** As it is said: `production`, `production, team 01J…`. */
export function trackSaid({ environment, team }: Pick<Standing, 'environment' | 'team'>): string {
  return team === undefined ? environment : `${environment}, team ${team}`;
}
