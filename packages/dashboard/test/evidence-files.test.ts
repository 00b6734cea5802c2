// Files of a receipt, and the commands that check them.
import { expect, test } from 'vitest';
import { commandsOf, evidenceFiles, trustPolicy } from '../src/pages/log/evidence-files.ts';

const KEPT = {
  entry: Buffer.from('{"a":1}').toString('base64'),
  proof: 'c2sp.org/tlog-proof@v1\n',
  origin: 'example.org/log',
  index: 7,
  disclosed: [{ field: 'subject', value: 'bot', salt: 'x' }],
};

test('the entry is its exact bytes, and what was disclosed comes as the command line writes it', () => {
  const { entry, proof, disclosure } = evidenceFiles(KEPT);
  expect(Buffer.from(entry.bytes).toString()).toBe('{"a":1}');
  expect(Buffer.from(proof.bytes).toString()).toBe(KEPT.proof);
  expect(JSON.parse(Buffer.from(disclosure?.bytes ?? []).toString())).toEqual({
    type: 'writ/disclosure/v1',
    entry: KEPT.entry,
    proof: KEPT.proof,
    fields: KEPT.disclosed,
  });
  expect(evidenceFiles({ ...KEPT, disclosed: [] }).disclosure).toBeUndefined();
});

test.each([
  ['example.org/log', 'example.org-log-7'],
  ['../../etc/passwd', 'etc-passwd-7'],
  ['a; rm -rf ~ #', 'a-rm--rf--7'],
  ['$(id)`id`\n', 'id-id--7'],
  ['‮gnp', 'gnp-7'],
  ['…', 'log-7'],
])('a log named %j is a file that no shell takes for something else', (origin, name) => {
  expect(evidenceFiles({ ...KEPT, origin }).entry.name).toBe(`${name}.json`);
  expect(commandsOf({ ...KEPT, origin })[0]).toBe(
    `writ witness verify ${name}.tlog-proof --entry ${name}.json --policy policy.txt`,
  );
});

test('the trust policy believes one key', () => {
  expect(trustPolicy('example.org/log+00000000+AAAA')).toBe(
    'log example.org/log+00000000+AAAA\nquorum none\n',
  );
});
