/** Which channels an alert goes to. */
import { SEVERITIES, type AlertRecord, type Severity } from './alert.ts';

/** What a channel wants to be told of. */
export interface AlertRoute {
  readonly id: string;
  /** ULIDs; empty for alerts of any team, and of none. */
  readonly teams: readonly string[];
  readonly leastSeverity: Severity;
}

/**
 * The ids of the channels that `alert` goes to, in the order of `routes`. INVARIANT: what is high or worse goes somewhere while there is any channel: where none asks for it,
 * it goes to those of any team; and emergency access is told to every one.
 */
export function channelsOf(
  alert: Pick<AlertRecord, 'severity' | 'team'> & { readonly source?: AlertRecord['source'] },
  routes: readonly AlertRoute[],
): readonly string[] {
  const { severity, team, source } = alert;
  if (source === 'emergency') return routes.map(({ id }) => id);
  const asking = routes.filter(
    ({ teams, leastSeverity }) =>
      rank(severity) >= rank(leastSeverity) &&
      (teams.length === 0 || (team !== undefined && teams.includes(team))),
  );
  if (asking.length > 0 || rank(severity) < rank('high')) return asking.map(({ id }) => id);
  const general = routes.filter(({ teams }) => teams.length === 0);
  return (general.length > 0 ? general : routes).map(({ id }) => id);
}

function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}
