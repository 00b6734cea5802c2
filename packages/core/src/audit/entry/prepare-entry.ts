/** Everything about an entry that does not depend on its place in the log: done once, before it waits for its turn. */
import {
  canonicalJson,
  type Clock,
  createUlid,
  Fault,
  type JsonValue,
  type Random,
} from '../../kernel/index.ts';
import {
  type EntryDraft,
  type EntryKind,
  ENTRY_KINDS,
  ENTRY_VERSION,
  isPermitting,
  type EntryDetail,
  type Outcome,
  type StateEffect,
} from '../../model/index.ts';
import { capLists } from './cap-lists.ts';
import { commitmentOf, commitmentPrefix, INPUT_FIELD, SALT_BYTES } from './commitment.ts';
import { type FieldsPrinter, fieldsPrinter } from './shape.ts';
import { detailFields, HEAD_FIELDS, TAIL_FIELDS } from './shapes.ts';

/** Longest sealed body in UTF-16 units of its text: an argument or result past it cannot be recorded, so the action is denied. */
export const MAX_BODY_UNITS: number = 16 * 1024 * 1024;

const printHead: FieldsPrinter = fieldsPrinter(HEAD_FIELDS);
const printDetail = Object.fromEntries(
  ENTRY_KINDS.map((kind) => [kind, fieldsPrinter(detailFields(kind), 'kind')]),
) as Readonly<Record<EntryKind, FieldsPrinter>>;
/** `retentionClass` and `consumes`; what is before them in the tail depends on what is committed and sealed. */
const printTail: FieldsPrinter = fieldsPrinter(TAIL_FIELDS.slice(-2));

/** What may name a committed field: nothing in it needs an escape in JSON. */
const FIELD_NAME = /^[A-Za-z][A-Za-z0-9._-]{0,63}$/;
/** The most that a `Random` gives at once, in bytes. */
const MAX_DRAWN_BYTES = 65_536;

/** What a body is sealed with: its own key of 32 bytes and the nonce of 12 bytes under which that key is wrapped. */
export const SEAL_RANDOM_BYTES = 44;

/** An entry that only lacks its place. Plain data: it crosses to the sequencer's thread. */
export interface PreparedEntry {
  readonly id: string;
  readonly kind: EntryKind;
  readonly time: number;
  /** From `{` up to and with `commitments`. */
  readonly head: string;
  /** From `retentionClass` up to and with `consumes`. */
  readonly tail: string;
  /** Text to seal; absent where nothing was committed. */
  readonly body?: string;
  /** {@link SEAL_RANDOM_BYTES} fresh bytes as latin1; present with `body`. */
  readonly sealRandom?: string;
  /** Whom the body concerns, as given. */
  readonly concerns: readonly string[];
  readonly consumes: readonly string[];
  readonly conditions?: NonNullable<EntryDraft['conditions']>;
  readonly effects: readonly StateEffect[];
  /** The decision that an outcome closes. */
  readonly closes?: number;
  /** What an outcome says. */
  readonly outcome?: Outcome;
  /** Whether the closed decision's digest needs a person before it runs again (decisions/0005). */
  readonly leavesUnresolved?: boolean;
  /** Held decisions whose approval this entry uses up, by index in this log. */
  readonly uses: readonly number[];
  /** Indexes whose still open decisions a start counts in `closedUnknown`. */
  readonly closing?: readonly number[];
}

/** Where entries are prepared. */
export interface PrepareContext {
  readonly origin: string;
  readonly clock: Clock;
  /** Pooled: up to three hundred bytes are drawn per entry. */
  readonly random: Random;
}

