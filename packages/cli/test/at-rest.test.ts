// What a data folder shows to whoever copies it, after work of every kind: the table of docs/decisions/0036.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, Scratch } from './harness.ts';

/** Said once each, in one place each, and looked for everywhere. */
const SAID = {
  argument: 'zebra-argument-4711',
  'an argument that is refused': 'zebra-refused-4712',
  'an argument that is held': 'zebra-held-4713',
  person: 'zebra.person@example.com',
  'reason of a kill': 'zebra-reason-4714',
  'reason of a legal hold': 'zebra-hold-4715',
  'subject of a legal hold': 'zebra.subject@example.com',
  'reason of an answer': 'zebra-answer-4716',
  'subject of a case': 'zebra.asking@example.com',
} as const;

/** What nobody is asked about; every other writing call is. */
const POLICIES = `
@id("refused") forbid(principal, action == Action::"notes/write", resource) when { context.args.text like "*refused*" };
`;

let scratch: Scratch;
beforeAll(() => {
  scratch = new Scratch();
  scratch.mustInit('--trust');
});
afterAll(() => scratch.remove());

/** Where in the data folder each of them stands, in whatever letters. */
function found(): Readonly<Record<string, readonly string[]>> {
  const folder = scratch.path('.writ');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const places = Object.entries(SAID).map(([what, text]) => {
    const forms = [text, Buffer.from(text).toString('hex'), ...base64Forms(text)];
    const holding = files.filter((file) => {
      const bytes = readFileSync(join(file.parentPath, file.name), 'latin1');
      return forms.some((form) => bytes.includes(form)) || bytes.toLowerCase().includes(text);
    });
    return [what, holding.map((file) => relative(folder, join(file.parentPath, file.name)))] as const;
  });
  return Object.fromEntries(places.filter(([, names]) => names.length > 0));
}

/** `text` as it stands in base64, whatever stands before it. */
function base64Forms(text: string): readonly string[] {
  return [0, 1, 2].map((shift) =>
    Buffer.from(`${' '.repeat(shift)}${text}`)
      .toString('base64')
      .slice(shift === 0 ? 0 : 4, -4),
  );
}

/** The reference of what waits. */
function held(): Promise<string> {
  return eventually(() => {
    const { approvals } = scratch.json('approvals', 'list') as { approvals: { reference: string }[] };
    return approvals[0]?.reference;
  });
}

const mustRun = (...args: readonly string[]): void => {
  expect(scratch.run(...args)).toMatchObject({ status: 0 });
};

const answer = (verb: 'approve' | 'deny', reference: string, ...flags: readonly string[]): void =>
  mustRun('approvals', verb, reference, '--passphrase-file', 'passphrase', ...flags);

test('nothing that people and agents said stands in it in the open, and no person but where a token says for whom it is', async () => {
  scratch.write('policies/80-rest.cedar', POLICIES);
  const working = await scratch.gateway();
  const refused = await working.call('write', { text: SAID['an argument that is refused'] });
  expect(refused).toMatchObject({ isError: true });
  const written = working.call('write', { text: SAID.argument });
  answer('approve', await held());
  expect((await written).isError ?? false).toBe(false);
  const read = await working.call('read');
  expect(read).toMatchObject({ content: [{ text: expect.stringContaining(SAID.argument) as string }] });
  const denied = working.call('write', { text: SAID['an argument that is held'] });
  answer('deny', await held(), '--reason', SAID['reason of an answer']);
  expect(await denied).toMatchObject({ isError: true });
  mustRun('token', 'create', '--agent', 'ci', '--person', SAID.person);
  const subject = ['--scope', 'subject', '--subject', SAID['subject of a legal hold']];
  mustRun('data', 'hold', 'place', ...subject, '--reason', SAID['reason of a legal hold']);
  mustRun('case', 'open', 'access', '--subject', SAID['subject of a case']);
  mustRun('kill', 'agent', 'rogue', '--reason', SAID['reason of a kill']);
  // While it runs, with what the database has not moved to its place yet, and after it.
  const shown = { person: [expect.stringMatching(/^tokens\/[0-9a-f]+\.json$/) as string] };
  expect(found()).toEqual(shown);
  await working.close();
  expect(found()).toEqual(shown);
}, 300_000);
