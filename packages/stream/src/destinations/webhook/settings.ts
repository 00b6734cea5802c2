/** What a webhook is told. */
import type { ClientTls, SecretSource } from '../../destination.ts';

/**
 * How several events are one body: a JSON array, one on each line, objects `{"event": …}` one behind another (Splunk HTTP Event Collector), pairs of lines (Elastic `_bulk`),
 * or each in a request of its own.
 */
export type WebhookBody = 'array' | 'lines' | 'hec' | 'bulk' | 'single';

/** A header; a value with `secret` has it behind `scheme` and a space. */
export interface WebhookHeader {
  readonly name: string;
  readonly value: string | { readonly secret: SecretSource; readonly scheme?: string };
}

/** Where and how to post. */
export interface WebhookSettings {
  readonly type: 'webhook';
  /**
   * `https:`, or `http:` on the loopback interface or where `isInsecure`; without user and fragment. A secret where the address itself is one, as those of some services are.
   */
  readonly url: string | SecretSource;
  /** Whether `http:` may leave the machine. */
  readonly isInsecure?: boolean;
  readonly body: WebhookBody;
  readonly format: 'ocsf' | 'cloudevents' | 'cef';
  readonly headers: readonly WebhookHeader[];
  /** Signs each body: `t=<seconds>,v1=<HMAC-SHA256 over "<seconds>.<body>", hexadecimal>` in the header `name`. */
  readonly signature?: { readonly name: string; readonly key: SecretSource };
  /** Absent: the system's authorities, and no certificate of our own. */
  readonly tls?: ClientTls;
  /** Name of the index, with `body: bulk`; absent where the address has it. */
  readonly bulkIndex?: string;
}
