/** Events as syslog over TLS. */
export type { SyslogSettings } from './settings.ts';
export { openSyslog } from './syslog.ts';
