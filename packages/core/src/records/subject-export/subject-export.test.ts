import { beforeEach, expect, test } from 'vitest';
import type { JsonObject } from '../../kernel/index.ts';
import { answerDraft, holdDraft, killDraft } from '../../testing/index.ts';
import { eraseSubject, placeHold } from '../erasure/index.ts';
import { aboutDraft, ANN, BOB, erasingLog, type ErasingLog, scratchFolder, write } from '../fixtures.ts';
import { printSubjectCsv, printSubjectJson } from './print-export.ts';
import { recordSubjectExport, subjectExport, type SubjectExportItem } from './subject-export.ts';

let erasing: ErasingLog;
beforeEach(async () => {
  erasing = await erasingLog(scratchFolder());
});

const items = (...identifiers: readonly string[]): readonly SubjectExportItem[] => [
  ...subjectExport({ log: erasing.log, identifiers }).items,
];

/** What stands in the first entry about `who`. */
function fieldsOf(who: string): JsonObject {
  const [item] = items(who);
  if (item?.what !== 'entry') throw new Error('no entry');
  return item.fields;
}

test('it holds what stands about the person, with the names of others cut out of it', async () => {
  const index = await write(
    erasing,
    aboutDraft('1', [ANN, BOB], { arguments: { to: ANN, cc: [`Bob <${BOB}>`] }, method: 'tools/call' }),
  );
  await write(erasing, aboutDraft('2', [BOB], { arguments: { to: BOB } }));
  expect(items(ANN)).toMatchObject([{ what: 'entry', index, kind: 'decision', retentionClass: 'standard' }]);
  expect(fieldsOf(ANN)).toMatchObject({
    arguments: { to: ANN, cc: ['Bob <[erased]>'] },
    method: 'tools/call',
  });
  expect(fieldsOf(BOB)).toMatchObject({ arguments: { to: '[erased]', cc: [`Bob <${BOB}>`] } });
});

test('whose name has the name of the person in it is another person', async () => {
  const other = 'max.miller@example.org';
  await write(erasing, aboutDraft('1', ['max', other], { arguments: { by: 'Max', to: other } }));
  const hold = await write(erasing, holdDraft('d', undefined, ['bot', other]));
  await write(erasing, answerDraft(hold, 'deny', 'k1', { approver: other, statement: '{}', signature: 's' }));
  expect(JSON.stringify(items('max'))).not.toContain('miller');
  expect(items('max')).toMatchObject([{ fields: { arguments: { by: 'Max', to: '[erased]' } } }]);
  expect(items(other.toUpperCase()).map(({ what }) => what)).toEqual(['entry', 'held_action', 'answer']);
});

test('it holds the state beside the log: requests, answers, words of kills, consents, notices', async () => {
  const [tag = ''] = erasing.log.state.tags(ANN);
  const hold = await write(erasing, holdDraft('d', undefined, ['bot', ANN]));
  await write(erasing, answerDraft(hold, 'deny', 'k1', { approver: ANN, statement: '{}', signature: 's' }));
  await write(erasing, killDraft('kill', `reported by ${ANN}`));
  const put = (collection: 'consents' | 'notices', key: string) =>
    ({ type: 'put_record', collection, key, value: { state: 'given' } }) as const;
  const effects = [put('consents', `${tag}.consent.mail`), put('notices', `${tag}.notice.welcome.2`)];
  await write(erasing, { ...aboutDraft('1', [], {}), effects });
  const found = items(ANN);
  expect(found.map(({ what }) => what)).toEqual(['held_action', 'answer', 'kill', 'consent', 'notice']);
  expect(JSON.stringify(found)).not.toContain(tag);
  expect(items(BOB)).toEqual([]);
});

test('both forms are written piece by piece, and hold the same', async () => {
  await write(erasing, aboutDraft('1', [ANN], { arguments: { to: '=1+1', text: 'a "b"\n,c' } }));
  await write(erasing, aboutDraft('2', [ANN], { reason: '=cmd()' }));
  const { header, items: all } = subjectExport({ log: erasing.log, identifiers: [ANN] });
  const document = JSON.parse([...printSubjectJson(header, all)].join('')) as JsonObject;
  expect(document).toMatchObject({ type: 'writ/subject-export/v1', origin: 'log.example/test', count: 2 });
  expect(document['items']).toHaveLength(2);
  const csv = [...printSubjectCsv(items(ANN))];
  expect(csv[0]).toBe('what,index,time,kind,retention,purpose,field,value\r\n');
  expect(csv.join('')).toContain(`,reason,'=cmd()\r\n`);
  expect(csv.join('')).toContain(`"{""text"":""a \\""b\\""\\n,c"",""to"":""=1+1""}"`);
});

test('one body is open at a time: what follows is not read before it is asked for', async () => {
  for (let at = 0; at < 20; at += 1) await write(erasing, aboutDraft(`${at}`, [ANN], { at }));
  let read = 0;
  const { reader } = erasing.log;
  const log = {
    ...erasing.log,
    reader: { ...reader, body: (index: number) => ((read += 1), reader.body(index)) },
  };
  const [first] = subjectExport({ log, identifiers: [ANN] }).items;
  expect([first?.what, read]).toEqual(['entry', 1]);
});

test('that it was handed out is an entry that names nobody, and goes with an erasure', async () => {
  await placeHold(erasing.log, { scope: 'session', session: 'x' }, 'matter 7');
  const index = await recordSubjectExport(
    { log: erasing.log, identifiers: [ANN] },
    { entries: 3, hash: 'a'.repeat(64) },
  );
  const { bytes, entry } = erasing.open.reader.entry(index);
  expect(Buffer.from(bytes).toString()).not.toContain(ANN);
  expect(entry).toMatchObject({ kind: 'case', case: { action: 'step', type: 'access', step: 'exported' } });
  expect(items(ANN)).toMatchObject([{ index, fields: { subject: [ANN], entries: 3 } }]);
  await eraseSubject({ log: erasing.log, reseal: erasing.reseal, identifiers: [ANN] });
  expect(items(ANN)).toEqual([]);
});
