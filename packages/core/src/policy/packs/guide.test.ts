import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { VERBS } from './form/index.ts';
import { parseTools } from '../parse-tools.ts';
import { compilePack } from './index.ts';

const GUIDE = readFileSync(
  join(import.meta.dirname, '../../../../../docs/guide/from-yaml-to-cedar.md'),
  'utf8',
);

/** The block that begins with "```" and `head`. */
function blockOf(head: string): string {
  const text = new RegExp(`^\`\`\`${head}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(GUIDE)?.[1];
  if (text === undefined) throw new Error(`the guide has no ${head}`);
  return text;
}

test('the Cedar of the guide is what its YAML becomes', () => {
  const tools = parseTools({ name: 'tools.yaml', text: blockOf('yaml file=tools.yaml') });
  const name = 'policies/support.yaml';
  const pack = compilePack({ name, text: blockOf(`yaml file=${name}`) }, { tools });
  expect(pack.problems).toEqual([]);
  expect(blockOf('cedar')).toBe(pack.cedar);
});

test('the guide names every kind of rule, and its limits are read', () => {
  for (const verb of VERBS) expect(GUIDE).toContain(`\`${verb}: `);
  const limits = /^limits:\n.*\n/m.exec(GUIDE)?.[0] ?? '';
  const pack = compilePack({ name: 'limits.yaml', text: `version: 1\nname: demo\n${limits}` });
  expect([pack.problems, pack.limits.map(({ id }) => id)]).toEqual([[], ['refunds_per_day']]);
});
