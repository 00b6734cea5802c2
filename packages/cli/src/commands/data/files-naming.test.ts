import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { personNames } from '@writ/core/records';
import { filesNaming } from './files-naming.ts';

test('a file that is not the log’s and names the person is told, in a token too; others are not', () => {
  const data = mkdtempSync(join(tmpdir(), 'writ-naming-'));
  onTestFinished(() => rmSync(data, { recursive: true, force: true }));
  for (const folder of ['servers', 'keys', 'former/old']) mkdirSync(join(data, folder), { recursive: true });
  const claims = Buffer.from('{"sub":"Ann.Lee@Example.org"}').toString('base64url');
  writeFileSync(
    join(data, 'servers/mail.json'),
    JSON.stringify({ accessToken: `eyJhbGciOiJub25lIn0.${claims}.x` }),
  );
  writeFileSync(join(data, 'servers/files.json'), '{"accessToken":"opaque"}');
  writeFileSync(join(data, 'keys/approver.key'), 'name: ann.lee@example.org');
  writeFileSync(join(data, 'former/old/log.json'), 'ann.lee@example.org');
  writeFileSync(join(data, 'writ.db'), 'ann.lee@example.org');
  expect(filesNaming(data, personNames(['ann.lee@example.org']))).toEqual([
    'keys/approver.key',
    'servers/mail.json',
  ]);
});
