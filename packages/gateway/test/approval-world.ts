/** A real node with a real approver, behind one face of the gateway and in front of a server in memory. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import {
  type Caller,
  createSigningKey,
  Fault,
  type Hold,
  isJsonObject,
  type JsonObject,
  parseStrictJson,
  publicKeyText,
  signApproval,
  type SigningKey,
  systemClock,
  systemRandom,
  systemTimers,
  type ToolDefinition,
} from '@writ/core';
import { expect, onTestFinished } from 'vitest';
import { parseConfig } from '../src/config/index.ts';
import { openNode, type WritNode } from '../src/index.ts';
import { ProxySession } from '../src/mcp/proxy/index.ts';
import { readMessages } from '../src/mcp/rpc/index.ts';
import { StdioConnection } from '../src/mcp/stdio/index.ts';
import { HttpHarness, MODERN_META, readAnswer } from './http-harness.ts';
import { type Behaviour, MemoryUpstream } from './memory-upstream.ts';

/** The faces of the matrix. `task`: modern HTTP with a client that can follow a task. */
export const FACES = ['stdio', 'legacy', 'modern', 'task'] as const;
export type FaceName = (typeof FACES)[number];

/** What became of a call. */
export type End = 'ran' | 'held' | 'denied' | 'cancelled' | 'gone';

/** A call that was made. */
export interface Asked {
  /** How the call, or its task, stands or ended. */
  readonly end: Promise<End>;
  /** The client leaves, or gives the task up. */
  leave(): Promise<void>;
}

/** A client of one principal. */
export interface Client {
  /** Calls the tool. Resolves once the call waits at a hold, or has ended. */
  ask(args: JsonObject): Promise<Asked>;
  /** What becomes of the same call once somebody answered: made again, or of its task looked at until it moved. */
  again(asked: Asked, args: JsonObject): Promise<End>;
}

/** What approving needs to be tried with. */
export interface ApprovalWorld {
  readonly node: WritNode;
  /** Arguments of the calls that reached the server. */
  readonly runs: JsonObject[];
  /** Everything the clients were told or asked besides answers. */
  readonly told: JsonObject[];
  connect(caller?: Caller): Promise<Client>;
  holds(): readonly Hold[];
  /** Records a signed answer; rejects where the log refuses it. */
  answer(hold: Hold, approver: string, answer?: 'approve' | 'deny'): Promise<void>;
  /** Moves the node's clock. */
  later(ms: number): void;
  changePolicy(more: string): Promise<void>;
  /** Gives the tool another definition, and waits until it is known. */
  changeTool(): Promise<void>;
}

export const PAY: ToolDefinition = {
  server: 'memory',
  name: 'pay',
  definition: { name: 'pay', inputSchema: { type: 'object' } },
};
const POLICY = `
@id("all") permit (principal, action, resource);
@id("ask") @verdict("step_up") forbid (principal, action in Action::"tools/call", resource);
`;
const TASK_META: JsonObject = {
  ...MODERN_META,
  'io.modelcontextprotocol/clientCapabilities': {
    elicitation: {},
    sampling: {},
    extensions: { 'io.modelcontextprotocol/tasks': {} },
  },
};

