// Entries and bodies of a real log, written by a guard that governs: what the formatters take for a body is what is sealed in one.
import { guardWorld, toolCall } from '@writ/core/testing';
import { expect, test } from 'vitest';
import { DISCLOSABLE, type OcsfEvent, readRecorded, toOcsf } from '../src/index.ts';

test('what a guard records is told with what was disclosed of it, and joined', async () => {
  const { guard, log, kill } = await guardWorld({
    policies: '@id("all") permit (principal, action, resource);',
    tools: [
      {
        server: 'files',
        name: 'read',
        definition: {
          name: 'read',
          inputSchema: {
            type: 'object',
            properties: { path: { type: 'string' }, password: { type: 'string' } },
          },
        },
      },
    ],
  });
  const call = toolCall('files/read', { path: '/srv/report.txt', password: 'quite plain words' });
  await guard.enforce(call, () => Promise.resolve({ text: 'the letter' }));
  await kill('agent', 'rogue');
  const { reader } = log;
  const events = Array.from({ length: reader.size() }, (_, index) =>
    toOcsf(readRecorded(reader.origin, index, reader.entry(index).bytes), {
      productVersion: '0.1.0',
      disclose: {
        fields: DISCLOSABLE,
        body: (at) => (reader.entry(at).entry.body === undefined ? undefined : reader.body(at)),
      },
    }),
  ).flat();
  const text = JSON.stringify(events);
  const decided = events.find((event) => event.metadata.event_code === 'decision') as OcsfEvent;
  expect(decided).toMatchObject({
    class_uid: 6003,
    ai_agent: { uid: 'bot' },
    resources: [{ type: 'tool', uid: 'files/read' }],
    api: { request: { data: { path: '/srv/report.txt', password: '[redacted:secret]' } } },
  });
  const correlated = events.filter((event) => event.metadata.correlation_uid === decided.metadata.uid);
  expect(new Set(correlated.map((event) => event.metadata.event_code))).toStrictEqual(
    new Set(['decision', 'outcome']),
  );
  expect(events.at(-1)).toMatchObject({ class_uid: 2005, finding_info_list: [{ uid: 'agent/rogue' }] });
  for (const hidden of ['quite plain words', 'the letter']) expect(text).not.toContain(hidden);
});
