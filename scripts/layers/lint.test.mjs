// Plants faults that only a linter with types can see: without types it reads every file and finds nothing.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const FAULTS = {
  'no-floating-promises': 'export function f(): void {\n  Promise.resolve(1);\n}\n',
  'no-misused-promises': 'export const f = (): void => [1].forEach(async () => await Promise.resolve());\n',
  'await-thenable': 'export const f = async (): Promise<number> => await 1;\n',
  'switch-exhaustiveness-check':
    "export function f(a: 'x' | 'y'): void {\n  switch (a) {\n    case 'x':\n      return;\n  }\n}\n",
  'no-explicit-any': 'export const f = (a: any): void => void a;\n',
  'no-default-export': 'export default 1;\n',
  'no-non-null-assertion': 'export const f = (a?: number): number => a!;\n',
  'no-unsafe-member-access': "export const f = (): unknown => JSON.parse('1').a;\n",
};

let tree;

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'lint-'));
  mkdirSync(join(tree, 'src'));
  symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
  writeFileSync(join(tree, 'package.json'), '{"type":"module"}');
  writeFileSync(
    join(tree, 'tsconfig.json'),
    JSON.stringify({ extends: join(ROOT, 'tsconfig.base.json'), include: ['src'] }),
  );
  for (const [rule, source] of Object.entries(FAULTS)) writeFileSync(join(tree, 'src', `${rule}.ts`), source);
});

afterAll(() => rmSync(tree, { recursive: true, force: true }));

test('each planted fault is an error', () => {
  const args = ['--type-aware', '-c', join(ROOT, '.oxlintrc.json'), '--format', 'json', 'src'];
  const { status, stdout } = spawnSync(join(ROOT, 'node_modules/.bin/oxlint'), args, {
    cwd: tree,
    encoding: 'utf8',
  });
  const found = JSON.parse(stdout).diagnostics.map(
    ({ filename, code, severity }) =>
      `${filename.replace(/^.*src\//, '')} ${code.replace(/^.*\(|\)$/g, '')} ${severity}`,
  );
  expect(found).toEqual(
    expect.arrayContaining(Object.keys(FAULTS).map((rule) => `${rule}.ts ${rule} error`)),
  );
  expect(status).toBe(1);
});
