/** A canary for each check on each face: a call that it must see is stopped, and the entry that the receipt names says which check it was. */
import { expect, test } from 'vitest';
import { type Entry, FAULT_CODES, isJsonObject, type JsonObject } from '@writ/core';
import { DECISION_META } from '../../src/mcp/index.ts';
import { Governed } from './governed.ts';
import { recordedServer } from './recorded-server.ts';

const GITHUB_TOKEN = ['ghp', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('_');

/** Each detector of a node, the kind of its canary, and the canary. */
const DETECTORS: readonly (readonly [check: string, kind: string, canary: string])[] = [
  ['secrets', 'secret', `token ${GITHUB_TOKEN}`],
  ['personal-data', 'payment-card', 'card 4111 1111 1111 1111'],
  ['phone', 'phone', 'call +1 415 555 2671'],
  ['dangerous-arguments', 'path-traversal', '../../etc/passwd'],
];
const LIMIT = 'limit:few';
const FACES = ['stdio', 'HTTP modern', 'HTTP legacy'] as const;

const POLICIES = `
@id("all") permit (principal, action, resource);
@id("confidential") @label("confidential") permit (principal, action == Action::"results/deliver", resource == Tool::"far/read");
@id("after-confidential") forbid (principal, action == Action::"far/send", resource) when { context.session.labels.contains("confidential") };
@id("never") forbid (principal, action == Action::"far/echo", resource) when { context.args has text && context.args.text like "*never*" };
${DETECTORS.map(([, kind]) => `@id("no-${kind}") forbid (principal, action in Action::"tools/call", resource) when { context.findings.contains("${kind}") };`).join('\n')}
`;
const SET = `name: canary\nversion: 1\nlimits:\n  - {id: few, kind: calls, amount: ${FACES.length + 1}, key: [principal]}\n`;

const tool = (name: string): JsonObject => ({
  name,
  inputSchema: { type: 'object', properties: { text: { type: 'string' } } },
});
const INVALID: JsonObject = {
  name: 'bad',
  inputSchema: { type: 'object', $ref: 'https://attacker.example/schema' },
};

/** What must stop a call: named by a check of the entry, by its code, or by the policy that decided. */
type Stops =
  | { readonly check: string; readonly policy?: string }
  | { readonly code: string }
  | { readonly policy: string };
type Call = (name: string, args: JsonObject) => Promise<unknown>;

interface Canary {
  readonly name: string;
  readonly args: JsonObject;
  readonly stops: Stops;
}

const canary = (name: string, args: JsonObject, stops: Stops): Canary => ({ name, args, stops });
/** The codes that a tool can be refused with before any policy. */
const TOOL_CODES: readonly (readonly [code: string, name: string])[] = [
  ['tool.unknown', 'far__none'],
  ['tool.quarantined', 'new__echo'],
  ['tool.invalid', 'far__bad'],
];
const KILLS: readonly (readonly [scope: 'tool' | 'server' | 'agent', id: string])[] = [
  ['tool', 'far/echo'],
  ['server', 'far'],
  ['agent', 'test-agent'],
];

function receiptOf(result: unknown): number {
  const meta = isJsonObject(result) ? result['_meta'] : undefined;
  const part = isJsonObject(meta) ? meta[DECISION_META] : undefined;
  const receipt = isJsonObject(part) ? part['receipt'] : undefined;
  if (typeof receipt !== 'string') throw new Error(`no receipt: ${JSON.stringify(result)}`);
  return Number(receipt.split('#')[1]);
}

test('each check fires on each face, and its receipt names it', { timeout: 90_000 }, async () => {
  const list = ({ body }: { readonly body: JsonObject }): JsonObject | undefined =>
    body['method'] === 'tools/list'
      ? {
          resultType: 'complete',
          tools: [tool('echo'), tool('read'), tool('send'), INVALID],
          ttlMs: 0,
          cacheScope: 'private',
        }
      : undefined;
  const servers = { far: await recordedServer(list), new: await recordedServer() };
  const governed = await Governed.open({
    servers,
    untrusted: ['new'],
    config: { policies: ['./set'] },
    files: { 'set/policy-set.yaml': SET, 'set/organisation/main.cedar': POLICIES },
  });
  const session = await governed.session();
  const client = await governed.workspace.connectThrough(governed.config);
  const calls: Readonly<Record<(typeof FACES)[number], Call>> = {
    stdio: (name, args) => client.callTool({ name, arguments: args }),
    'HTTP modern': async (name, args) =>
      (await governed.modern('tools/call', { name, arguments: args })).messages[0]?.['result'],
    'HTTP legacy': async (name, args) =>
      (
        await governed.post(
          { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } },
          session,
        )
      ).messages[0]?.['result'],
  };
  const receipts: { readonly face: string; readonly stops: Stops; readonly index: number }[] = [];
  const fly = async (one: Canary): Promise<void> => {
    for (const face of FACES) {
      const result = await calls[face](one.name, one.args);
      expect(result, `${face}: ${JSON.stringify(one)}`).toMatchObject({ isError: true });
      receipts.push({ face, stops: one.stops, index: receiptOf(result) });
    }
  };
  const reached = (): number => servers.far.of('tools/call').length + servers.new.of('tools/call').length;

  for (const [check, kind, text] of DETECTORS)
    await fly(canary('far__echo', { text }, { check, policy: `no-${kind}` }));
  for (const [code, name] of TOOL_CODES) await fly(canary(name, {}, { code }));
  await fly(canary('far__echo', { text: 'never' }, { policy: 'never' }));
  await fly(canary('far__echo', { text: 1 }, { code: 'policy.arguments' }));
  await fly(canary('far__echo', { text: governed.config }, { code: 'guard.self-protection' }));
  expect(reached()).toBe(0);
  for (const face of FACES) expect(await calls[face]('far__read', {})).not.toMatchObject({ isError: true });
  await fly(canary('far__send', {}, { policy: 'after-confidential' }));
  expect(await calls.stdio('far__echo', {})).not.toMatchObject({ isError: true });
  await fly(canary('far__echo', {}, { check: LIMIT }));
  for (const [scope, id] of KILLS) {
    await governed.kill(scope, id);
    await fly(canary('far__echo', {}, { code: `kill.${scope}` }));
  }
  // Nothing but what was permitted.
  expect(reached()).toBe(FACES.length + 1);
  await client.close();

  const entries = await governed.entries();
  const checks = new Set<string>();
  for (const { face, stops, index } of receipts) {
    const entry = entries[index];
    const why = `${face}: ${JSON.stringify(stops)}`;
    expect(entry?.kind, why).toBe('decision');
    const { decision } = entry as Extract<Entry, { readonly kind: 'decision' }>;
    for (const { id } of decision.checks) checks.add(id);
    expect(decision.verdict, why).toBe('deny');
    if ('check' in stops)
      expect(decision.checks, why).toContainEqual(
        expect.objectContaining({ id: stops.check, status: 'ran' }),
      );
    if ('code' in stops) expect(decision.code, why).toBe(stops.code);
    if ('policy' in stops)
      expect(
        decision.determining.map(({ id }) => id),
        why,
      ).toContain(stops.policy);
  }
  // Every check that a node runs has its canary here, and so has every code of a tool.
  expect([...checks].sort()).toStrictEqual([...DETECTORS.map(([id]) => id), LIMIT].sort());
  expect(FAULT_CODES.filter((code) => code.startsWith('tool.')).sort()).toStrictEqual(
    TOOL_CODES.map(([code]) => code).sort(),
  );
  expect(receipts).toHaveLength(FACES.length * (DETECTORS.length + TOOL_CODES.length + 5 + KILLS.length));
});
