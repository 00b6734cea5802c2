/** Long lists of a decision's record: the entry keeps their beginning and their length, and commits to the whole (architecture, section 4). */
import { asJson, type JsonValue } from '../../kernel/index.ts';
import type { CutList, DecisionRecord, EntryDraft } from '../../model/index.ts';

/** Size that a record is cut to, in UTF-16 units; with the rest of an entry beside it, 8 KiB hold it. */
const MAX_RECORD_UNITS = 6 * 1024;
/** Items in all lists together up to which no record is measured: it is far below the bound. */
const UNMEASURED_ITEMS = 16;
/** Longest lists that an entry holds, whatever their items. */
export const MAX_LIST = 64;
/** What an obligation's names are cut to where there are more. */
const KEPT_NAMES = 8;

/** The lists that are cut. `approvals` are not: a permit has one, and the log must see which. */
export const CUT_LISTS = ['determining', 'errors', 'obligations', 'checks', 'held'] as const;
type ListName = (typeof CUT_LISTS)[number];

/** `draft` itself, or one whose record fits and whose `committed` has each cut list in full, as `decision.held` or `delivery.held`. */
export function capLists(draft: EntryDraft): EntryDraft {
  const { detail } = draft;
  if (detail.kind === 'decision') {
    const capped = capRecord(detail.decision, 'decision');
    if (capped === undefined) return draft;
    return {
      ...draft,
      detail: { ...detail, decision: capped.record },
      committed: { ...draft.committed, ...capped.whole },
    };
  }
  if (detail.kind !== 'outcome' || detail.delivery === undefined) return draft;
  const capped = capRecord(detail.delivery, 'delivery');
  if (capped === undefined) return draft;
  return {
    ...draft,
    detail: { ...detail, delivery: capped.record },
    committed: { ...draft.committed, ...capped.whole },
  };
}

interface Capped {
  readonly record: DecisionRecord;
  readonly whole: Readonly<Record<string, JsonValue>>;
}

/** `undefined` where nothing needs cutting. */
function capRecord(record: DecisionRecord, name: string): Capped | undefined {
  if (!isLong(record)) return undefined;
  const kept: Record<ListName, readonly unknown[]> = {
    determining: record.determining.slice(0, MAX_LIST),
    errors: record.errors.slice(0, MAX_LIST),
    obligations: record.obligations.slice(0, MAX_LIST).map(cutNames),
    checks: record.checks.slice(0, MAX_LIST),
    held: record.held.slice(0, MAX_LIST),
  };
  const rest = unitsOf({ ...record, ...Object.fromEntries(CUT_LISTS.map((list) => [list, []])) });
  for (;;) {
    const sizes = CUT_LISTS.map((list) => ({ list, units: unitsOf(kept[list]) }));
    const total = sizes.reduce((sum, { units }) => sum + units, rest);
    const longest = sizes.reduce((one, other) => (other.units > one.units ? other : one));
    if (total <= MAX_RECORD_UNITS || kept[longest.list].length <= 1) break;
    kept[longest.list] = kept[longest.list].slice(0, Math.floor(kept[longest.list].length / 2));
  }
  const cut: CutList[] = CUT_LISTS.filter((list) => unitsOf(kept[list]) !== unitsOf(record[list])).map(
    (list) => ({ list, count: record[list].length }),
  );
  if (cut.length === 0) return undefined;
  return {
    record: { ...record, ...(kept as Partial<DecisionRecord>), cut },
    whole: Object.fromEntries(cut.map(({ list }) => [`${name}.${list}`, asJson(record[list])])),
  };
}

function isLong(record: DecisionRecord): boolean {
  let items = 0;
  for (const list of CUT_LISTS) items += record[list].length;
  for (const { names } of record.obligations) items += names.length;
  return items > UNMEASURED_ITEMS && (unitsOf(record) > MAX_RECORD_UNITS || hasLongList(record));
}

function hasLongList(record: DecisionRecord): boolean {
  return (
    CUT_LISTS.some((list) => record[list].length > MAX_LIST) ||
    record.obligations.some(({ names }) => names.length > MAX_LIST)
  );
}

function cutNames<Obligation extends { readonly names: readonly string[] }>(
  obligation: Obligation,
): Obligation {
  if (obligation.names.length <= KEPT_NAMES) return obligation;
  return { ...obligation, names: obligation.names.slice(0, KEPT_NAMES) };
}

function unitsOf(value: unknown): number {
  return JSON.stringify(value).length;
}
