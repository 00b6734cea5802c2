/** Entries about purposes and consent, with the change of state that commits with them. */
import { Fault, isJsonObject } from '../kernel/index.ts';
import type { EntryDraft, StateEffect } from '../model/index.ts';
import type { Notice } from './purpose.ts';
import { consentKey, noticeKey } from './record-keys.ts';
import { noticeHash, type PurposeRegister } from './register.ts';
import type { RecordReader } from './standing.ts';

/** What of an entry's draft says what happened; the writer adds tenant and times. */
export type PrivacyDraft = Pick<
  EntryDraft,
  'detail' | 'retentionClass' | 'committed' | 'concerns' | 'effects'
>;

/** Retention class of what is recorded of consent and registers: as long as the record itself, since it proves why data was used (GDPR article 7, paragraph 1). */
const RETENTION_CLASS = 'log';

/**
 * Puts `register` in force for `scope`; `undefined` where it is. Throws `config.invalid` where a notice says another thing under the version that
 * people were shown.
 */
export function registerDraft(
  register: PurposeRegister,
  scope: string,
  records: Pick<RecordReader, 'record'>,
): PrivacyDraft | undefined {
  const present = records.record('register', scope);
  const before = isJsonObject(present?.value) ? present.value : {};
  if (before['hash'] === register.hash) return undefined;
  const notices = Object.fromEntries(
    register.notices.map((notice) => [notice.id, { version: notice.version, hash: noticeHash(notice) }]),
  );
  const shown = isJsonObject(before['notices']) ? before['notices'] : {};
  for (const [id, { version, hash }] of Object.entries(notices)) {
    const earlier = Object.hasOwn(shown, id) ? shown[id] : undefined;
    if (!isJsonObject(earlier)) continue;
    const isOlder = typeof earlier['version'] === 'number' && version < earlier['version'];
    if (isOlder || (earlier['version'] === version && earlier['hash'] !== hash))
      throw new Fault(
        'config.invalid',
        `notice \`${id}\` says another thing than its version ${version} did`,
        {
          path: `notices.${id}.version`,
          hint: 'count the version up, so that people are shown the new text',
        },
      );
  }
  return {
    detail: {
      kind: 'register',
      register: {
        hash: register.hash,
        purposes: register.purposes.length,
        notices: register.notices.length,
      },
    },
    retentionClass: RETENTION_CLASS,
    committed: { scope, purposes: register.purposes.map(({ id }) => id).sort() },
    concerns: [],
    effects: [
      {
        type: 'put_record',
        collection: 'register',
        key: scope,
        value: { hash: register.hash, notices },
        expects: present?.index ?? null,
      },
    ],
  };
}

/** Consent of one person to one purpose, given or taken back. */
export interface ConsentChange {
  readonly action: 'give' | 'withdraw';
  readonly purpose: string;
  /** The person, by the name that actions know them under. */
  readonly subject: string;
  /** How it was said, and where that is kept; sealed with the entry. */
  readonly evidence?: string;
}

/**
 * The entry for `change`. What stands under the tag of a former key goes with it. Throws `config.invalid` for consent to what is not registered, or rests on
 * another basis: taking back is always possible.
 */
export function consentDraft(
  register: PurposeRegister,
  change: ConsentChange,
  records: RecordReader,
): PrivacyDraft {
  const { action, purpose: id, subject, evidence } = change;
  const purpose = register.purpose(id);
  if (action === 'give') requireConsentable(id, purpose?.basis);
  const [tag, ...former] = records.tags(subject);
  if (tag === undefined) throw new Fault('log.unavailable', 'the log cannot tell people apart');
  const key = consentKey(tag, id);
  const state = action === 'give' ? 'given' : 'withdrawn';
  const terms = purpose === undefined ? {} : { terms: register.terms(purpose) };
  return {
    detail: { kind: 'consent', consent: { action, purpose: id, registerHash: register.hash } },
    retentionClass: RETENTION_CLASS,
    committed: { subject, ...terms, ...(evidence === undefined ? {} : { evidence }) },
    concerns: [subject],
    effects: [
      {
        type: 'put_record',
        collection: 'consents',
        key,
        value: { state, ...terms },
        expects: records.record('consents', key)?.index ?? null,
      },
      ...former.flatMap((old): StateEffect[] => {
        const stale = records.record('consents', consentKey(old, id));
        if (stale === undefined) return [];
        const at = { collection: 'consents', key: consentKey(old, id), expects: stale.index } as const;
        return [{ type: 'delete_record', ...at }];
      }),
    ],
  };
}

/** A notice that was shown to a person. */
export interface ShownNotice {
  readonly notice: Notice;
  readonly subject: string;
  /** A code of where: a face, or `operator` for elsewhere. */
  readonly channel: string;
  /** BCP 47; absent where nobody knows. */
  readonly language?: string;
  /** How that is known, where nobody saw it from here; sealed with the entry. */
  readonly evidence?: string;
}

/** The entry for a notice that was shown; refused as `conflict` where it is recorded already. */
export function noticeDraft(
  { notice, subject, channel, language, evidence }: ShownNotice,
  records: Pick<RecordReader, 'tags'>,
): PrivacyDraft {
  const { id, version } = notice;
  const [tag] = records.tags(subject);
  if (tag === undefined) throw new Fault('log.unavailable', 'the log cannot tell people apart');
  const said = language === undefined ? {} : { language };
  return {
    detail: { kind: 'notice', notice: { id, version, channel } },
    retentionClass: RETENTION_CLASS,
    committed: { subject, ...said, ...(evidence === undefined ? {} : { evidence }) },
    concerns: [subject],
    effects: [
      {
        type: 'put_record',
        collection: 'notices',
        key: noticeKey(tag, notice),
        value: { id, version, ...said },
        expects: null,
      },
    ],
  };
}

function requireConsentable(id: string, basis: string | undefined): void {
  if (basis === 'consent') return;
  const what = basis === undefined ? 'is not registered' : `rests on \`${basis}\`, not on consent`;
  throw new Fault('config.invalid', `purpose \`${id.slice(0, 64)}\` ${what}`, {
    path: `purposes.${id.slice(0, 64)}`,
    hint: basis === undefined ? 'register it first' : 'nobody needs to agree to it',
  });
}
