/** Events as messages of syslog. */
import { type JsonObject, type JsonValue, ownProperty, visibleInJson } from '@writ/core';
import { rfc3339 } from '../instant.ts';
import type { OcsfEvent } from '../ocsf/index.ts';
import { formatSyslog, LOG_AUDIT } from './message.ts';

/** SD-ID of what is worth searching without reading the event. 32473 is the number for examples (RFC 5612): whoever has a number of their own sets it. */
export const EXAMPLE_ENTERPRISE = 32_473;

/** Syslog severity by `severity_id`: debug is not used. */
const SEVERITY_OF: Readonly<Record<number, number>> = { 1: 6, 2: 5, 3: 4, 4: 3, 5: 2, 6: 1 };
const NOTICE = 5;
/** What receivers should take at least, in octets (RFC 5425 §4.3.1). */
const MAX_OCTETS = 8_192;

/** How messages are made. */
export interface SyslogOptions {
  /** Name of the machine that sends, as its peers know it. */
  readonly hostname: string;
  /** Of the process that sends; `-` where absent. */
  readonly processId?: string;
  /** Private enterprise number of whoever runs Writ, for the structured data. */
  readonly enterprise?: number;
  /** What stands as the text; the event as JSON where absent. */
  readonly text?: (event: OcsfEvent) => string;
  /** Longest message that the receiver takes, in octets; 8,192 where absent. */
  readonly maxOctets?: number;
}

/**
 * `event` as the octets of one message: facility `log audit`, the class as message id, and the event itself as its text. Where that is longer than `maxOctets` the text is the
 * event's one line, and `truncated` tells the octets of the whole: a receiver would cut it anywhere. The receipt is there in either.
 */
export function toSyslog(event: OcsfEvent, options: SyslogOptions): Uint8Array {
  const { text = asJson, maxOctets = MAX_OCTETS } = options;
  const whole = messageOf(event, options, text(event), {});
  if (whole.length <= maxOctets) return whole;
  return messageOf(event, options, event.message, { truncated: String(whole.length) });
}

function messageOf(
  event: OcsfEvent,
  { hostname, processId, enterprise = EXAMPLE_ENTERPRISE }: SyslogOptions,
  text: string,
  more: Readonly<Record<string, string>>,
): Uint8Array {
  return formatSyslog({
    facility: LOG_AUDIT,
    severity: SEVERITY_OF[event.severity_id] ?? NOTICE,
    timestamp: rfc3339(event.time),
    hostname,
    appName: 'writ',
    ...(processId === undefined ? {} : { processId }),
    messageId: `ocsf-${event.class_uid}`,
    structuredData: { [`writ@${enterprise}`]: { ...parametersOf(event), ...more } },
    text,
  });
}

function parametersOf(event: OcsfEvent): Readonly<Record<string, string>> {
  const { uid, event_code: kind, correlation_uid: correlation } = event.metadata;
  const code: JsonValue | undefined = ownProperty(event, 'status_code');
  const unmapped = ownProperty(event, 'unmapped');
  const verdict = typeof unmapped === 'object' ? ownProperty(unmapped as JsonObject, 'verdict') : undefined;
  return {
    uid,
    kind,
    type: String(event.type_uid),
    ...(correlation === undefined ? {} : { correlation }),
    ...(typeof verdict === 'string' ? { verdict } : {}),
    ...(typeof code === 'string' ? { code } : {}),
  };
}

function asJson(event: OcsfEvent): string {
  return visibleInJson(JSON.stringify(event));
}
