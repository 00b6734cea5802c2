/** Producers that come, live and go: Application Lifecycle. A silence that nobody explains is a finding too. */
import type { Entry, JsonObject } from '@writ/core';
import { APPLICATION_LIFECYCLE } from './classes.ts';
import type { EventSeverity, Frame, Said } from './event.ts';
import { findingSaid } from './findings.ts';

const START = 3;
const STOP = 4;
const SUCCESS = 1;

/** A producer that came up. */
export function startSaid(frame: Frame, entry: Extract<Entry, { kind: 'start' }>): readonly Said[] {
  const { softwareVersion, durability, closedUnknown } = entry.start;
  const severity = closedUnknown > 0 ? 'medium' : 'informational';
  return [
    lived(
      frame,
      START,
      severity,
      'a node started',
      { durability, closed_unknown: closedUnknown },
      softwareVersion,
    ),
  ];
}

/** A producer that ended in order. */
export function stopSaid(frame: Frame, entry: Extract<Entry, { kind: 'stop' }>): readonly Said[] {
  return [lived(frame, STOP, 'informational', 'a node stopped', { entries: entry.stop.entries })];
}

/** A sign of life. */
export function heartbeatSaid(frame: Frame, entry: Extract<Entry, { kind: 'heartbeat' }>): readonly Said[] {
  return [lived(frame, 'heartbeat', 'informational', 'a node lives', { every_ms: entry.heartbeat.everyMs })];
}

/** A time in which nobody wrote. */
export function downtimeSaid(frame: Frame, entry: Extract<Entry, { kind: 'downtime' }>): readonly Said[] {
  const { after, since, end } = entry.downtime;
  const isExplained = end === 'stopped';
  const severity = isExplained ? 'low' : 'high';
  const facts = { last_entry: after, ended: end };
  const span = { start_time: since, end_time: entry.time };
  const told = lived(frame, 'downtime', severity, `nobody wrote to the log (${end})`, facts);
  const said = { ...told, more: { ...told.more, ...span } };
  if (isExplained) return [said];
  const finding = findingSaid(frame, {
    name: 'silence',
    title: 'nobody wrote to the log, and nobody said why',
    types: ['unexplained-silence'],
    severity,
    control: { action_id: 3, disposition_id: 15 },
    rule: 'downtime',
    unmapped: facts,
  });
  return [said, { ...finding, more: { ...finding.more, ...span } }];
}

function lived(
  { options }: Frame,
  activity: number | string,
  severity: EventSeverity,
  message: string,
  unmapped: JsonObject,
  version: string = options.productVersion,
): Said {
  return {
    of: APPLICATION_LIFECYCLE,
    activity,
    severity,
    message,
    status: SUCCESS,
    more: { app: { name: 'Writ', vendor_name: 'Writ', version } },
    unmapped,
  };
}