/** Prepares a draft. Throws `entry.invalid` with the `path` of what an entry cannot hold, `entry.too-large` for a body past its bound. */
export function prepareEntry(given: EntryDraft, context: PrepareContext): PreparedEntry {
  const draft = capLists(given);
  const { detail } = draft;
  const id = createUlid(context.clock, context.random);
  const head = printHead({
    version: ENTRY_VERSION,
    kind: detail.kind,
    origin: context.origin,
    tenant: draft.tenant,
    id,
    time: draft.time,
    monotonicNs: String(draft.monotonicNs),
  });
  const body = commitFields(draft, id, context);
  const own = printDetail[detail.kind](detail);
  const { retentionClass, consumes = [], conditions, effects = [] } = draft;
  const tail = printTail(consumes.length === 0 ? { retentionClass } : { retentionClass, consumes });
  const prepared: { -readonly [Name in keyof PreparedEntry]: PreparedEntry[Name] } = {
    id,
    kind: detail.kind,
    time: draft.time,
    head: `{${head},${own},${body.leaf}`,
    tail,
    concerns: draft.concerns,
    consumes,
    effects,
    uses: usedHolds(draft, context.origin),
  };
  // Set one by one: spreading what is seldom there would copy what always is.
  if (body.sealed !== undefined) {
    prepared.body = body.sealed;
    prepared.sealRandom = latin1(context.random.bytes(SEAL_RANDOM_BYTES));
  }
  if (conditions !== undefined) prepared.conditions = conditions;
  if (detail.kind === 'outcome') {
    prepared.closes = detail.decisionOf;
    prepared.outcome = detail.outcome;
    prepared.leavesUnresolved = leavesUnresolved(detail);
  }
  return prepared;
}

interface CommittedFields {
  /** `inputCommitment` and `commitments`, as they stand in the leaf. */
  readonly leaf: string;
  readonly sealed?: string;
}

function commitFields(draft: EntryDraft, id: string, context: PrepareContext): CommittedFields {
  const names = Object.keys(draft.committed).sort();
  if (names.length === 0 && draft.input === undefined) return { leaf: '"commitments":[]' };
  const prefix = commitmentPrefix(context.origin, id);
  const drawn = saltsFor(names.length + (draft.input === undefined ? 0 : 1), context.random);
  let commitments = '';
  let fields = '';
  let salts = '';
  let at = 0;
  const commit = (name: string, canonical: string): string => {
    const end = at + SALT_BYTES;
    salts += `${at === 0 ? '' : ','}"${name}":"${drawn.toString('base64', at, end)}"`;
    const commitment = commitmentOf(drawn.subarray(at, end), prefix, name, canonical);
    at = end;
    return commitment;
  };
  for (const name of names) {
    if (!FIELD_NAME.test(name) || name === INPUT_FIELD) {
      throw new Fault('entry.invalid', `\`${name.slice(0, 80)}\` cannot name a committed field`, {
        path: 'committed',
      });
    }
    const canonical = canonicalJson(draft.committed[name] as JsonValue);
    const apart = at === 0 ? '' : ',';
    fields += `${apart}"${name}":${canonical}`;
    commitments += `${apart}{"field":"${name}","alg":"hmac-sha256","value":"${commit(name, canonical)}"}`;
  }
  const list = `"commitments":[${commitments}]`;
  const input = draft.input === undefined ? undefined : canonicalJson(draft.input);
  const inputCommitment = input === undefined ? undefined : commit(INPUT_FIELD, input);
  const rest = input === undefined ? '' : `,"input":${input}`;
  const concerns = draft.concerns.length === 0 ? '' : `,"concerns":${canonicalJson(draft.concerns)}`;
  const sealed = `{"fields":{${fields}},"salts":{${salts}}${rest}${concerns}}`;
  if (sealed.length > MAX_BODY_UNITS) {
    throw new Fault(
      'entry.too-large',
      `a body has ${sealed.length} characters, at most ${MAX_BODY_UNITS} are accepted`,
    );
  }
  return {
    leaf: inputCommitment === undefined ? list : `"inputCommitment":"${inputCommitment}",${list}`,
    sealed,
  };
}

/** `count` salts behind each other: one draw for all. */
function saltsFor(count: number, random: Random): Buffer {
  const most = Math.floor(MAX_DRAWN_BYTES / SALT_BYTES);
  if (count > most)
    throw new Fault('entry.invalid', `${count} fields are committed, at most ${most} are accepted`, {
      path: 'committed',
    });
  const bytes = random.bytes(count * SALT_BYTES);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** The holds of this log that a permitting decision uses; those of another log are none of this one's state. */
function usedHolds({ detail }: EntryDraft, origin: string): readonly number[] {
  if (detail.kind !== 'decision' || !isPermitting(detail.decision.verdict)) return [];
  const own = `${origin}#`;
  return detail.decision.approvals
    .filter(({ hold }) => hold.startsWith(own))
    .map(({ hold }) => Number(hold.slice(own.length)));
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

/** An outcome that nobody knows, unless the caller itself cancelled: it knows that it did. */
function leavesUnresolved(detail: Extract<EntryDetail, { kind: 'outcome' }>): boolean {
  return detail.outcome === 'unknown' && detail.code !== 'guard.cancelled';
}
