// What stands about a person in logs that ended is held about them all the same.
import { rmSync, writeFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { beginSuccession, openFormerLogs, openLog, succeedLog } from '../../audit/index.ts';
import { holdDraft, killDraft, SAMPLE_LOG_KEYS, sampleLogIdentity } from '../../testing/index.ts';
import { aboutDraft, ANN, BOB, erasingLog, scratchFolder, write } from '../fixtures.ts';
import type { RecordsLog } from '../records-log.ts';
import { printSubjectCsv } from './print-export.ts';
import { subjectExport } from './subject-export.ts';

const KEYS = { bodyKeys: [SAMPLE_LOG_KEYS.bodyKey] };

/** A log about Ann and Bob that ended, and the one that goes on, which knows neither. */
async function succeeded() {
  const path = scratchFolder();
  const before = await erasingLog(path);
  const index = await write(before, aboutDraft('1', [ANN, BOB], { arguments: { to: ANN, cc: BOB } }));
  await write(before, holdDraft('d', undefined, ['bot', ANN]));
  await write(before, killDraft('kill', `reported by ${BOB}`));
  await before.open.close();
  const { origin } = before.log.reader;
  const next = { ...sampleLogIdentity('next'), origin: 'next.example/log', path };
  const keys = { ...SAMPLE_LOG_KEYS, signingKey: { seed: new Uint8Array(32).fill(9) } };
  beginSuccession(path, next.origin);
  await succeedLog({ ...next, ...keys });
  const open = await openLog({ ...next, ...keys });
  onTestFinished(() => open.close().catch(() => {}));
  const { writer, state, reader } = open;
  const { tenant, clock, random } = next;
  const log: RecordsLog = { writer, state, reader, tenant, clock, random };
  const former = openFormerLogs(path, KEYS);
  onTestFinished(() => {
    for (const one of former) one.close();
  });
  return { path, log, former, origin, index };
}

test('a log that ended is read, too: each entry says of which log it is, and others are cut out of it', async () => {
  const { log, former, origin, index } = await succeeded();
  const { header, items } = subjectExport({ log, former, identifiers: [ANN] });
  expect(header).toMatchObject({ origin: 'next.example/log', former: [{ origin }] });
  const found = [...items];
  expect(found).toMatchObject([
    {
      what: 'entry',
      log: origin,
      receipt: `${origin}#${index}`,
      fields: { arguments: { to: ANN, cc: '[erased]' } },
    },
    { what: 'held_action', value: { as: 'requester' } },
  ]);
  const csv = [...printSubjectCsv(found)].join('');
  expect(csv).toContain(`entry,${origin}#${index},`);
  expect([...subjectExport({ log, identifiers: [ANN] }).items]).toEqual([]);
});

test('what was taken over is not told twice', async () => {
  const { log, former } = await succeeded();
  const all = [...subjectExport({ log, former, identifiers: [BOB] }).items];
  expect(all.filter(({ what }) => what === 'kill')).toHaveLength(1);
});

test('a log that was taken away is passed over, one whose database is damaged is not', async () => {
  const { path, former } = await succeeded();
  const [folder = ''] = former.map((one) => one.folder);
  for (const one of former) one.close();
  writeFileSync(`${folder}/writ.db`, 'not a database');
  expect(() => openFormerLogs(path, KEYS)).toThrow(/not a database/);
  rmSync(folder, { recursive: true });
  expect(openFormerLogs(path, KEYS)).toEqual([]);
});
