/** Port of what takes events: one destination of one kind. The engine decides what is sent when; a destination sends it. */
import type { Clock, Random, Timers } from '@writ/core';
import type { OcsfEvent, Opened, RecordedEntry, UnreadEntry } from '@writ/export';

/** One event on its way. An entry is one or more of them; all of one entry have its `index`. */
export interface OutgoingEvent {
  /** `origin#index`, or `origin#index/2` and so on: the same at each sending, so that a receiver knows a duplicate. */
  readonly uid: string;
  /** Index of the entry in its log. */
  readonly index: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Id of the node that wrote the entry: what order is kept within, and so the key of a partition. */
  readonly producer: string;
  readonly recorded: RecordedEntry | UnreadEntry;
  readonly event: OcsfEvent;
  /** What is disclosed of the decision that the entry is, or is the outcome of. Opened when it is asked for. */
  readonly opened: Opened;
  /** The message in the format of the destination, without framing. Rendered once, when it is built: a batch that is sent again is the same bytes. */
  readonly text: string;
}

/**
 * Somewhere that events go. Faults tell the engine what to do:
 * - `export.unavailable`: try again; `data.retryAfterMs`, where the destination said when.
 * - `export.refused`: it does not take anything from us (credentials, address, certificate). Tried again at the longest interval, because somebody may put it right.
 * - `export.rejected`: it will never take one of these events. The engine halves the batch until it knows which.
 * INVARIANT: no fault quotes a secret, a header, a query of an address or a body that was answered.
 */
export interface Destination {
  /**
   * Sends `events` in order and resolves with how many, counted from the first, were acknowledged: fewer than all is a partial success, and the rest comes again.
   * Zero is not an answer: throw instead. `signal` ends it; what was sent then is unknown. Calls never overlap.
   */
  send(events: readonly OutgoingEvent[], signal: AbortSignal): Promise<number>;
  /** Lets go of connections. Idempotent, and never rejects. */
  close(): Promise<void>;
}

/** What a destination is given of the world. */
export interface DestinationPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly timers: Timers;
  /** The value of a secret, read anew at each connection or request, so that a changed one is taken up. Throws `config.invalid`, `key.*`; no fault quotes it. */
  secret(source: SecretSource): string;
}

/** An environment variable, or a file of mode 0600, absolute. A secret stands in no configuration. */
export type SecretSource = { readonly env: string } | { readonly file: string };

/** Opens a destination; what it needs is loaded here. Connecting waits for the first `send`. Throws `config.invalid` and `key.*`. */
export type OpenDestination<Settings> = (settings: Settings, ports: DestinationPorts) => Promise<Destination>;

/** Files in PEM, absolute. */
export interface ClientTls {
  /** Authorities that the certificate is checked against, instead of the system's. */
  readonly ca?: string;
  /** Our own certificate, and its key in a file of mode 0600. */
  readonly cert?: string;
  readonly key?: string;
}
