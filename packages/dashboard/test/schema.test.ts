// The types of the API are those of the routes as they are.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { schemaText } from '../build/schema-text.ts';

test('the types are up to date: `npm run schema -w @writ/dashboard` writes them', async () => {
  const kept = readFileSync(join(import.meta.dirname, '../src/api/schema.d.ts'), 'utf8');
  expect(kept === (await schemaText())).toBe(true);
});
