/** Raises an alert, once for as long as nobody acknowledged it. */
import { singleLine } from '@writ/core';
import type { Plane } from '../plane.ts';
import type { Change } from '../state/index.ts';
import { Problem } from '../http/index.ts';
import { type AlertRecord, ALERTS, SEVERITIES } from './alert.ts';

const LONGEST_TEXT = 500;
/** Most alerts of one source that are open at once and as urgent as the next or more; what is beyond is not raised. Neither less urgent ones nor another source use it up. */
const MOST_OPEN = 1_000;

/** What is raised. */
export type RaisedAlert = Pick<AlertRecord, 'severity' | 'source' | 'key' | 'text' | 'team' | 'node'>;

/** Raises it, unless one of the same key is open; answers the id of the one that is open then, or nothing where there are too many. */
export async function raiseAlert(
  plane: Plane,
  organisation: string,
  raised: RaisedAlert,
  commit: (change: Omit<Change, 'organisation' | 'actor'>) => Promise<number>,
): Promise<string | undefined> {
  const alerts = plane.objects(organisation, ALERTS);
  const open = alerts.list().filter(({ status }) => status === 'open');
  const alike = open.find(({ key }) => key === raised.key);
  if (alike !== undefined) return alike.id;
  const urgency = SEVERITIES.indexOf(raised.severity);
  const before = open.filter(
    ({ source: by, severity: how }) => by === raised.source && SEVERITIES.indexOf(how) >= urgency,
  );
  // Nobody comes in unseen because there is enough to look at.
  if (before.length >= MOST_OPEN && raised.source !== 'emergency') return undefined;
  const id = plane.newId();
  const { severity, source, key } = raised;
  const record: AlertRecord = {
    ...raised,
    text: singleLine(raised.text).slice(0, LONGEST_TEXT),
    raised: plane.clock.now(),
    status: 'open',
  };
  // Another server may see the same at once: a key is used up for each time that it is quiet.
  const once = `alert:${organisation}/${key}/${lastOf(alerts.list(), key)}`;
  try {
    await commit({
      action: 'alerts.raise',
      object: id,
      details: { severity, source, key },
      consumes: [once],
      effects: [alerts.put(id, record, null)],
    });
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.code === 'idempotency.applied') return undefined;
    throw thrown;
  }
  return id;
}

function lastOf(alerts: readonly { readonly key: string; readonly index: number }[], key: string): number {
  return Math.max(-1, ...alerts.filter((alert) => alert.key === key).map(({ index }) => index));
}
