/** `egress:` and `authz:` of `writ.yaml`, parsed. */
import type { ListenAddress } from '../gateway/index.ts';

/** Where something listens for processes of this machine: on loopback, or on a Unix socket (absolute). */
export type LocalAddress = ListenAddress | { readonly socket: string };

/** Bounds of one connection through the proxy, and of all of them. Absent ones are none; times are in milliseconds, sizes in bytes. */
export interface EgressLimits {
  /** Bytes that one tunnel or request may send, and bring back. */
  readonly bytesUp?: number;
  readonly bytesDown?: number;
  /** Bytes a second of one tunnel or request, both ways together. */
  readonly bytesPerSecond?: number;
  /** Connections of clients; further ones are told to come later. */
  readonly connections: number;
  /** Bytes of a request's head, and its fields. */
  readonly headBytes: number;
  readonly headers: number;
  /** The head of a request must have come within this time, and so must a body that is looked at. */
  readonly headMs: number;
  /** A connection on which nothing moves ends after this time. */
  readonly idleMs: number;
  /** Looking a name up, and connecting, may each take this long. */
  readonly resolveMs: number;
  readonly connectMs: number;
  /** A tunnel or an answer ends after this time, whatever moves. */
  readonly lifetimeMs: number;
  /** Bytes of a body that are looked at, as it comes and unpacked. */
  readonly bodyBytes: number;
}

/** Looking into TLS with a local authority. */
export interface InspectConfiguration {
  /** Names, or `*.example.com`, that are looked into; empty for all. */
  readonly hosts: readonly string[];
  /** Names likewise that are not, whatever `hosts` says. */
  readonly except: readonly string[];
  /** Authorities (PEM, absolute) that hosts are checked against, in place of Node's own. */
  readonly ca?: string;
}

/** A forward proxy for agents. */
export interface EgressConfiguration {
  readonly listen: LocalAddress;
  /** Whether nobody is let in without an API token. */
  readonly needsToken: boolean;
  /** Networks besides public ones, `10.1.0.0/16`. */
  readonly allowNetworks: readonly string[];
  /** Hosts that may lead elsewhere than to public addresses: an address that is theirs, or `dns`. */
  readonly hosts: ReadonlyMap<string, string>;
  /** DNS servers, `address` or `address:port`; empty: as the machine looks names up. */
  readonly dns: readonly string[];
  /** Ports on which tunnels are TLS, and held to it. */
  readonly tlsPorts: readonly number[];
  readonly inspect?: InspectConfiguration;
  /** Whether bodies that cannot be looked at go to the policies; else they are refused. */
  readonly passesUnread: boolean;
  readonly limits: EgressLimits;
}

/** Answering the questions of other gateways. */
export interface AuthzConfiguration {
  readonly listen: LocalAddress;
  /** The service as its clients know it, without a slash at the end; absent: by its own address. */
  readonly url?: string;
}
