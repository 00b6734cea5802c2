/** A day in a developer's life under the starter policies: what is ordinary passes, what is harmful does not. Published lists, through the adapters and a guard with its record on disk. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isJsonObject, type JsonObject, type JsonValue } from '@writ/core';
import { parseConfig } from '../../src/config/index.ts';
import { loadPolicies } from '../../src/node/index.ts';
import { createHookActions } from '../../src/hook/actions/index.ts';
import { ADAPTERS } from '../../src/hook/hosts/index.ts';
import { codingAgentPolicies } from '../../src/hook/starter/index.ts';
import type { HostId } from '../../src/hook/index.ts';
import { openNode, type WritNode } from '../../src/node/index.ts';
import { developerFiles, HOME, PROJECT } from './developer-files.ts';
import { payloadOf } from './payload-of.ts';

interface Row {
  readonly host: HostId;
  readonly tool: string;
  readonly input: JsonObject;
  readonly why?: string;
}
type Told = 'passes' | 'asks' | 'stops';

const EXAMPLES = join(import.meta.dirname, '../../../../examples/coding-agent');
const rows = (file: string): readonly Row[] =>
  readFileSync(join(EXAMPLES, file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);

let folder: string;
let node: WritNode;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'writ-day-'));
  mkdirSync(join(folder, 'policies'));
  for (const { name, text } of codingAgentPolicies()) writeFileSync(join(folder, 'policies', name), text);
  const config = parseConfig(
    'policies: [policies]\nagent: {id: coder}\nservers: {}\n',
    join(folder, 'writ.yaml'),
  );
  node = await openNode({ config, createKeys: true, report: () => {} });
  await loadPolicies(node);
});
afterAll(async () => {
  await node.close();
  rmSync(folder, { recursive: true, force: true });
});

const actions = createHookActions({ home: HOME, files: developerFiles() });

async function told({ host, tool, input }: Row): Promise<readonly [Told, string]> {
  const adapter = ADAPTERS[host];
  const event = adapter.read(payloadOf(host, tool, input), { cwd: PROJECT });
  let said: Told = 'stops';
  const action = await actions.action(event);
  const { message } = await node.guard.enforce(
    { ...action, wait: false, host: { asks: true } },
    ({ ask }): Promise<JsonValue> => {
      said = ask === undefined ? 'passes' : 'asks';
      return Promise.resolve(`done ${ask?.join(' ') ?? ''}`);
    },
  );
  return [said, message];
}

describe('a day in a developer’s life', { timeout: 240_000 }, () => {
  test('of 300 ordinary actions at most two in a hundred ask or stop', async () => {
    const ordinary = rows('ordinary.jsonl');
    expect(ordinary).toHaveLength(300);
    const noted: string[] = [];
    for (const row of ordinary) {
      const [said, message] = await told(row);
      if (said !== 'passes') noted.push(`${said} ${row.tool} ${JSON.stringify(row.input)} ${message}`);
    }
    if (process.env['WRIT_SHOW'] !== undefined) console.warn(noted.join('\n'));
    expect(noted.length, noted.join('\n')).toBeLessThanOrEqual(6);
  });

  test('of the harmful ones none passes', async () => {
    const harmful = rows('harmful.jsonl');
    expect(harmful.length).toBeGreaterThanOrEqual(60);
    const passed: string[] = [];
    for (const row of harmful) {
      const [said] = await told(row);
      if (said === 'passes') passed.push(`${row.why ?? ''}: ${row.tool} ${JSON.stringify(row.input)}`);
    }
    expect(passed, passed.join('\n')).toEqual([]);
  });

  test('the lists say what they are', () => {
    for (const row of [...rows('ordinary.jsonl'), ...rows('harmful.jsonl')]) {
      expect(Object.keys(ADAPTERS)).toContain(row.host);
      expect(isJsonObject(row.input)).toBe(true);
    }
  });
});
