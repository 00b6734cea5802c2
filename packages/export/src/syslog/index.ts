/** Syslog, RFC 5424. */
export { formatSyslog, frameSyslog, LOG_AUDIT, type SyslogMessage } from './message.ts';
export { EXAMPLE_ENTERPRISE, type SyslogOptions, toSyslog } from './to-syslog.ts';
