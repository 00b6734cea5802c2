/** What a receiver of syslog is told. */
import type { ClientTls } from '../../destination.ts';

/** RFC 5424 over TLS (RFC 5425), or over TCP with octet counting (RFC 6587 §3.4.1). */
export interface SyslogSettings {
  readonly type: 'syslog';
  readonly host: string;
  readonly port: number;
  readonly format: 'ocsf' | 'cef';
  /** `false`: no TLS; on the loopback interface, or where the configuration says `insecure: true`. */
  readonly tls: ClientTls | false;
  /** HOSTNAME of each message; absent for the name of the machine. */
  readonly hostname?: string;
  /** Longest message, in octets (default 8,192). */
  readonly maxOctets?: number;
}
