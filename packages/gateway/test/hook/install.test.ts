/** Hooks are put into files that are there already, and taken out so that nothing else is lost. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { systemRandom } from '@writ/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type HostId, type Installation, installHook, uninstallHook } from '../../src/hook/index.ts';

let home: string;
let folder: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'writ-install-'));
  mkdirSync(join(home, 'data'), { mode: 0o700 });
  folder = join(home, 'data/hook');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const install = (host: HostId): Installation =>
  installHook({
    host,
    scope: { home },
    folder,
    node: process.execPath,
    daemon: ['/bin/false'],
    deadlineMs: 1_000,
    random: systemRandom,
  });
const read = (name: string): string => readFileSync(join(home, name), 'utf8');
function put(name: string, text: string): void {
  mkdirSync(dirname(join(home, name)), { recursive: true });
  writeFileSync(join(home, name), text);
}
const SETTINGS = '.claude/settings.json';
const OTHERS = { matcher: 'Bash', hooks: [{ type: 'command', command: 'mine' }] };

describe('what is taken out again', () => {
  test.each([
    ['claude-code', SETTINGS, '{"a": 1}'],
    ['claude-code', SETTINGS, '{\r\n\t"a": 1\r\n}\r\n'],
    ['claude-code', SETTINGS, ''],
    ['claude-code', SETTINGS, JSON.stringify({ hooks: { PreToolUse: [null, 'x', OTHERS], Stop: [] } })],
    ['cursor', '.cursor/hooks.json', '{"version":1,"hooks":{"preToolUse":[{"command":"mine"}]}}'],
    ['opencode', '.config/opencode/plugin/writ.js', 'export const Mine = async () => ({});\n'],
  ] as const)('of %s leaves %s as it was, to the byte: %j', (host, file, text) => {
    put(file, text);
    install(host);
    expect(read(file)).toContain('hook.cjs');
    expect(uninstallHook(host, { home }, folder).isChanged).toBe(true);
    expect(read(file)).toBe(text);
    expect(existsSync(join(home, `${file}.before-writ`))).toBe(false);
  });

  test('leaves what was written since', () => {
    put(SETTINGS, '{"a": 1}');
    install('claude-code');
    put(SETTINGS, JSON.stringify({ ...(JSON.parse(read(SETTINGS)) as object), b: 2 }));
    uninstallHook('claude-code', { home }, folder);
    expect(JSON.parse(read(SETTINGS))).toStrictEqual({ a: 1, b: 2 });
  });

  test('leaves the hooks that others put into the same group', () => {
    install('claude-code');
    const { hooks } = JSON.parse(read(SETTINGS)) as { hooks: { PreToolUse: { hooks: object[] }[] } };
    hooks.PreToolUse[0]?.hooks.push({ type: 'command', command: 'mine' });
    put(SETTINGS, JSON.stringify({ hooks }));
    uninstallHook('claude-code', { home }, folder);
    expect(JSON.parse(read(SETTINGS))).toStrictEqual({
      hooks: { PreToolUse: [{ matcher: '*', hooks: [{ type: 'command', command: 'mine' }] }] },
    });
  });
});

test('the copy beside is what was there before this installation, and not before an earlier one', () => {
  put(SETTINGS, '{"a": 1}');
  install('claude-code');
  put(SETTINGS, JSON.stringify({ ...(JSON.parse(read(SETTINGS)) as object), b: 2 }));
  uninstallHook('claude-code', { home }, folder);
  const changed = read(SETTINGS);
  const { backup } = install('claude-code');
  expect(readFileSync(backup ?? '', 'utf8')).toBe(changed);
});
