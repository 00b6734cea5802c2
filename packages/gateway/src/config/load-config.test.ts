// writ.yaml from disk: what editors write, and what is no file of text.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isFault } from '@writ/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadConfig } from './load-config.ts';

const MINIMAL = 'policies: [policies]\nagent: {id: bot}\n';

let file: string;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'writ-config-'));
  file = join(folder, 'writ.yaml');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a byte order mark and carriage returns change nothing', () => {
  writeFileSync(file, `\ufeff${MINIMAL.replaceAll('\n', '\r\n')}`);
  expect(loadConfig(file)).toMatchObject({ agent: { id: 'bot' }, file });
});

test.each([
  ['nothing', () => {}, 'config.not-found'],
  ['a folder', () => mkdirSync(file), 'config.unreadable'],
  ['an empty file', () => writeFileSync(file, ''), 'config.syntax'],
  [
    'bytes that are not UTF-8',
    () => writeFileSync(file, Buffer.from(`${MINIMAL}# \xff`, 'latin1')),
    'config.syntax',
  ],
])('%s where the configuration should stand is told as what it is', (_why, prepare, code) => {
  prepare();
  let thrown: unknown;
  try {
    loadConfig(file);
  } catch (fault) {
    thrown = fault;
  }
  expect(isFault(thrown) ? thrown.code : thrown).toBe(code);
});
