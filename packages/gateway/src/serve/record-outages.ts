/** Issuers of access tokens that are out of reach, in the node's log: since when old keys count, and that this ended. */
import { Fault, type IssuerRecord } from '@writ/core';
import type { WritNode } from '../node/index.ts';
import type { EventLog } from '../telemetry/index.ts';

/** As what a node writes about itself. */
const RETENTION_CLASS = 'log';

const SAID: Readonly<Record<IssuerRecord['action'], string>> = {
  keys_kept: 'it is out of reach, and its last keys verify tokens',
  keys_fetched: 'its keys were fetched again',
  keys_ended: 'its last keys are too old, and none of its tokens counts',
};

/** Appends the records of `node`; each is durable when it resolves, and told as an alert. */
export function recordOutages(
  { log, clock, tenant }: Pick<WritNode, 'log' | 'clock' | 'tenant'>,
  events: EventLog,
): (record: IssuerRecord) => Promise<void> {
  return async (issuer) => {
    const { status } = await log.append({
      detail: { kind: 'issuer', issuer },
      tenant,
      time: clock.now(),
      monotonicNs: clock.monotonicNs(),
      retentionClass: RETENTION_CLASS,
      committed: {},
      concerns: [],
    });
    if (status !== 'committed')
      throw new Fault('log.unavailable', 'that an issuer is out of reach was not recorded');
    const level = issuer.action === 'keys_fetched' ? 'info' : 'error';
    events.write(level, 'auth.issuer-outage', `issuer \`${issuer.issuer}\`: ${SAID[issuer.action]}`, {
      code: issuer.action,
    });
  };
}
