// Every way of reading clock, environment, randomness or network that L0 to L2 must not take, planted and found.
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { portedFiles, portViolations } from './ports.mjs';

describe('is reported', () => {
  test.each([
    ['const t = Date.now();', 'Date.now'],
    ['const clock = { now: Date.now };', 'Date.now'],
    ['const t = new Date();', 'new Date()'],
    ['const t = new Date;', 'new Date()'],
    ['const t = Date();', 'Date()'],
    ['const t = globalThis.Date.now();', 'Date.now'],
    ["const t = Date['now']();", 'Date.now'],
    ['const { now } = Date;', 'Date.now'],
    ['const D = Date; D.now();', 'Date under another name'],
    ['const key = process.env.KEY;', 'process.env'],
    ['const { env } = process;', 'process.env'],
    ['const f = (env = process.env) => env;', 'process.env'],
    ['const t = process.hrtime.bigint();', 'process.hrtime'],
    ['const r = Math.random();', 'Math.random'],
    ["import { randomBytes } from 'node:crypto';", 'crypto.randomBytes'],
    ["import { randomUUID as id } from 'crypto';", 'crypto.randomUUID'],
    ["import * as node from 'node:crypto'; node.randomBytes(1);", 'crypto.randomBytes'],
    ["import node from 'node:crypto'; node.randomUUID();", 'crypto.randomUUID'],
    ["import { webcrypto } from 'node:crypto'; webcrypto.getRandomValues(a);", 'crypto.getRandomValues'],
    ['crypto.getRandomValues(a);', 'crypto.getRandomValues'],
    ['globalThis.crypto.randomUUID();', 'crypto.randomUUID'],
    ['const t = performance.now();', 'performance'],
    ['await fetch(url);', 'fetch'],
    ['const send = options.send ?? fetch;', 'fetch'],
    ['globalThis.fetch(url);', 'fetch'],
    ['new WebSocket(url);', 'WebSocket'],
    ['const v = Date[name]();', 'Date[…]'],
    ['class A { #t = Date.now(); }', 'Date.now'],
    ['const t = (Date.now() as number)!;', 'Date.now'],
  ])('%s', (source, what) => {
    expect(portViolations(`export {};\n${source}`)).toContain(what);
  });
});

describe('is fine', () => {
  test.each([
    ['const t = clock.now();'],
    ['const t = new Date(clock.now());'],
    ['const t = Date.parse(text);'],
    ['const t = Date.UTC(2026, 0);'],
    ['const t = Math.min(1, 2);'],
    ["import { createHash } from 'node:crypto'; createHash('sha256');"],
    ['type Fetch = typeof fetch;'],
    ['export interface Ports { fetch: (url: string) => void; performance: number }'],
    ['const p = { fetch: 1 }; p.fetch;'],
    ['// Date.now()\nconst a = "Date.now()";'],
    ['const isDate = value instanceof Date;'],
    ['crypto.subtle.digest("SHA-256", a);'],
  ])('%s', (source) => {
    expect(portViolations(`export {};\n${source}`)).toEqual([]);
  });
});

test('the check is about files: code of L0 to L2, tests left out', () => {
  const files = portedFiles(join(import.meta.dirname, '../..'));
  expect(files).toContain('packages/core/src/kernel/index.ts');
  expect(files.filter((path) => path.endsWith('.test.ts'))).toEqual([]);
});