/** Opens the world with approvers `ann` and `bob`. `hold`: how long a call waits within its request. */
export async function approvalWorld(face: FaceName, hold: '0s' | '45s' = '0s'): Promise<ApprovalWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'writ-matrix-'));
  mkdirSync(join(folder, 'policies'));
  const policy = join(folder, 'policies/a.cedar');
  writeFileSync(policy, POLICY);
  const keys = new Map(['ann', 'bob'].map((name) => [name, createSigningKey(name, systemRandom).key]));
  const approvers = [...keys].map(([id, key]) => `{id: ${id}, key: "${publicKeyText(key)}"}`).join(', ');
  const text = `policies: [policies]\nagent: {id: bot}\napprovals: {hold: ${hold}, approvers: [${approvers}]}\n`;
  let offset = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + offset };
  const config = parseConfig(text, join(folder, 'writ.yaml'));
  const node = await openNode({ config, createKeys: true, clock, report: () => {} });
  const runs: JsonObject[] = [];
  const told: JsonObject[] = [];
  const servers: MemoryUpstream[] = [];
  let definition = PAY.definition;
  const behave: Behaviour = ({ method, params }) => {
    switch (method) {
      case 'initialize':
        return {
          result: {
            protocolVersion: '2025-06-18',
            capabilities: { tools: {} },
            serverInfo: { name: 'm', version: '1' },
          },
        };
      case 'tools/list':
        return { result: { tools: [definition] } };
      case 'tools/call': {
        const args = params?.['arguments'];
        runs.push(isJsonObject(args) ? args : {});
        return { result: { content: [{ type: 'text', text: 'paid' }] } };
      }
      default:
        return { error: { code: -32601, message: 'Method not found' } };
    }
  };
  await node.pins.pinTools(true, [PAY]);
  await node.policy.load([PAY]);
  onTestFinished(async () => {
    await node.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const holds = (): readonly Hold[] => node.state.holds();
  const callers = new Map<string, Caller>();
  const http =
    face === 'stdio'
      ? undefined
      : await HttpHarness.start({
          ports: node,
          behave,
          authenticate: ({ headers }) => {
            const caller = callers.get(String(headers['x-caller'] ?? ''));
            return caller === undefined ? {} : { caller };
          },
        });
  return {
    node,
    runs,
    told,
    holds,
    async connect(caller) {
      if (http === undefined) return stdioClient(node, behave, servers, told, caller);
      const name = `caller-${callers.size}`;
      if (caller !== undefined) callers.set(name, caller);
      const own = caller === undefined ? {} : { 'x-caller': name };
      if (face === 'legacy') return legacyClient(http, holds, told, await http.session('2025-06-18', own));
      return face === 'task' ? taskClient(http, told, own) : modernClient(http, holds, told, own);
    },
    answer: (hold, approver, answer = 'approve') =>
      recordAnswer(node, keys.get(approver), hold, approver, answer),
    later: (ms) => void (offset += ms),
    async changePolicy(more) {
      writeFileSync(policy, POLICY + more);
      await node.policy.reload();
    },
    async changeTool() {
      definition = { ...PAY.definition, description: 'Pays, and tells everybody.' };
      for (const server of http?.servers ?? servers) await server.tell('notifications/tools/list_changed');
      await expect.poll(() => node.state.pins('memory').map(({ status }) => status)).toEqual(['quarantined']);
    },
  };
}

/** Who calls, as a face would have authenticated them. */
export function callerOf(agent: string, more: Partial<Caller> = {}): Caller {
  return {
    agent: { id: agent },
    authentication: { method: 'api_token', assurance: 1, credentialId: 't', at: 0 },
    ...more,
  };
}

/** Records the signed answer of `approver`; rejects where the log refuses it. */
export async function recordAnswer(
  node: WritNode,
  key: SigningKey | undefined,
  hold: Hold,
  approver: string,
  answer: 'approve' | 'deny',
): Promise<void> {
  if (key === undefined) throw new TypeError(`no approver ${approver}`);
  const { policyHash, expires, index } = hold;
  const lifts = answer === 'deny' ? [] : hold.forbids.map(({ contentHash }) => contentHash).sort();
  const { origin } = node.log;
  const signed = signApproval(
    {
      answer,
      hold: `${origin}#${index}`,
      node: node.id,
      performedDigest: hold.digest,
      lifts,
      policyHash,
      expires,
      at: node.clock.now(),
    },
    key,
  );
  const { keyId } = key;
  const result = await node.log.append({
    detail: { kind: 'answer', answer: { answer, keyId, policyHash, lifts, expires }, decisionOf: index },
    tenant: node.tenant,
    time: node.clock.now(),
    monotonicNs: node.clock.monotonicNs(),
    retentionClass: 'log',
    committed: {},
    concerns: [],
    effects: [{ type: 'answer', hold: index, answer, keyId, approver, ...signed }],
  });
  if (result.status === 'refused') throw new Error(`refused: ${result.refusal}`);
}

/** A member that should be a text; empty where it is none. */
function textIn(object: JsonObject, member: string): string {
  const value = object[member];
  return typeof value === 'string' ? value : '';
}

/** Reads the end of a call from its answer. */
function endOf(answer: JsonObject | undefined): End {
  const result = answer?.['result'];
  if (!isJsonObject(result)) return 'gone';
  if (result['isError'] !== true) return 'ran';
  const text = JSON.stringify(result);
  return text.includes('"verdict":"step_up"') ? 'held' : 'denied';
}

/** A call under way: told of once it waits or has ended. */
async function started(
  holds: () => readonly Hold[],
  end: Promise<End>,
  leave: () => Promise<void>,
): Promise<Asked> {
  let isOver = false;
  const over = (): void => void (isOver = true);
  end.then(over, over);
  await expect.poll(() => isOver || holds().some(({ status }) => status === 'waiting')).toBe(true);
  return { end, leave };
}

function repeating(ask: Client['ask']): Client {
  return { ask, again: async (_asked, args) => (await ask(args)).end };
}

function modernClient(
  http: HttpHarness,
  holds: () => readonly Hold[],
  told: JsonObject[],
  headers: Record<string, string>,
): Client {
  return repeating((args) => {
    const leaving = new AbortController();
    const posted = http.modern('tools/call', { name: 'pay', arguments: args }, headers, leaving.signal);
    const end = posted.then(
      ({ messages }) => {
        told.push(...messages.slice(0, -1));
        return endOf(messages.at(-1));
      },
      (): End => 'gone',
    );
    return started(holds, end, async () => {
      leaving.abort();
      await end;
    });
  });
}

function legacyClient(
  http: HttpHarness,
  holds: () => readonly Hold[],
  told: JsonObject[],
  session: Record<string, string>,
): Client {
  let next = 1;
  return repeating((args) => {
    const id = next;
    next += 1;
    const leaving = new AbortController();
    const params = { name: 'pay', arguments: args };
    const opened = http.open({ jsonrpc: '2.0', id, method: 'tools/call', params }, session, leaving.signal);
    const end = opened.then(readAnswer).then(
      ({ messages }) => {
        told.push(...messages.slice(0, -1));
        return endOf(messages.at(-1));
      },
      (): End => 'gone',
    );
    return started(holds, end, async () => {
      // A legacy client says so; one that only lost its stream may come back for it.
      const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } };
      await http.post(cancel, session);
      leaving.abort();
      await end;
    });
  });
}

