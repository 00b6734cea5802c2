import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('the story comes out as it must: every verdict, the record verified, every tampering caught for its own reason', () => {
  const program = fileURLToPath(new URL('main.ts', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [program], { encoding: 'utf8' });
  expect(stdout + stderr).toContain('All of it came out as it must');
  expect(status).toBe(0);
  for (const verdict of ['● allow', '◐ modify', '◆ step_up', '◌ defer', '■ deny'])
    expect(stdout).toContain(verdict);
}, 180_000);
