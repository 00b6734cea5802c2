/** Changes of cases from the command line: opened, stepped, extended, closed. */
import { type AppendResult, CASE_TYPES, type CaseType, Fault, systemClock, systemRandom } from '@writ/core';
import {
  type CaseChange,
  type CaseDraft,
  CASE_OUTCOMES,
  type CaseOutcome,
  type CaseWords,
  DEFAULT_TERMS,
  draftChange,
  findCase,
  KNOWN_STEPS,
  openCase,
  type SubjectCase,
} from '@writ/core/records';
import { locate, type LocateOptions, type WriteData, writeData } from '../../data/index.ts';
import { EXIT_OK } from '../../exit-codes.ts';
import { instant, print, printJson, remark } from '../../terminal/index.ts';
import { type ChangeOptions, readEvidence } from './options.ts';

/** Flags of `open`. */
export interface OpenOptions extends LocateOptions {
  readonly subject: readonly string[];
  readonly words?: string;
  readonly aware?: number;
  readonly days?: number;
}

/** Flags of `step`. */
export interface StepOptions extends ChangeOptions {
  readonly purpose: readonly string[];
  readonly recipient?: string;
}

/** Steps that Writ takes by itself. */
const TOLD_BY_WRIT: ReadonlySet<string> = new Set(['due_soon', 'overdue']);

/** `writ case open`. */
export async function open(type: string, options: OpenOptions): Promise<number> {
  const { subject, words, aware, days } = options;
  requireOpenable(parseType(type), options);
  const { opened, receipt } = await writeData(locate(options), async (data) => {
    const made = openCase(
      {
        type: parseType(type),
        subject,
        ...(aware === undefined ? {} : { aware }),
        ...(words === undefined ? {} : { words }),
      },
      { clock: systemClock, random: systemRandom },
      days === undefined ? DEFAULT_TERMS : { ...DEFAULT_TERMS, answerMs: days },
    );
    return { opened: made.opened, receipt: receiptOf(await append(data, made.draft)) };
  });
  answer(opened, 'opened', receipt, options);
  return EXIT_OK;
}

function requireOpenable(type: CaseType, { subject, days }: OpenOptions): void {
  if (type === 'breach' && days !== undefined)
    throw new Fault('cli.usage', '`--days` is not for a breach: its deadlines are those of the law');
  if (type !== 'breach' && subject.length === 0)
    throw new Fault('cli.usage', `a case of type \`${type}\` needs \`--subject\``, {
      hint: 'name the person as actions know them',
    });
}

/** `writ case step`. */
export async function step(id: string, code: string, options: StepOptions): Promise<number> {
  const { purpose, recipient } = options;
  const ended = await changed(id, options, (data) => ({
    action: 'step',
    step: code,
    evidence: requireErasure(code, options, data),
    ...(purpose.length === 0 ? {} : { purposes: purpose }),
    ...(recipient === undefined ? {} : { recipient }),
  }));
  // A step that is spelt wrongly is missing at the end, when its day may be over.
  if (!KNOWN_STEPS.includes(code) && code !== 'assessed')
    remark(
      `\`${code}\` is noted, and nothing more: steps that Writ knows are ${KNOWN_STEPS.filter((one) => !TOLD_BY_WRIT.has(one)).join(', ')}`,
    );
  return ended;
}

/** `writ case extend`. */
export function extend(
  id: string,
  options: LocateOptions & { readonly days: number; readonly reason: string },
): Promise<number> {
  const { days, reason } = options;
  return changed(id, { ...options, evidence: [] }, () => ({ action: 'extend', byMs: days, reason }));
}

/** `writ case close`. */
export function close(
  id: string,
  outcome: string,
  options: ChangeOptions & { readonly reason?: string },
): Promise<number> {
  const { reason } = options;
  return changed(id, options, ({ reader }) => ({
    action: 'close',
    outcome: parseOutcome(outcome),
    evidence: readEvidence(options.evidence, reader),
    ...(reason === undefined ? {} : { reason }),
  }));
}

/** Changes the case in a log that is open, and answers what stands then with the receipt. */
export async function applyChange(
  data: WriteData,
  id: string,
  change: CaseChange,
  said: CaseWords = {},
): Promise<{ readonly next: SubjectCase; readonly receipt: string }> {
  const { next, draft } = draftChange(findCase(data.state, id), change, said, {
    state: data.state,
    now: systemClock.now(),
  });
  return { next, receipt: receiptOf(await append(data, draft)) };
}

/** Appends the entry of a case. */
export function append(data: WriteData, { detail, ...rest }: CaseDraft): Promise<AppendResult> {
  return data.append(detail, rest);
}

async function changed(
  id: string,
  options: ChangeOptions,
  changeOf: (data: WriteData) => CaseChange,
): Promise<number> {
  const { words } = options;
  const { next, receipt, change } = await writeData(locate(options), async (data) => {
    const one = changeOf(data);
    return { ...(await applyChange(data, id, one, { words })), change: one };
  });
  const did = change.action === 'step' ? change.step : change.action === 'extend' ? 'extended' : 'closed';
  answer(next, did, receipt, options);
  return EXIT_OK;
}

function answer(one: SubjectCase, did: string, receipt: string, { json }: LocateOptions): void {
  const { id, type, status, due, outcome } = one;
  if (json === true) {
    printJson({
      id,
      type,
      status,
      did,
      due: new Date(due).toISOString(),
      ...(outcome === undefined ? {} : { outcome }),
      receipt,
    });
    return;
  }
  const state = status === 'closed' ? `closed (${outcome ?? ''})` : `${status}, due ${instant(due)}`;
  print(`${did} ${type} ${id}: ${state}, receipt ${receipt}`);
}

/** INVARIANT: that somebody was erased is shown by an entry that tells of an erasure, not by any. */
function requireErasure(
  code: string,
  { evidence }: ChangeOptions,
  { reader }: WriteData,
): ReturnType<typeof readEvidence> {
  const found = readEvidence(evidence, reader);
  const isShown = found.some((one) => 'receipt' in one && reader.entry(one.receipt).entry.kind === 'erasure');
  if (code === 'erased' && !isShown)
    throw new Fault('case.refused', 'no entry of an erasure is given', {
      hint: '`writ case run` erases and records it; or give the receipt of `writ data erase` with `--evidence`',
    });
  return found;
}

function receiptOf(result: AppendResult): string {
  if (result.status === 'committed') return result.receipt;
  throw new Fault('log.conflict', `the log refused it (${result.refusal})`, {
    hint: 'somebody changed the case at the same time; look again with `writ case show`',
  });
}

function parseType(text: string): CaseType {
  const type = CASE_TYPES.find((one) => one === text);
  if (type !== undefined) return type;
  throw new Fault('cli.usage', `\`${text}\` is no type of a case`, {
    hint: `one of ${CASE_TYPES.join(', ')}`,
  });
}

function parseOutcome(text: string): CaseOutcome {
  const outcome = CASE_OUTCOMES.find((one) => one === text);
  if (outcome !== undefined) return outcome;
  throw new Fault('cli.usage', `\`${text}\` is no end of a case`, {
    hint: `one of ${CASE_OUTCOMES.join(', ')}`,
  });
}
