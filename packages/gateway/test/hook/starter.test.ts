/** The starter policies against evasions that were found after they were written; and each of them by what passes without it. */
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { InterceptedAction, JsonObject } from '@writ/core';
import { guardWorld, type GuardWorld } from '@writ/core/testing';
import { createHookActions } from '../../src/hook/actions/index.ts';
import { ADAPTERS } from '../../src/hook/hosts/index.ts';
import { codingAgentPolicies } from '../../src/hook/starter/index.ts';
import type { HostId } from '../../src/hook/index.ts';
import { developerFiles, HOME, PROJECT } from './developer-files.ts';
import { payloadOf } from './payload-of.ts';

interface Row {
  readonly host: HostId;
  readonly tool: string;
  readonly input: JsonObject;
}
interface Told {
  readonly row: Row;
  readonly action: InterceptedAction;
  readonly said: 'passes' | 'asks' | 'stops';
  /** Why it asked or stopped: reasons of policies. */
  readonly reasons: readonly string[];
}

const EXAMPLES = join(import.meta.dirname, '../../../../examples/coding-agent');
const rows = (file: string): readonly Row[] =>
  readFileSync(join(EXAMPLES, file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
const TEXT = codingAgentPolicies()
  .map(({ text }) => text)
  .join('\n');
const IDS = [...TEXT.matchAll(/^@id\("([^"]+)"\)/gm)].map(([, id = '']) => id);

const reasonOf = (id: string): string =>
  new RegExp(`^@id\\("${id}"\\)\\n@reason\\("([^"]+)"`, 'm').exec(TEXT)?.[1] ?? '';

/** Rows beside the lists, where two policies stop everything that the lists have for one of them. */
const MORE: readonly Row[] = [
  { host: 'claude-code', tool: 'mcp__github__create_issue', input: {} },
  { host: 'claude-code', tool: 'CronCreate', input: { cron: '* * * * *', prompt: 'x' } },
];

async function ask(world: GuardWorld, row: Row, action: InterceptedAction): Promise<Told> {
  let said: Told['said'] = 'stops';
  let reasons: readonly string[] | undefined;
  const { decision } = await world.guard.enforce(
    { ...action, wait: false, host: { asks: true } },
    ({ ask: asked }) => {
      said = asked === undefined ? 'passes' : 'asks';
      reasons = asked ?? [];
      return Promise.resolve('done');
    },
  );
  return { row, action, said, reasons: reasons ?? decision.reasons };
}

const actions = createHookActions({ home: HOME, files: developerFiles() });
const told: Told[] = [];

beforeAll(async () => {
  const world = await guardWorld({ policies: TEXT });
  for (const row of [...rows('evasions.jsonl'), ...rows('harmful.jsonl'), ...MORE]) {
    const event = ADAPTERS[row.host].read(payloadOf(row.host, row.tool, row.input), { cwd: PROJECT });
    told.push(await ask(world, row, await actions.action(event)));
  }
}, 240_000);

describe('the starter policies', { timeout: 240_000 }, () => {
  test('let none of the evasions pass', () => {
    expect(told.filter(({ said }) => said === 'passes').map(({ row }) => row.input)).toEqual([]);
  });

  test.each(IDS.filter((id) => !/^(?:work|confined)\./.test(id) && id !== 'never.private-keys'))(
    'without `%s` something comes further',
    async (id) => {
      const without = TEXT.split(/^(?=@id\()/m)
        .filter((policy) => !policy.startsWith(`@id("${id}")`))
        .join('');
      const world = await guardWorld({ policies: without });
      const candidates = told
        .filter(({ reasons }) => reasons.includes(reasonOf(id)))
        .toSorted((one, other) => one.reasons.length - other.reasons.length);
      for (const { row, action, said } of candidates) {
        const now = await ask(world, row, action);
        if (now.said !== said) return;
      }
      expect.unreachable(`${candidates.length} of the rows name it, and all of them are held by others too`);
    },
  );

  test.each(IDS.filter((id) => id.startsWith('work.')))('without `%s` nothing works', async (id) => {
    const without = TEXT.split(/^(?=@id\()/m)
      .filter((policy) => !policy.startsWith(`@id("${id}")`))
      .join('');
    const world = await guardWorld({ policies: without });
    const event = ADAPTERS['claude-code'].read(payloadOf('claude-code', 'Bash', { command: 'ls' }), {
      cwd: PROJECT,
    });
    const { decision, result } = await world.guard.enforce(await actions.action(event), () =>
      Promise.resolve('x'),
    );
    expect(decision.verdict === 'deny' || result === undefined).toBe(true);
  });

  test('a result with a private key is not delivered', async () => {
    const world = await guardWorld({ policies: TEXT });
    const event = ADAPTERS['claude-code'].read(payloadOf('claude-code', 'Bash', { command: 'ls' }), {
      cwd: PROJECT,
    });
    const { privateKey } = generateKeyPairSync('ed25519');
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const { result, delivery } = await world.guard.enforce(await actions.action(event), () =>
      Promise.resolve(key),
    );
    expect(result).toBeUndefined();
    expect(delivery?.determining.map(({ id }) => id)).toContain('never.private-keys');
  });

  test('every policy says why', () => {
    const forbids = TEXT.split(/^(?=@id\()/m).filter((policy) => policy.includes('\nforbid'));
    expect(forbids.length).toBeGreaterThan(30);
    for (const policy of forbids) expect(policy).toMatch(/^@reason\("/m);
  });
});
