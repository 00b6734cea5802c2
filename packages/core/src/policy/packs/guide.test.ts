import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { VERBS } from './form/index.ts';
import { toolOf } from './fixtures.ts';
import { compilePack } from './index.ts';

const GUIDE = readFileSync(
  join(import.meta.dirname, '../../../../../docs/guide/from-yaml-to-cedar.md'),
  'utf8',
);

function blockOf(file: string): string {
  const text = new RegExp(`^\`\`\`[a-z]+ file=${file}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(GUIDE)?.[1];
  if (text === undefined) throw new Error(`the guide has no ${file}`);
  return text;
}

test('the Cedar of the guide is what its YAML becomes', () => {
  const text = { type: 'string' } as const;
  const tools = [
    toolOf('crm/get_ticket', { ticket: text }, ['ticket']),
    toolOf('crm/get_customer', { customer: text }, ['customer']),
    toolOf('crm/refund', { ticket: text, amount: { type: 'number' } }, ['ticket', 'amount']),
    toolOf('crm/delete_customer', { customer: text }, ['customer']),
  ];
  const pack = compilePack({ name: 'support.yaml', text: blockOf('support.yaml') }, { tools });
  expect(pack.problems).toEqual([]);
  expect(blockOf('policies/support.cedar')).toBe(pack.cedar);
});

test('the guide names every kind of rule, and its limits are read', () => {
  for (const verb of VERBS) expect(GUIDE).toContain(`\`${verb}: `);
  const limits = /^limits:\n.*\n/m.exec(GUIDE)?.[0] ?? '';
  const pack = compilePack({ name: 'limits.yaml', text: `version: 1\nname: demo\n${limits}` });
  expect([pack.problems, pack.limits.map(({ id }) => id)]).toEqual([[], ['refunds_per_day']]);
});
