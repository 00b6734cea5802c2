/** Events as syslog over TLS. */
export type { SyslogSettings } from './settings.ts';
