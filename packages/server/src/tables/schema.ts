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
  readonly receipt_policies: ReceiptPolicyRow;
  readonly activity: ActivityRow;
  readonly activity_minutes: ActivityMinuteRow;
  readonly activity_marks: ActivityMarkRow;
  readonly activity_heads: ActivityHeadRow;
  readonly facts: FactsRow;
  readonly fact_logs: FactLogRow;
  readonly arrivals: ArrivalRow;
  readonly arrival_heads: ArrivalHeadRow;
  readonly tool_pins: ToolPinRow;
  readonly looks: LookRow;
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
  /** Of an outcome: what became of the action. */
  readonly outcome: string | null;
  readonly code: string | null;
  readonly method: string | null;
  readonly policy_hash: string | null;
  /** JSON: ids of the policies that determined it. */
  readonly policies: string | null;
  /** Of an outcome or an answer: index of its decision; of a decision that resumes another: of that one. */
  readonly decision_of: number | null;
  /** Of an outcome: from its decision until then by the clock of the process that wrote both, in microseconds. */
  readonly took_us: number | null;
  /** JSON: labels that its session carries from it on, as far as the entry says in the clear. */
  readonly gives: string | null;
  /** Of an outcome: what the call cost in millionths of the currency unit; `null` where the node told none. */
  readonly cost_micros: number | null;
  readonly time: number;
}

/** Decisions of one minute, counted. Made again from receipts and facts whenever they change. */
export interface ActivityMinuteRow {
  readonly organisation: string;
  /** Where it begins. */
  readonly minute: number;
  /** JSON: columns of {@link ActivityRow} that are counted, by grouping and name. */
  readonly cells: string;
}

/** Decisions of one longer span of time, counted: of all, of an agent or of a tool; the sum of its minutes. */
export interface ActivityRow {
  readonly organisation: string;
  /** `all`, `agent`, `tool`. */
  readonly grouping: string;
  /** Milliseconds, and where the span begins. */
  readonly span: number;
  readonly at: number;
  /** Of the agent or tool; empty for `all`, and for decisions of which no node told. */
  readonly name: string;
  readonly allow: number;
  readonly modify: number;
  readonly step_up: number;
  readonly defer: number;
  readonly deny: number;
  /** Calls that ran and whose time is known. */
  readonly timed: number;
  /** JSON: how many of them by the bin of their time. */
  readonly times: string;
  /** Calls whose cost was told, and its sum in millionths of the currency unit. */
  readonly costed: number;
  readonly cost_micros: number;
}

/** A minute whose receipts or facts changed since it was counted. */
export interface ActivityMarkRow {
  readonly organisation: string;
  /** Where it begins. */
  readonly minute: number;
  readonly revision: number;
  /** When it was marked first. */
  readonly since: number;
}

/** How often minutes of an organisation were counted; who counts holds it. */
export interface ActivityHeadRow {
  readonly organisation: string;
  readonly revision: number;
}

/** A policy that determined an entry. */
export interface ReceiptPolicyRow {
  readonly organisation: string;
  readonly policy: string;
  readonly receipt: string;
  readonly origin: string;
}

/** What a node disclosed of one entry, each field as the entry committed to it; taken away when its time is over, or its body was erased. */
export interface FactsRow {
  readonly organisation: string;
  readonly origin: string;
  readonly idx: number;
  readonly receipt: string;
  readonly agent: string | null;
  readonly person: string | null;
  readonly session: string | null;
  /** `server/tool`. */
  readonly tool: string | null;
  /** That of its receipt, again: those of one agent that were denied are found by both at once. */
  readonly verdict: string | null;
  /** JSON. */
  readonly labels: string | null;
  /** JSON: values by the name of their field. */
  readonly fields: string;
  /** JSON: what opens the commitments to them, by the same names, for whoever verifies by themselves. */
  readonly salts: string;
  /** When it came. */
  readonly at: number;
}

/** How far a node disclosed its log. */
export interface FactLogRow {
  readonly origin: string;
  readonly revision: number;
  /** Index of the first entry of which nothing was disclosed yet. */
  readonly next: number;
  /** JSON: ranges of bodies from there on that were erased already. */
  readonly erased: string;
}

/** Entries, or facts of entries, that came: the order in which listeners are told. */
export interface ArrivalRow {
  readonly organisation: string;
  /** 1 for the first of the organisation, then without gaps. */
  readonly place: number;
  readonly origin: string;
  /** `entries` or `facts`. */
  readonly kind: string;
  /** Indexes from `start` up to `until`, without it. */
  readonly start: number;
  readonly until: number;
  readonly at: number;
}

/** The last place of {@link ArrivalRow}. */
export interface ArrivalHeadRow {
  readonly organisation: string;
  readonly place: number;
}

/** A definition of a tool that a node pinned, as far as the node discloses its name. */
export interface ToolPinRow {
  readonly organisation: string;
  readonly origin: string;
  readonly idx: number;
  readonly receipt: string;
  readonly node: string;
  /** `server/tool`. */
  readonly tool: string;
  readonly status: string;
  readonly cause: string;
  readonly definition_hash: string;
  readonly previous_hash: string | null;
  /** JSON. */
  readonly findings: string;
  /** JSON; `null` where the node has it no more. */
  readonly definition: string | null;
  readonly time: number;
}

/** What somebody asked to see of an entry, until it was seen. */
export interface LookRow {
  readonly id: string;
  readonly organisation: string;
  readonly node: string;
  readonly origin: string;
  readonly idx: number;
  /** JSON: names of fields. */
  readonly fields: string;
  /** ULID of the person. */
  readonly asked_by: string;
  /** `waiting`, `answered`, `refused`. */
  readonly status: string;
  /** JSON: values by the name of their field. */
  readonly answer: string | null;
  readonly expires: number;
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
