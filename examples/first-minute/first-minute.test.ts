import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('every act comes out as it must through the gateway beside a control plane, and the record of it verifies', () => {
  const program = fileURLToPath(new URL('main.ts', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, '--once'], { encoding: 'utf8' });
  const said = stdout + stderr;
  expect(said).not.toContain('EXPECTED');
  for (const verdict of ['● allow', '◐ modify', '◆ step_up', '◌ defer', '■ deny'])
    expect(stdout).toContain(verdict);
  expect(stdout).toContain('✔ the control plane and its gateway ended in order');
  expect(stdout).toMatch(/✔ \d+ entries of the gateway verify/);
  expect(status).toBe(0);
}, 300_000);
