/** A case of what every log must do, and how cases append. */
import assert from 'node:assert/strict';
import type { OpenLog } from '../../audit/index.ts';
import type { AppendResult, EntryDraft } from '../../model/index.ts';

/** One case: a sentence, and what shows it on a fresh log. */
export interface LogCase {
  readonly name: string;
  run(log: OpenLog): Promise<void>;
}

/** The committed answer to `draft`; fails the case for any other. */
export async function committed(
  log: OpenLog,
  draft: EntryDraft,
): Promise<Extract<AppendResult, { status: 'committed' }>> {
  const result = await log.writer.append(draft);
  if (result.status !== 'committed') assert.fail(`refused: ${result.refusal}`);
  return result;
}

/** Appends `draft`, and fails the case unless it is refused as `refusal` and leaves no entry. */
export async function refused(log: OpenLog, draft: EntryDraft, refusal: string): Promise<void> {
  const size = log.reader.size();
  assert.deepEqual(await log.writer.append(draft), { status: 'refused', refusal });
  assert.equal(log.reader.size(), size);
}
