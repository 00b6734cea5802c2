/** Entries about people, and what erases them. */
import type { EntryDraft, ErasedBody, JsonValue, OpenLog } from '@writ/core';
import { answerDraft, committed, holdDraft, sampleDraft } from '@writ/core/testing';

type Erase = Extract<NonNullable<EntryDraft['effects']>[number], { type: 'erase' }>;

/** An entry with a body that concerns `people`. */
export function bodyDraft(...people: readonly string[]): EntryDraft {
  const token = { action: 'create', id: '0123456789abcdef', expires: 5 } as const;
  const values = { person: `words of ${people.join(' and ')}`, kind: 'token' };
  return sampleDraft({ kind: 'token', token }, { committed: values, concerns: people });
}

/** An entry that erases `bodies`, and what else `changes` say. */
export function erasureDraft(bodies: readonly ErasedBody[], changes: Partial<Erase> = {}): EntryDraft {
  const ranges = (isReplaced: boolean): { from: number; to: number }[] =>
    bodies
      .filter(({ resealed }) => (resealed !== undefined) === isReplaced)
      .map(({ index }) => ({ from: index, to: index + 1 }));
  const erasure = {
    cause: 'subject_request',
    destroyed: ranges(false),
    resealed: ranges(true),
    bodies: bodies.length,
  } as const;
  return sampleDraft({ kind: 'erasure', erasure }, { effects: [{ type: 'erase', bodies, ...changes }] });
}

const HOLD = { id: '01K0000000000000000000000C', scope: 'tenant' } as const;

/** An entry that releases the legal hold under `key`. */
export function releaseDraft(key: string): EntryDraft {
  const effects = [{ type: 'delete_record', collection: 'legal_holds', key }] as const;
  return sampleDraft({ kind: 'legal_hold', legalHold: { action: 'release', ...HOLD } }, { effects });
}

/** An entry that places a legal hold. */
export function legalHoldDraft(key: string, value: JsonValue): EntryDraft {
  const legalHold = { action: 'place', ...HOLD } as const;
  return sampleDraft(
    { kind: 'legal_hold', legalHold },
    { effects: [{ type: 'put_record', collection: 'legal_holds', key, value }] },
  );
}

/** A held decision that was denied by the key `k1`; answers its index. */
export async function answeredHold(log: OpenLog): Promise<number> {
  const { index } = await committed(log, holdDraft('held', undefined, ['Ada']));
  const words = { approver: 'Ada', statement: '{}', signature: 's' };
  await committed(log, answerDraft(index, 'deny', 'k1', words));
  return index;
}
