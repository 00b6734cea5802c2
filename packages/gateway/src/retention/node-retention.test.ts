// Retention beside a node: begun by opening it, off the path of decisions, ended with it.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseNodeKey, readKeyFile } from '@writ/core';
import { letOthersRun, openArchive } from '@writ/core/records';
import { fakeClock, openDraft } from '@writ/core/testing';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseConfig } from '../config/index.ts';
import { openNode, type WritNode } from '../node/index.ts';

const DAY_MS = 86_400_000;

let folder: string;
let reports: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'writ-retention-'));
  mkdirSync(join(folder, 'policies'));
  writeFileSync(join(folder, 'policies/a.cedar'), '@id("all") permit (principal, action, resource);\n');
  reports = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function nodeWith(retention: string) {
  const clock = fakeClock();
  let look = (): void => {};
  const retentionTimer = {
    every(_milliseconds: number, run: () => void) {
      look = run;
      return () => void (look = () => {});
    },
  };
  const yaml = `policies: [policies]\nagent: {id: bot}\n${retention}`;
  const config = parseConfig(yaml, join(folder, 'writ.yaml'));
  const report = (line: string): void => void reports.push(line);
  const node = await openNode({ config, createKeys: true, clock, report, retentionTimer });
  await node.policy.load([]);
  return { clock, node, look: () => look() };
}

async function call(node: WritNode): Promise<void> {
  await node.guard.enforce(
    {
      face: 'mcp_stdio',
      initiator: 'agent',
      phase: 'call',
      method: 'resources/read',
      parts: [{ action: { name: 'resources/read' }, resource: { type: 'data', id: 'file:///a' } }],
      args: { uri: 'file:///a' },
    },
    () => Promise.resolve({ contents: [] }),
  );
}

function bodies(node: WritNode, retentionClass: string): number {
  let count = 0;
  for (let index = 0; index < node.reader.size(); index += 1) {
    const { entry } = node.reader.entry(index);
    if (entry.retentionClass !== retentionClass || entry.body === undefined) continue;
    try {
      node.reader.body(index);
      count += 1;
    } catch {
      // Destroyed.
    }
  }
  return count;
}

test('a node destroys bodies past their time by itself, archives them where that is configured, and says so', async () => {
  const archive = join(folder, 'archive');
  const keyFile = join(folder, 'keys', 'archive.key');
  const { clock, node, look } = await nodeWith(
    `retention: {classes: {decision: {keep: 200d, archive: {folder: archive, keyFile: keys/archive.key}}}}\n`,
  );
  await call(node);
  const before = bodies(node, 'decision');
  expect(before).toBeGreaterThan(0);
  clock.advance(201 * DAY_MS);
  await call(node);
  const young = bodies(node, 'decision') - before;
  look();
  while (node.retention?.().standing.ranAt === 0) await letOthersRun();
  expect(bodies(node, 'decision')).toBe(young);
  expect(node.retention?.()).toMatchObject({
    destroyed: before,
    standing: { status: 'running', ranAt: clock.now() },
  });
  expect(reports).toContain(`retention: ${before} bodies past their time were destroyed`);
  const [name = ''] = readdirSync(archive);
  const key = parseNodeKey(readKeyFile(keyFile));
  expect(openArchive(readFileSync(join(archive, name)), key)).toHaveLength(before);
  expect(statSync(keyFile).mode & 0o777).toBe(0o600);
  await node.close();
});

test('a node without `retention` keeps bodies 400 days', async () => {
  const { clock, node, look } = await nodeWith('');
  await call(node);
  const before = bodies(node, 'decision');
  clock.advance(399 * DAY_MS);
  await call(node);
  look();
  while (node.retention?.().standing.ranAt === 0) await letOthersRun();
  expect(bodies(node, 'decision')).toBe(before * 2);
  expect(node.retention?.().destroyed).toBe(0);
  await node.close();
});

test('an archive that cannot be written is said, nothing is destroyed, and decisions go on', async () => {
  writeFileSync(join(folder, 'archive'), 'a file where a folder should be');
  const { clock, node, look } = await nodeWith(
    `retention: {default: {keep: 200d, archive: {folder: archive, keyFile: archive.key}}}\n`,
  );
  await call(node);
  const before = bodies(node, 'decision');
  clock.advance(201 * DAY_MS);
  await call(node);
  look();
  while (reports.length === 0) await letOthersRun();
  expect(reports[0]).toMatch(
    /retention did not come to its end and will be tried again: cannot write the archive/,
  );
  await call(node);
  expect(bodies(node, 'decision')).toBeGreaterThan(before);
  expect(node.retention?.().standing).toMatchObject({ status: 'failing' });
  expect(existsSync(join(folder, 'archive', 'x'))).toBe(false);
  await node.close();
});

test('a node that ends has no run under way any more', async () => {
  const { clock, node, look } = await nodeWith('');
  await call(node);
  clock.advance(500 * DAY_MS);
  await call(node);
  look();
  await node.close();
  expect(reports).toEqual([]);
});

test('a node prunes bundles past their time by itself, archives them where that is configured, and says so', async () => {
  const { clock, node, look } = await nodeWith(
    'retention: {default: keep, bundles: {keep: 400d, archive: {folder: old}}}\n',
  );
  await Promise.all(
    Array.from({ length: 300 }, (_, at) => node.log.append({ ...openDraft(`d${at}`), time: clock.now() })),
  );
  clock.advance(401 * DAY_MS);
  await call(node);
  look();
  while (node.retention?.().standing.ranAt === 0 && reports.length === 0) await letOthersRun();
  expect(reports).toContain('retention: 1 bundle of entries past their time removed');
  const served = (file: string): boolean => existsSync(join(folder, '.writ/log/tile', file));
  expect([served('entries/000'), served('0/000')]).toEqual([false, true]);
  const [origin = ''] = readdirSync(join(folder, 'old'));
  expect(existsSync(join(folder, 'old', origin, 'log/tile/entries/000'))).toBe(true);
  await node.close();
});
