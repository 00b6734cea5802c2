/** Looks at the nodes: raises what is wrong, once each, and closes what is over. */
import {
  type AlertRecord,
  ALERTS,
  closeAlert,
  raiseAlert,
  type RaisedAlert,
  SEVERITIES,
} from '../alerts/index.ts';
import { organisationsOf, SERVER } from '../people/index.ts';
import type { Plane } from '../plane.ts';
import type { Change, Stored } from '../state/index.ts';
import type { Task } from '../upkeep/index.ts';
import { isOfState } from './facts.ts';
import { type CountedErrors, standingOf } from './states.ts';
import { tellEntries } from './told-entries.ts';

const EVERY_MS = 30_000;
/** What was not there for so long is over, in milliseconds: what comes and goes is one alert. */
export const CALM_MS = 300_000;
/** Most alerts of one node that are open at once and as urgent as the next or more: one that lies uses up neither what others need, nor, by less urgent ones, what is urgent about itself. */
const MOST_OF_NODE = 20;

/** What each plane saw, by organisation: errors counted, and when each alert's cause was there last. */
interface Seen {
  counted: CountedErrors | undefined;
  readonly at: Map<string, number>;
}
const SEEN = new WeakMap<Plane, Map<string, Seen>>();

export const NODE_ALERTS_TASK: Task = { name: 'node alerts', everyMs: EVERY_MS, run: sweepNodeAlerts };

/** Looks once. Several servers may: an alert is raised once, and closed once. */
export async function sweepNodeAlerts(plane: Plane, signal: AbortSignal): Promise<void> {
  const all = SEEN.get(plane) ?? new Map<string, Seen>();
  SEEN.set(plane, all);
  for (const organisation of organisationsOf(plane)) {
    if (signal.aborted) return;
    const seen = all.get(organisation) ?? { counted: undefined, at: new Map() };
    all.set(organisation, seen);
    await sweepStates(plane, organisation, seen);
  }
  await tellEntries(
    plane,
    ({ organisation, alert, isOver }) =>
      isOver ? closeAlike(plane, organisation, alert) : raise(plane, organisation, alert),
    signal,
  );
}

async function sweepStates(plane: Plane, organisation: string, seen: Seen): Promise<void> {
  const { alerts, counted } = await standingOf(plane, organisation, seen.counted);
  const now = plane.clock.now();
  const standing = plane
    .objects(organisation, ALERTS)
    .list()
    .filter(({ key, status }) => status !== 'closed' && isOfState(key));
  for (const alert of alerts) {
    seen.at.set(alert.key, now);
    // One that somebody acknowledged stands for it until it is over.
    if (standing.every(({ key }) => key !== alert.key)) await raise(plane, organisation, alert);
  }
  for (const alert of standing) {
    const last = seen.at.get(alert.key);
    if (last === undefined) seen.at.set(alert.key, now);
    else if (now - last >= CALM_MS) await close(plane, organisation, alert);
  }
  for (const [key, last] of seen.at) if (now - last >= 2 * CALM_MS) seen.at.delete(key);
  // Only after what they say was raised: what failed is seen again.
  seen.counted = counted;
}

async function raise(plane: Plane, organisation: string, alert: RaisedAlert): Promise<void> {
  const urgency = SEVERITIES.indexOf(alert.severity);
  const ofNode = plane
    .objects(organisation, ALERTS)
    .list()
    .filter(
      ({ node, status, severity }) =>
        status === 'open' && node === alert.node && SEVERITIES.indexOf(severity) >= urgency,
    );
  if (ofNode.length < MOST_OF_NODE)
    await raiseAlert(plane, organisation, alert, committing(plane, organisation));
}

/** Closes what stands of the key of `alert`. */
async function closeAlike(plane: Plane, organisation: string, { key }: RaisedAlert): Promise<void> {
  const alerts = plane.objects(organisation, ALERTS).list();
  for (const alert of alerts)
    if (alert.key === key && alert.status !== 'closed') await close(plane, organisation, alert);
}

async function close(plane: Plane, organisation: string, alert: Stored<AlertRecord>): Promise<void> {
  await closeAlert(plane, organisation, alert, committing(plane, organisation));
}

function committing(
  plane: Plane,
  organisation: string,
): (change: Omit<Change, 'organisation' | 'actor'>) => Promise<number> {
  return (change) => plane.changes.commit({ ...change, organisation, actor: SERVER });
}
