/** Closes an alert whose cause is over. */
import { Problem } from '../http/index.ts';
import type { Plane } from '../plane.ts';
import type { Change, Stored } from '../state/index.ts';
import { type AlertRecord, ALERTS } from './alert.ts';

/** Closes `alert`, whether somebody acknowledged it or not; what another server changed meanwhile is left to it. Answers whether it was closed by this. */
export async function closeAlert(
  plane: Plane,
  organisation: string,
  { id, index, ...alert }: Stored<AlertRecord>,
  commit: (change: Omit<Change, 'organisation' | 'actor'>) => Promise<number>,
): Promise<boolean> {
  const after: AlertRecord = { ...alert, status: 'closed', closed: plane.clock.now() };
  try {
    await commit({
      action: 'alerts.close',
      object: id,
      details: { key: alert.key },
      effects: [plane.objects(organisation, ALERTS).put(id, after, index)],
    });
    return true;
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.code === 'request.changed') return false;
    throw thrown;
  }
}
