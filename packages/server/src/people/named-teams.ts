/** Teams that an object is about to name. */
import type { Collection, Stored } from '../state/index.ts';
import { Problem } from '../http/index.ts';
import type { Change } from '../state/index.ts';
import { type Team, TEAMS } from './collections.ts';

/** Reads objects of one organisation. */
type Objects = (collection: typeof TEAMS) => Pick<Collection<Team>, 'get'>;

/**
 * What a change that names `teams` rests on: that each is there still, and nobody is removing it. Throws `request.invalid` for one that there is not, `request.conflict` for one that is
 * being removed; `pointer` says where they stand.
 */
export function restsOnTeams(
  objects: Objects,
  organisation: string,
  teams: readonly string[],
  pointer = '/team',
): NonNullable<Change['records']> {
  return [...new Set(teams)].map((id) => {
    const team: Stored<Team> | undefined = objects(TEAMS).get(id);
    if (team === undefined)
      throw new Problem('request.invalid', `there is no team \`${id}\``, [
        { pointer, detail: 'unknown team' },
      ]);
    if (team.isLeaving === true) throw new Problem('request.conflict', `the team \`${id}\` is being removed`);
    return { collection: 'teams', key: `${organisation}/${id}`, index: team.index };
  });
}
