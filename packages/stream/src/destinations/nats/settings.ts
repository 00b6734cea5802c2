/** What a NATS JetStream is told. */
import type { ClientTls, SecretSource } from '../../destination.ts';

/** How the node shows who it is: a token, a user, a `.creds` file (JWT and seed), or the seed of an nkey. */
export type NatsLogin =
  | { readonly token: SecretSource }
  | { readonly user: string; readonly password: SecretSource }
  | { readonly credentials: SecretSource }
  | { readonly seed: SecretSource };

/** Where and how to publish. */
export interface NatsSettings {
  readonly type: 'nats';
  /** `host:port`, tried in this order. */
  readonly servers: readonly string[];
  /** `false`: no TLS; on the loopback interface, or where the configuration says `insecure: true`. Otherwise a server without TLS is refused before anything is told. */
  readonly tls: ClientTls | false;
  readonly login?: NatsLogin;
  /** Stream that has to store each event; it must exist. */
  readonly stream: string;
  /** Subject, with `{tenant}`, `{producer}` and `{kind}` where wanted; what would be no single token of a subject is written with `_`. */
  readonly subject: string;
  readonly format: 'ocsf' | 'cloudevents';
}
