/** Messages of syslog as RFC 5424 has them, from any parts. */
import { Fault, utf8, visible } from '@writ/core';

/** Facility `log audit` (RFC 5424 §6.2.1). */
export const LOG_AUDIT = 13;
/** Longest names of the header, in characters (RFC 5424 §6). */
const MAX_HOSTNAME = 255;
const MAX_APP_NAME = 48;
const MAX_PROCESS_ID = 128;
const MAX_MESSAGE_ID = 32;
const MAX_SD_NAME = 32;
/** What stands for a field that is not there. */
const NIL = '-';
/** Before a message that is UTF-8 (RFC 5424 §6.4). */
const BYTE_ORDER_MARK = '\ufeff';
const NOT_PRINTABLE = /[^\x21-\x7e]/g;
const NOT_A_NAME = /[^\x21\x23-\x3c\x3e-\x5c\x5e-\x7e]/g;

/** One message before it is printed. */
export interface SyslogMessage {
  /** 0 to 23. */
  readonly facility: number;
  /** 0 (emergency) to 7 (debug). */
  readonly severity: number;
  /** RFC 3339, UTC, at most microseconds. */
  readonly timestamp: string;
  readonly hostname?: string;
  readonly appName?: string;
  readonly processId?: string;
  readonly messageId?: string;
  /** Parameters by SD-ID. A name of one's own carries a number, `name@32473`. */
  readonly structuredData: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly text: string;
}

/**
 * The octets of `message`, without framing. Header fields lose what they cannot hold (`_` for a character, cut at their lengths), values of structured data are escaped
 * and lose nothing but lone surrogates; the text is one line of UTF-8; what neither shows by itself stands there as `\u{…}`. Throws `bound.exceeded` for a facility or severity that is none.
 */
export function formatSyslog(message: SyslogMessage): Uint8Array {
  const { facility, severity, timestamp, text } = message;
  if (!isWithin(facility, 23) || !isWithin(severity, 7))
    throw new Fault(
      'bound.exceeded',
      `syslog has no priority of facility ${facility} and severity ${severity}`,
    );
  const header = [
    `<${facility * 8 + severity}>1`,
    timestamp,
    headerField(message.hostname, MAX_HOSTNAME),
    headerField(message.appName, MAX_APP_NAME),
    headerField(message.processId, MAX_PROCESS_ID),
    headerField(message.messageId, MAX_MESSAGE_ID),
  ];
  return utf8(`${header.join(' ')} ${structured(message.structuredData)} ${BYTE_ORDER_MARK}${oneLine(text)}`);
}

/** `octets` with their count before them, as a stream of messages wants it (RFC 6587 §3.4.1, RFC 5425 §4.3). */
export function frameSyslog(octets: Uint8Array): Uint8Array {
  const count = utf8(`${octets.length} `);
  const framed = new Uint8Array(count.length + octets.length);
  framed.set(count);
  framed.set(octets, count.length);
  return framed;
}

function headerField(value: string | undefined, most: number): string {
  const cleaned = (value ?? '').replace(NOT_PRINTABLE, '_').slice(0, most);
  return cleaned === '' ? NIL : cleaned;
}

function structured(data: SyslogMessage['structuredData']): string {
  const elements = Object.entries(data).map(([id, parameters]) => {
    const list = Object.entries(parameters).map(
      ([name, value]) => ` ${sdName(name)}="${escapeParameter(value)}"`,
    );
    return `[${sdName(id)}${list.join('')}]`;
  });
  return elements.length === 0 ? NIL : elements.join('');
}

function sdName(name: string): string {
  const cleaned = name.replace(NOT_A_NAME, '_').slice(0, MAX_SD_NAME);
  return cleaned === '' ? '_' : cleaned;
}

/** `"`, `\` and `]` are escaped, and nothing else is (RFC 5424 §6.3.3). Control characters are shown as one space, so that no reader of lines is led astray. */
function escapeParameter(value: string): string {
  return oneLine(value).replace(/["\\\]]/g, '\\$&');
}

function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are exactly what is replaced
  const line = text.toWellFormed().replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ');
  // What else hides or reorders text is shown; in JSON it has an escape of its own, and is not here any more.
  return visible(line);
}

function isWithin(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= most;
}
