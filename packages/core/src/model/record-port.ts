/** Records beside the log that people's rights need: who consented, what is held, which cases are open. They change with the entry that tells of it. */
import { isJsonObject, type JsonValue } from '../kernel/index.ts';
import type { KillScope } from './kill-scope.ts';

/** What a control plane administers; each changes with an `administration` entry alone. Keys begin with the organisation's id and a slash. */
export const ADMINISTERED = [
  'organisations',
  'teams',
  'people',
  'credentials',
  'api_tokens',
  'agents',
  'enrolments',
  'nodes',
  'approvals',
  'approver_keys',
  'delegations',
  'policy_versions',
  'rollouts',
  'bundles',
  'bundle_anchors',
  'stops',
  'stop_rules',
  'alerts',
  'channels',
  'emergencies',
] as const;

/** What people's rights need; each is written by entries of one kind. `erasures`: those that a legal hold defers, by entries of kind `case`. */
const OF_RIGHTS = ['legal_holds', 'consents', 'register', 'notices', 'cases', 'erasures'] as const;

export type RecordCollection = (typeof OF_RIGHTS)[number] | (typeof ADMINISTERED)[number];
/** All collections. */
export const RECORD_COLLECTIONS: readonly RecordCollection[] = [...OF_RIGHTS, ...ADMINISTERED];

/** Longest key of a record, in characters. */
export const MAX_RECORD_KEY = 200;

/** One record. Its value is encrypted where it is stored. */
export interface StateRecord {
  /** Never a person's name: people are named by a tag, see `StateReader.tags`. */
  readonly key: string;
  readonly value: JsonValue;
  /** Index of the entry that wrote it. */
  readonly index: number;
}

/** A record put or removed. `expects`: the index of the record that stands there, `null` where none may; otherwise refused as `conflict`. */
export type RecordEffect =
  | {
      readonly type: 'put_record';
      readonly collection: RecordCollection;
      readonly key: string;
      readonly value: JsonValue;
      readonly expects?: number | null;
    }
  | {
      readonly type: 'delete_record';
      readonly collection: RecordCollection;
      readonly key: string;
      readonly expects?: number | null;
    };

/** A body to erase. */
export interface ErasedBody {
  readonly index: number;
  /** Time of its entry, milliseconds since 1970. */
  readonly time: number;
  /** Tags of all whom it concerns, in hexadecimal: what legal holds on people are compared with. */
  readonly tags: readonly string[];
  /** The session that it is of, where it is of one. */
  readonly session?: string;
  /** Tags under which it is no longer found. */
  readonly dropped: readonly string[];
  /**
   * What takes its place: wrapped key and ciphertext in standard base64. Absent: nothing does, and all is destroyed. `instead`: `LogReader.wrapping` of the body that it was
   * made of; refused as `conflict` where another stands there by now, since it may hold less.
   */
  readonly resealed?: {
    readonly keyId: string;
    readonly wrapped: string;
    readonly ciphertext: string;
    readonly instead: string;
  };
}

/** Destroys bodies in the transaction of the entry that tells of it; refused as `legal_hold` where a hold keeps one of them, and then none is. */
export interface EraseEffect {
  readonly type: 'erase';
  readonly bodies: readonly ErasedBody[];
  /** Held decisions of which a requester is forgotten: who remains. Those that still wait are refused as `not_open`. */
  readonly requesters?: readonly { readonly hold: number; readonly remaining: readonly string[] }[];
  /** Answers whose approver is forgotten, with statement and signature. Those of a hold that still waits are refused as `not_open`. */
  readonly answers?: readonly { readonly hold: number; readonly keyId: string }[];
  /** Kills of which other words are left as the reason; refused as `unknown_target` where one was let go. */
  readonly kills?: readonly { readonly scope: KillScope; readonly id: string; readonly reason: string }[];
  /** With `requesters` and `answers`: tags of whoever is forgotten, in hexadecimal, which legal holds are compared with. */
  readonly tags?: readonly string[];
}

/** What the value of a record in `legal_holds` says; its key is the id of the hold. */
export interface LegalHold {
  readonly scope: 'tenant' | 'subject' | 'session' | 'indexes' | 'period';
  /** Of `subject`: tags in hexadecimal. */
  readonly tags?: readonly string[];
  /** Of `session`. */
  readonly session?: string;
  /** Of `indexes`: from `from` up to `to`, without `to`; of `period` instants likewise. */
  readonly from?: number;
  readonly to?: number;
  /** Of `indexes`: origin of the log before whose indexes they are, where the hold was handed on. It keeps nothing here: what it keeps stands in that log, which nobody writes to. */
  readonly log?: string;
  /** Why; shown to whoever asks why something is not erased. */
  readonly reason: string;
}

/** What holds ask of a body. */
export type KeptBody = Pick<ErasedBody, 'index' | 'time' | 'tags' | 'session'>;

/** Whether the hold that `value`, a record in `legal_holds`, tells of keeps `body`. One that cannot be understood keeps everything. */
export function keeps(value: JsonValue, body: KeptBody): boolean {
  if (!isJsonObject(value)) return true;
  const { scope, tags, session, log, from = 0, to = Number.MAX_SAFE_INTEGER } = value;
  const isWithin = (at: number): boolean => !isWhole(from) || !isWhole(to) || (at >= from && at < to);
  if (scope === 'subject') return !isTexts(tags) || body.tags.some((tag) => tags.includes(tag));
  if (scope === 'session') return typeof session !== 'string' || body.session === session;
  if (scope === 'indexes') return typeof log !== 'string' && isWithin(body.index);
  if (scope === 'period') return isWithin(body.time);
  // A whole tenant, or what nobody here knows.
  return true;
}

function isWhole(value: JsonValue): value is number {
  return Number.isSafeInteger(value);
}

function isTexts(value: JsonValue | undefined): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string');
}
