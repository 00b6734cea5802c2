// A candidate set beside the policies of a node: its answers are recorded, and nothing of it decides.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { parseConfig } from '../config/index.ts';
import { openNode, type WritNode } from './index.ts';

const ALLOW = '@id("all") permit (principal, action, resource);\n';
const DENY = '@id("none") forbid (principal, action, resource);\n';

let folder: string;
let reports: string[];
let open: WritNode[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'writ-shadow-'));
  for (const name of ['policies', 'candidate']) mkdirSync(join(folder, name));
  reports = [];
  open = [];
});
afterEach(async () => {
  await Promise.all(open.map((node) => node.close()));
  rmSync(folder, { recursive: true, force: true });
});

function write(name: 'policies' | 'candidate', text: string): void {
  writeFileSync(join(folder, name, 'a.cedar'), text);
}

async function nodeOf(shadow = 'shadow: {policies: [candidate]}'): Promise<WritNode> {
  const yaml = `policies: [policies]\nagent: {id: bot}\n${shadow}\n`;
  const node = await openNode({
    config: parseConfig(yaml, join(folder, 'writ.yaml')),
    createKeys: true,
    report: (line) => reports.push(line),
  });
  open.push(node);
  await node.policy.load([]);
  return node;
}

/** The verdict, and what the record says of the candidate. */
async function send(node: WritNode): Promise<readonly unknown[]> {
  const { verdict, receipt } = await node.guard.enforce(
    {
      face: 'mcp_stdio',
      initiator: 'agent',
      phase: 'call',
      method: 'tools/call',
      parts: [{ action: { name: 'tools/call' }, resource: { type: 'tool', id: 'mail/send' } }],
      args: {},
    },
    () => Promise.resolve({ content: [] }),
  );
  const { entry } = node.reader.entry(Number(receipt?.split('#')[1]));
  const shadow = entry.kind === 'decision' ? entry.decision.shadow : undefined;
  return [verdict, shadow?.status, shadow?.verdict];
}

test('a candidate that denies is recorded and does not deny', async () => {
  write('policies', ALLOW);
  write('candidate', DENY);
  const node = await nodeOf();
  expect(await send(node)).toEqual(['allow', 'differs', 'deny']);
  expect(reports.join('\n')).toMatch(/candidate policies [0-9a-f]{12} answer beside; they decide nothing/);
});

test('a candidate that allows is recorded and does not allow', async () => {
  write('policies', DENY);
  write('candidate', ALLOW);
  expect(await send(await nodeOf())).toEqual(['deny', 'differs', 'allow']);
});

test('the candidate has the mode of the set in force, unless it names its own', async () => {
  write('policies', DENY);
  write('candidate', '@id("x") permit(principal, action == Action::"ping", resource);');
  expect(await send(await nodeOf())).toEqual(['deny', 'same', 'deny']);
  const permissive = await nodeOf('shadow: {policies: [candidate], mode: permissive}\ndata: other');
  expect(await send(permissive)).toEqual(['deny', 'differs', 'allow']);
});

test.each([
  ['is not there', ''],
  ['does not parse', 'permit('],
])('a candidate that %s is reported, answers nothing and stops nothing', async (_why, text) => {
  write('policies', ALLOW);
  if (text !== '') write('candidate', text);
  expect(await send(await nodeOf())).toEqual(['allow', undefined, undefined]);
  expect(reports.join('\n')).toContain('the candidate policies are not usable and answer nothing');
});

test('a candidate that changes is followed, and the set in force stays what it was', async () => {
  write('policies', ALLOW);
  write('candidate', DENY);
  const node = await nodeOf();
  node.policy.watch();
  const inForce = node.policy.current().policyHash;
  write('candidate', ALLOW);
  await vi.waitFor(() => expect(reports.length).toBeGreaterThan(1), { timeout: 5_000 });
  expect(await send(node)).toEqual(['allow', 'same', 'allow']);
  expect(node.policy.current().policyHash).toBe(inForce);
});

test('the files of the candidate are out of the agent’s reach, as those of the set in force are', async () => {
  write('policies', ALLOW);
  write('candidate', ALLOW);
  const node = await nodeOf();
  const { decision } = await node.guard.enforce(
    {
      face: 'mcp_stdio',
      initiator: 'agent',
      phase: 'call',
      method: 'tools/call',
      parts: [{ action: { name: 'tools/call' }, resource: { type: 'tool', id: 'files/write' } }],
      args: { path: join(folder, 'candidate/a.cedar') },
    },
    () => Promise.resolve({}),
  );
  expect(decision).toMatchObject({ verdict: 'deny', code: 'guard.self-protection' });
});

test.each([
  ['no policies', 'shadow: {mode: strict}', '`policies` is missing'],
  ['an empty list', 'shadow: {policies: []}', 'no policy is named'],
  ['an unknown field', 'shadow: {policies: [a], percent: 5}', '`percent` is not a field'],
  ['an unknown mode', 'shadow: {policies: [a], mode: loose}', '`loose` is none of the choices'],
])('a configuration of a candidate with %s is refused with its place', (_why, shadow, message) => {
  const parse = (): unknown =>
    parseConfig(`policies: [policies]\nagent: {id: bot}\n${shadow}\n`, join(folder, 'writ.yaml'));
  expect(parse).toThrow(message);
});
