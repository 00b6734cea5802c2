/** Alerts as the server itself raises them. */
import { type RaisedAlert, raiseAlert } from '../src/alerts/index.ts';
import type { World } from './world.ts';

/** Raises each, in this order. */
export async function raiseAlerts(
  { plane, organisation }: World,
  alerts: readonly RaisedAlert[],
): Promise<void> {
  for (const alert of alerts)
    await raiseAlert(plane, organisation, alert, (change) =>
      plane.changes.commit({
        ...change,
        organisation,
        actor: { kind: 'server', id: 'server', concerns: [] },
      }),
    );
}
