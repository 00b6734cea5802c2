/** Files that hooks of coding agents stand in are out of reach through every face over the same configuration. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Face, JsonObject } from '@writ/core';
import { parseConfig } from '../config/index.ts';
import { openNode, type WritNode } from './index.ts';

const ALLOW = '@id("all") permit (principal, action, resource);\n';

let folder: string;
let node: WritNode | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'writ-hook-files-'));
  for (const name of ['policies', '.writ', '.writ/hook', '.claude'])
    mkdirSync(join(folder, name), { mode: 0o700 });
  writeFileSync(join(folder, 'policies/a.cedar'), ALLOW);
});
afterEach(async () => {
  await node?.close();
  rmSync(folder, { recursive: true, force: true });
});

const settings = (): string => join(folder, '.claude/settings.local.json');

async function opened(installed: string | undefined): Promise<WritNode> {
  if (installed !== undefined)
    writeFileSync(join(folder, '.writ/hook/installed.json'), installed, { mode: 0o600 });
  const config = parseConfig('policies: [policies]\nagent: {id: bot}\n', join(folder, 'writ.yaml'));
  node = await openNode({ config, createKeys: true, report: () => undefined });
  await node.policy.load([]);
  return node;
}

/** What becomes of a write to the file. */
async function write(guard: WritNode['guard'], face: Face): Promise<string | undefined> {
  const args: JsonObject = { path: settings(), content: '{}' };
  const { decision } = await guard.enforce(
    {
      face,
      initiator: 'agent',
      phase: 'call',
      method: 'sandbox/exec',
      parts: [{ action: { name: 'sandbox/exec' }, resource: { type: 'sandbox', id: 'one' } }],
      args,
      delivers: [],
    },
    () => Promise.resolve('written'),
  );
  return decision.code ?? decision.verdict;
}

describe('a file that hooks stand in', () => {
  test.each(['mcp_stdio', 'mcp_http', 'library', 'sandbox'] as const)(
    'is refused to face %s',
    async (face) => {
      const { guard } = await opened(JSON.stringify([{ host: 'claude-code', file: settings() }]));
      expect(await write(guard, face)).toBe('guard.self-protection');
    },
  );

  test('is anybody’s where no hook stands in it', async () => {
    const { guard } = await opened(undefined);
    expect(await write(guard, 'library')).toBe('allow');
  });

  test('that cannot be told keeps a node from opening', async () => {
    await expect(opened('{"not": "a list"}')).rejects.toMatchObject({ code: 'config.invalid' });
    await expect(opened('[')).rejects.toThrow('the text ends');
  });
});
