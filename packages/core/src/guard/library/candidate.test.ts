// `createGuard` with a candidate set: what it says is in the log, what it wants is not done.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createGuard, type LibraryGuard } from './create-guard.ts';

const PERMIT = '@id("all") permit(principal, action, resource);';
const CHECKS_AMOUNT = `${PERMIT} @id("large") forbid(principal, action == Action::"app/pay", resource) when { context.args.amount > 100 };`;

let guard: LibraryGuard | undefined;
let folder = '';
afterEach(async () => {
  await guard?.close();
  guard = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function guardWith(policies: string, shadow: string): Promise<LibraryGuard> {
  folder = mkdtempSync(join(tmpdir(), 'writ-candidate-'));
  guard = await createGuard({ policies, shadow, agent: { id: 'bot' }, data: join(folder, '.writ') });
  return guard;
}

const pay = (type: string) => ({
  name: 'pay',
  inputSchema: { type: 'object', properties: { amount: { type } }, required: ['amount'] },
  execute: (_args: { readonly amount: unknown }) => 'paid',
});

test('a candidate that would deny lets the tool run', async () => {
  const tool = (await guardWith(PERMIT, CHECKS_AMOUNT)).wrap(pay('integer'));
  expect(await tool.enforce({ amount: 500 })).toMatchObject({ verdict: 'allow', outcome: 'performed' });
});

test('a candidate that would allow lets nothing run', async () => {
  const tool = (await guardWith(CHECKS_AMOUNT, PERMIT)).wrap(pay('integer'));
  expect(await tool.enforce({ amount: 500 })).toMatchObject({ verdict: 'deny' });
});

test('a candidate that does not fit a tool stops neither wrapping nor the tool', async () => {
  const tool = (await guardWith(PERMIT, CHECKS_AMOUNT)).wrap(pay('string'));
  expect(await tool.enforce({ amount: 'much' })).toMatchObject({ verdict: 'allow', outcome: 'performed' });
});

test('a candidate that is no policy set is refused at once, and nothing is left open', async () => {
  await expect(guardWith(PERMIT, 'permit(')).rejects.toMatchObject({ code: 'policy.syntax' });
});
