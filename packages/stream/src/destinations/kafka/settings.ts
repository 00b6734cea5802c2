/** What a Kafka cluster is told. */
import type { ClientTls, SecretSource } from '../../destination.ts';

/** Ways to show who the node is (SASL): the password in the clear, inside TLS, or a proof of it (RFC 5802, RFC 7677). */
export type KafkaMechanism = 'plain' | 'scram-sha-256' | 'scram-sha-512';

/** Where and how to produce. */
export interface KafkaSettings {
  readonly type: 'kafka';
  /** `host:port` of brokers to begin with. */
  readonly brokers: readonly string[];
  /** `false`: no TLS; on the loopback interface, or where the configuration says `insecure: true`. */
  readonly tls: ClientTls | false;
  readonly login?: {
    readonly mechanism: KafkaMechanism;
    readonly user: string;
    readonly password: SecretSource;
  };
  /** It must exist; none is made. */
  readonly topic: string;
  readonly format: 'ocsf' | 'cloudevents';
}
