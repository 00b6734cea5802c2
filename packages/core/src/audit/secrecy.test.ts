/** Nothing personal in any file of the data folder. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  answerDraft,
  committed,
  holdDraft,
  killDraft,
  openDraft,
  outcomeDraft,
  SAMPLE_LOG_KEYS,
  sampleLogIdentity,
} from '../testing/index.ts';
import { DATABASE_FILE, openLog } from './index.ts';

test('no file of the data folder shows who acted, who answered, what was asked or what came of it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'writ-secrecy-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, '.writ');
  const log = await openLog({ ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, path });
  onTestFinished(() => log.close());
  const secrets = {
    person: 'ada.lovelace@example.org',
    argument: 'transfer-to-account-4711',
    result: 'balance-is-90210',
    approver: 'grace.hopper',
    reason: 'because-of-the-incident',
    words: 'she-said-yes',
  };
  const { person, argument, result, approver, reason, words } = secrets;
  const committedFields = { subject: { person: { id: person } }, arguments: { to: argument } };
  const hold = await committed(log, {
    ...holdDraft('d', undefined, [person, 'bot']),
    committed: committedFields,
    input: { person, argument },
    concerns: [person],
  });
  await committed(log, {
    ...answerDraft(hold.index, 'approve', 'k1', { approver, statement: words, signature: words }),
    committed: { approver },
    concerns: [approver],
  });
  await committed(log, killDraft('kill', reason));
  const run = await committed(log, openDraft('d', { committed: committedFields, concerns: [person] }));
  await committed(log, { ...outcomeDraft(run.index), committed: { result }, concerns: [person] });
  await log.publish();
  const { requesters, answers } = log.state.hold(hold.index) ?? {};
  expect(requesters).toEqual([person, 'bot']);
  expect(answers).toMatchObject([{ approver, statement: words, signature: words }]);
  expect(log.state.kills()).toMatchObject([{ reason }]);
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  expect(files.map(({ name }) => name)).toContain(`${DATABASE_FILE}-wal`);
  for (const file of files) {
    const bytes = readFileSync(join(file.parentPath, file.name));
    for (const secret of Object.values(secrets))
      for (const form of [
        secret,
        Buffer.from(secret).toString('base64'),
        Buffer.from(secret).toString('hex'),
      ])
        expect(`${file.name} ${bytes.includes(form.replace(/=+$/, '').slice(0, -2))}`).toBe(
          `${file.name} false`,
        );
  }
});
