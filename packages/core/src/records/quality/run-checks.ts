/** Runs checks over what was recorded, and says how much of it fails; never whose it is. */
import { isJsonObject, type JsonValue, ownProperty } from '../../kernel/index.ts';
import type { LogReader } from '../../model/index.ts';
import { actionsBetween, isResult, type RecordedAction } from '../actions/index.ts';
import { holds, type QualityCheck } from './quality-check.ts';

/** What one check found. */
export interface QualityFinding {
  readonly id: string;
  readonly checked: number;
  readonly failed: number;
  /** The field was not there. Counted in `failed` too where it is required. */
  readonly missing: number;
  /** Entries that failed, oldest first, at most {@link MAX_FAILING}: whoever holds the key can look at them. */
  readonly entries: readonly number[];
}

/** Most entries that are named by a finding. */
export const MAX_FAILING = 100;
/** Most decisions of which the end is still awaited. */
const MAX_AWAITED = 100_000;

/** Reads every action in `[from, to)` once, milliseconds since 1970. `now`: what ages are counted to. */
export function runQualityChecks(
  reader: LogReader,
  checks: readonly QualityCheck[],
  { from, to, now }: { readonly from: number; readonly to: number; readonly now: number },
): readonly QualityFinding[] {
  const counts = checks.map(({ id }) => ({ id, checked: 0, failed: 0, missing: 0, entries: [] as number[] }));
  const open = new Map<number, Pick<RecordedAction, 'purpose' | 'targets'>>();
  const look = (at: number, index: number, root: JsonValue): void => {
    const [check, count] = [checks[at], counts[at]];
    if (check === undefined || count === undefined) return;
    const value = valueAt(root, check.field.split('.').slice(1));
    count.checked += 1;
    if (value === undefined) count.missing += 1;
    if (value === undefined ? !check.isRequired : holds(check, value, now)) return;
    count.failed += 1;
    if (count.entries.length < MAX_FAILING) count.entries.push(index);
  };
  for (const one of actionsBetween(reader, from, to)) {
    const action = isResult(one) ? open.get(one.decisionOf) : one;
    if (isResult(one)) open.delete(one.decisionOf);
    else if (one.isPermitted && open.size < MAX_AWAITED) open.set(one.index, one);
    if (action === undefined || one.isUnread) continue;
    for (const [at, check] of checks.entries()) {
      if (check.field.startsWith('result.') !== isResult(one) || !isOf(check, action)) continue;
      if (!isResult(one)) look(at, one.index, one.args);
      else if (one.result !== undefined) look(at, one.index, one.result);
    }
  }
  return counts;
}

function isOf(
  check: QualityCheck,
  { purpose, targets }: Pick<RecordedAction, 'purpose' | 'targets'>,
): boolean {
  if (check.purpose !== undefined && check.purpose !== purpose) return false;
  return check.tool === undefined || targets.includes(check.tool);
}

function valueAt(root: JsonValue, path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  for (const step of path) value = isJsonObject(value) ? ownProperty(value, step) : undefined;
  return value;
}