function taskClient(http: HttpHarness, told: JsonObject[], headers: Record<string, string>): Client {
  const of = new Map<Asked, string>();
  const resultOf = async (method: string, params: JsonObject): Promise<JsonObject> => {
    const { messages } = await http.modern(method, { _meta: TASK_META, ...params }, headers);
    told.push(...messages.slice(0, -1));
    const result = messages.at(-1)?.['result'];
    return isJsonObject(result) ? result : {};
  };
  const standing = (task: JsonObject): End => {
    const { status } = task;
    if (status === 'working') return 'held';
    if (status === 'completed') return endOf({ result: task['result'] ?? {} });
    return status === 'cancelled' ? 'cancelled' : 'gone';
  };
  const messages = new Map<string, unknown>();
  return {
    async ask(args) {
      const created = await resultOf('tools/call', { name: 'pay', arguments: args });
      const taskId = textIn(created, 'taskId');
      messages.set(taskId, created['statusMessage']);
      const asked: Asked = {
        end: Promise.resolve(
          created['resultType'] === 'task' ? standing(created) : endOf({ result: created }),
        ),
        leave: async () => void (await resultOf('tasks/cancel', { taskId })),
      };
      of.set(asked, taskId);
      return asked;
    },
    async again(asked) {
      const taskId = of.get(asked) ?? '';
      let task: JsonObject = {};
      // A task moves by itself: it ends, or it is held anew.
      await expect
        .poll(async () => {
          task = await resultOf('tasks/get', { taskId });
          const isRunning = textIn(task, 'statusMessage').startsWith('approved');
          return standing(task) !== 'held' || (task['statusMessage'] !== messages.get(taskId) && !isRunning);
        })
        .toBe(true);
      return standing(task);
    },
  };
}

/** A client over the stdio face's own connection, on pipes in this process. */
async function stdioClient(
  node: WritNode,
  behave: Behaviour,
  servers: MemoryUpstream[],
  told: JsonObject[],
  caller: Caller | undefined,
): Promise<Client> {
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  const connection = new StdioConnection(
    stdout,
    node.guard,
    (client) =>
      new ProxySession({
        ports: node,
        timers: systemTimers,
        face: 'mcp_stdio',
        ...(caller === undefined ? {} : { caller }),
        openUpstreams: (handlers) => {
          const server = new MemoryUpstream('memory', handlers, behave);
          servers.push(server);
          return [server];
        },
        expose: 'plain',
        client,
        note: () => {},
        deserted: () => {},
      }),
  );
  void readMessages(stdin, connection);
  onTestFinished(() => connection.close(new Fault('upstream.closed', 'the test is over')));
  const waiting = new Map<unknown, (message: JsonObject) => void>();
  stdout.setEncoding('utf8').on('data', (chunk: string) => {
    for (const line of chunk.split('\n').filter((one) => one !== '')) {
      const message = parseStrictJson(line);
      if (!isJsonObject(message)) continue;
      const take = waiting.get(message['id']);
      if (take === undefined) told.push(message);
      else take(message);
    }
  });
  const write = (message: JsonObject): void =>
    void stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  let next = 0;
  const request = (method: string, params: JsonObject): { id: number; answer: Promise<JsonObject> } => {
    const id = next;
    next += 1;
    const answer = new Promise<JsonObject>((resolve) => waiting.set(id, resolve));
    write({ id, method, params });
    return { id, answer };
  };
  const hello = {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'test', version: '1' },
  };
  await request('initialize', hello).answer;
  write({ method: 'notifications/initialized' });
  return repeating((args) => {
    const { id, answer } = request('tools/call', { name: 'pay', arguments: args });
    const left = Promise.withResolvers<End>();
    const end = Promise.race([answer.then(endOf), left.promise]);
    return started(
      () => node.state.holds(),
      end,
      () => {
        write({ method: 'notifications/cancelled', params: { requestId: id } });
        left.resolve('gone');
        return Promise.resolve();
      },
    );
  });
}
