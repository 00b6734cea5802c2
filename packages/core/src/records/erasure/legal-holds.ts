/** Legal holds: what must be kept for a dispute, whoever asks for its erasure. */
import { Fault, isJsonObject, type JsonObject } from '../../kernel/index.ts';
import type { LegalHoldScope, StateEffect } from '../../model/index.ts';
import { personNames } from './person/index.ts';
import { appendRecord, newId, recordsDraft, type RecordsLog } from '../records-log.ts';

/** Longest reason, in characters. */
const MAX_REASON = 1_000;

/** What to keep, and why. */
export type HoldTarget =
  | { readonly scope: 'tenant' }
  | { readonly scope: 'subject'; readonly identifiers: readonly string[] }
  | { readonly scope: 'session'; readonly session: string }
  /** From `from` up to `to`, without `to`: indexes, or instants in milliseconds since 1970. */
  | { readonly scope: 'indexes' | 'period'; readonly from: number; readonly to: number };

/** A hold that stands. */
export interface PlacedHold {
  /** ULID. */
  readonly id: string;
  readonly scope: LegalHoldScope;
  readonly reason: string;
  /** When it was placed, milliseconds since 1970. */
  readonly placed: number;
  readonly session?: string;
  readonly from?: number;
  readonly to?: number;
  /** Origin of the log before, where the indexes are of that one: it keeps nothing here. */
  readonly log?: string;
}

/** Places a hold and answers its id. From then on nothing that it keeps is erased. Throws `request.invalid`. */
export async function placeHold(log: RecordsLog, target: HoldTarget, reason: string): Promise<string> {
  requireReason(reason);
  const { scope } = target;
  if ((scope === 'indexes' || scope === 'period') && !(target.from >= 0 && target.from < target.to))
    throw new Fault('request.invalid', `a hold on ${scope} goes from one to a later one`, { path: 'to' });
  const person = scope === 'subject' ? personNames(target.identifiers) : undefined;
  const id = newId(log);
  const value: JsonObject = {
    scope,
    reason,
    placed: log.clock.now(),
    ...(person === undefined ? {} : { tags: person.concerns.flatMap((one) => [...log.state.tags(one)]) }),
    ...(scope === 'session' ? { session: target.session } : {}),
    ...(scope === 'indexes' || scope === 'period' ? { from: target.from, to: target.to } : {}),
  };
  const put: StateEffect = {
    type: 'put_record',
    collection: 'legal_holds',
    key: id,
    value,
    expects: null,
  };
  await appendRecord(
    log,
    recordsDraft(
      log,
      { kind: 'legal_hold', legalHold: { action: 'place', id, scope } },
      {
        committed: {
          reason,
          ...(person === undefined ? {} : { subject: [...person.identifiers] }),
          ...(scope === 'session' ? { session: target.session } : {}),
          ...(scope === 'indexes' || scope === 'period'
            ? { range: { from: target.from, to: target.to } }
            : {}),
        },
        concerns: person?.identifiers ?? [],
        effects: [put],
      },
    ),
  );
  return id;
}

/** Releases the hold `id`. Throws `request.invalid` where there is none, `log.conflict` where somebody else just did. */
export async function releaseHold(log: RecordsLog, id: string, reason: string): Promise<PlacedHold> {
  requireReason(reason);
  const record = log.state.record('legal_holds', id);
  const hold = placedHolds(log).find((one) => one.id === id);
  if (record === undefined || hold === undefined)
    throw new Fault('request.invalid', `there is no legal hold \`${id}\``, { path: 'id' });
  await appendRecord(
    log,
    recordsDraft(
      log,
      { kind: 'legal_hold', legalHold: { action: 'release', id, scope: hold.scope } },
      {
        committed: { reason },
        effects: [{ type: 'delete_record', collection: 'legal_holds', key: id, expects: record.index }],
      },
    ),
  );
  return hold;
}

/** The holds that stand, in the order in which they were placed. One that cannot be understood shows as a hold on everything, as which it counts. */
export function placedHolds({ state }: Pick<RecordsLog, 'state'>): readonly PlacedHold[] {
  return state.records('legal_holds').map(({ key, value }) => {
    if (!isJsonObject(value)) return { id: key, scope: 'tenant', reason: '', placed: 0 };
    const { scope, reason, placed, session, from, to, log } = value;
    return {
      id: key,
      scope: (typeof scope === 'string' ? scope : 'tenant') as LegalHoldScope,
      reason: typeof reason === 'string' ? reason : '',
      placed: typeof placed === 'number' ? placed : 0,
      ...(typeof session === 'string' ? { session } : {}),
      ...(typeof from === 'number' ? { from } : {}),
      ...(typeof to === 'number' ? { to } : {}),
      ...(typeof log === 'string' ? { log } : {}),
    };
  });
}

function requireReason(reason: string): void {
  if (reason.trim() !== '' && reason.length <= MAX_REASON && reason.isWellFormed()) return;
  throw new Fault('request.invalid', `a legal hold has a reason of 1 to ${MAX_REASON} characters`, {
    path: 'reason',
  });
}
