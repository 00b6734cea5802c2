/** Tables beside the log: what is much, short-lived, or can be made again. Nothing here decides what an agent may do. */

/** Each table by name, for Kysely. Instants are milliseconds since 1970, ids ULIDs. */
export interface Tables {
  readonly sessions: SessionRow;
  readonly ceremonies: CeremonyRow;
  readonly device_logins: DeviceLoginRow;
  readonly throttles: ThrottleRow;
  readonly passkey_counters: PasskeyCounterRow;
  readonly idempotency: IdempotencyRow;
  readonly blobs: BlobRow;
  readonly seen_nonces: NonceRow;
  readonly heartbeats: HeartbeatRow;
  readonly receipts: ReceiptRow;
  readonly stop_effects: StopEffectRow;
  readonly deliveries: DeliveryRow;
  readonly cursors: CursorRow;
  readonly mirror_logs: MirrorLogRow;
  readonly mirror_keys: MirrorKeyRow;
  readonly mirror_producers: MirrorProducerRow;
  readonly mirror_evidence: MirrorEvidenceRow;
  readonly mirror_files: MirrorFileRow;
}

/** A browser's session of a person; the cookie's SHA-256 names it. */
export interface SessionRow {
  readonly id: string;
  readonly token_hash: string;
  readonly organisation: string;
  readonly person: string;
  readonly method: string;
  readonly created: number;
  readonly last_used: number;
  readonly expires: number;
  /** Index of the `sign_in` entry that it began with, and which must say the same. */
  readonly entry: number;
}

/** A sign-in, or a registration of a passkey, that a browser began. */
export interface CeremonyRow {
  /** SHA-256 of the cookie that binds it to the browser. */
  readonly id: string;
  readonly kind: string;
  /** JSON. */
  readonly data: string;
  readonly expires: number;
}

/** A command that asks to act for somebody (RFC 8628). Whether somebody agreed is in the log; this row is only asked and answered by. */
export interface DeviceLoginRow {
  readonly id: string;
  /** SHA-256 of the command's code, and of what a person types. */
  readonly device_hash: string;
  readonly user_hash: string;
  readonly host: string;
  readonly address: string | null;
  /** JSON. */
  readonly roles: string;
  readonly days: number;
  /** `asked`, `approved`, `denied`. */
  readonly status: string;
  /** Of who answered. */
  readonly organisation: string | null;
  readonly person: string | null;
  readonly created: number;
  readonly expires: number;
  /** Least time between two questions of the command. */
  readonly interval_ms: number;
  readonly asked_at: number;
}

/** How often something happened in the window that ends at `expires`. */
export interface ThrottleRow {
  readonly id: string;
  readonly counted: number;
  readonly expires: number;
}

/** How often a passkey said that it was used. */
export interface PasskeyCounterRow {
  readonly id: string;
  readonly counter: number;
  readonly last_used: number;
}

/** What was answered to a change, for whoever asks again with the same key. */
export interface IdempotencyRow {
  /** SHA-256 over caller and key. */
  readonly id: string;
  /** SHA-256 over method, path and body. */
  readonly request_hash: string;
  readonly status: number;
  readonly headers: string;
  readonly body: string;
  readonly expires: number;
}

/** Bytes by their SHA-256: policy sets, bundles, tool definitions. What names them is in the log. */
export interface BlobRow {
  readonly hash: string;
  readonly organisation: string;
  readonly bytes: Uint8Array;
  readonly created: number;
}

/** A nonce that was used, until it would be refused as too old anyway. */
export interface NonceRow {
  readonly id: string;
  readonly expires: number;
}

/** The last word of a node. */
export interface HeartbeatRow {
  readonly node: string;
  readonly organisation: string;
  readonly at: number;
  /** JSON as the node said it. */
  readonly status: string;
}

/** One entry of a node, so that it can be listed. */
export interface ReceiptRow {
  readonly id: string;
  readonly organisation: string;
  readonly node: string;
  readonly origin: string;
  readonly idx: number;
  readonly kind: string;
  readonly verdict: string | null;
  readonly time: number;
}

/** When a node said that a stop is in force in its own log. */
export interface StopEffectRow {
  readonly organisation: string;
  readonly stop: string;
  readonly node: string;
  readonly at: number;
  /** From its placing until then, by the server's clock: an upper bound. */
  readonly ms: number;
}

/** Something to be told to somebody, until it was. */
export interface DeliveryRow {
  readonly id: string;
  readonly organisation: string;
  readonly channel: string;
  readonly event: number;
  readonly attempts: number;
  readonly next_at: number;
  readonly status: string;
  readonly last_error: string | null;
}

/** How far the copy of a node's log is. */
export interface MirrorLogRow {
  readonly origin: string;
  readonly enrolled_at: number;
  readonly retired_at: number | null;
  readonly revision: number;
  /** JSON. */
  readonly pending: string;
  readonly next: number;
  readonly edge: Uint8Array;
  readonly cosigned: string | null;
  readonly time_floor: number;
  readonly witnessed_size: number;
  /** Entries of it that can be listed. */
  readonly indexed: number;
}

export interface MirrorKeyRow {
  readonly origin: string;
  readonly key: string;
}

/** Where a process of a node wrote last. */
export interface MirrorProducerRow {
  readonly origin: string;
  readonly boot: string;
  readonly counter: number;
  readonly idx: number;
}

/** What spoke against the log of a node. */
export interface MirrorEvidenceRow {
  readonly id: string;
  readonly origin: string;
  readonly kind: string;
  readonly message: string;
  readonly held: string;
  readonly offered: string;
  readonly time: number;
  /** How many there were before it. */
  readonly place: number;
}

/** A file of a copied log (c2sp.org/tlog-tiles). */
export interface MirrorFileRow {
  readonly origin: string;
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** How far something has read the log. */
export interface CursorRow {
  readonly name: string;
  readonly position: number;
}
