import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Configuration, loadConfig } from '../config/index.ts';
import { openNode } from './open-node.ts';

function configuration(): Configuration {
  const folder = mkdtempSync(join(tmpdir(), 'writ-sends-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'policies'));
  writeFileSync(join(folder, 'policies/all.cedar'), '@id("all") permit (principal, action, resource);\n');
  const file = join(folder, 'writ.yaml');
  writeFileSync(
    file,
    'policies: [policies]\nagent: {id: bot}\nexport: {siem: {type: webhook, url: "http://127.0.0.1:1/", body: lines}}\n',
  );
  return loadConfig(file);
}

test('a node sends its log where the configuration says, and one of a moment leaves that to others', async () => {
  const config = configuration();
  const node = await openNode({ config, createKeys: true, report: () => {} });
  expect(node.destinations?.()).toBeInstanceOf(Map);
  await node.close();
  const brief = await openNode({ config, report: () => {}, sends: false });
  expect(brief.destinations).toBeUndefined();
  await brief.close();
});
