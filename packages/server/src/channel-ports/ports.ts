/** What sending needs from the operator: what the names of secrets stand for, and which hosts may be private ones. */
import { lookup } from 'node:dns/promises';

/** The operator's part of channels. */
export interface ChannelPorts {
  /** The secret that `name` stands for in an organisation. INVARIANT: of another organisation none is ever answered. */
  readonly secret: (organisation: string, name: string) => string | undefined;
  /** Hosts that may be reached although they are not public; on the loopback interface also in the clear. */
  readonly hosts: ReadonlySet<string>;
  /** All addresses of a host. */
  readonly resolve: (host: string) => Promise<readonly string[]>;
}

/** Secrets from the environment, `WRIT_CHANNEL_<organisation>_<name>`; no private hosts. */
export const DEFAULT_CHANNEL_PORTS: ChannelPorts = {
  secret: (organisation, name) => process.env[`WRIT_CHANNEL_${organisation}_${name}`],
  hosts: new Set(),
  resolve: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
};
