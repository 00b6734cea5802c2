/** Events as log records: each whole. */
import type { ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';
import { SEVERITY } from '@writ/export';
import type { OutgoingEvent } from '../../destination.ts';
import { decisionReceipt } from './action.ts';
import { spanIdsOf } from './ids.ts';
import { instantOf } from './instant.ts';
import { type Resources, SCOPE } from './resources.ts';

type LogRecord = Parameters<typeof ProtobufLogsSerializer.serializeRequest>[0][number];

/** `SeverityNumber` of the data model of logs, by `severity_id` of OCSF: INFO, INFO2, WARN, ERROR, FATAL. */
const SEVERITY_NUMBERS: Readonly<Record<number, number>> = {
  [SEVERITY.informational]: 9,
  [SEVERITY.low]: 10,
  [SEVERITY.medium]: 13,
  [SEVERITY.high]: 17,
  [SEVERITY.critical]: 21,
};

/** A record for each of `events`: the OCSF event is its body, the uid by which a receiver knows a duplicate is `writ.uid`. Decisions and outcomes stand in the trace of their span. */
export function recordsOf(events: readonly OutgoingEvent[], resources: Resources): LogRecord[] {
  return events.map((event) => {
    const { uid, time, event: ocsf } = event;
    const receipt = decisionReceipt(event);
    const severity = SEVERITY_NUMBERS[ocsf.severity_id];
    return {
      hrTime: instantOf(time),
      hrTimeObserved: instantOf(time),
      ...(severity === undefined ? {} : { severityNumber: severity, severityText: ocsf.severity }),
      body: ocsf,
      eventName: `writ.${ocsf.metadata.event_code}`,
      ...(receipt === undefined ? {} : { spanContext: spanIdsOf(receipt, event.opened) }),
      resource: resources.of(event),
      instrumentationScope: SCOPE,
      attributes: {
        'writ.uid': uid,
        'writ.receipt': ocsf.metadata.original_event_uid,
        'writ.format': `ocsf ${ocsf.metadata.version}`,
      },
      droppedAttributesCount: 0,
    };
  });
}
