/** The face of sandboxes: making one, running in it, attaching to it, its files and its end are actions that the guard judges and records. */
import type { Readable } from 'node:stream';
import {
  Fault,
  type InterceptedAction,
  isFault,
  type JsonObject,
  type JsonValue,
  type Part,
  type Perform,
} from '@writ/core';
import {
  isConfinement,
  limitsOf,
  type CommandEnd,
  type RunningCommand,
  type Sandbox,
} from '@writ/core/sandbox';
import { commandDetails } from './exec-parts.ts';
import { argumentsOf, givenDetails, judgedRequest } from './given.ts';
import type {
  Answer,
  GovernedExecOptions,
  GovernedSandbox,
  GovernedSandboxes,
  GovernedSandboxPorts,
} from './types.ts';

/** Largest file that is read or written through the guard, in bytes; larger ones go through a command. */
const MAX_FILE_BYTES = 1024 * 1024;

/** What one action is about. */
interface Act {
  readonly name: `sandbox/${'create' | 'exec' | 'attach' | 'remove' | 'read-file' | 'write-file'}`;
  readonly args: JsonObject;
  /** The details of each of its parts, of possibly changed arguments. */
  readonly details?: (args: JsonObject) => readonly JsonObject[];
  readonly refusal?: InterceptedAction['refusal'];
  /** Whether what came back is delivered by the guard, judged. */
  readonly isDelivered?: boolean;
  readonly wait?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Sandboxes of `ports.driver` behind `ports.guard`. */
export function governSandboxes(ports: GovernedSandboxPorts): GovernedSandboxes {
  return {
    async create(request) {
      const { id, profile, wait } = request;
      const limits = limitsOf(
        profile,
        ports.driver.name,
        profile.network === 'proxy' && request.egress !== undefined,
      );
      const resource: Part['resource'] = { type: 'sandbox', id, limits };
      const enforce = enforcer(ports, resource, profile.name);
      const act: Act = {
        name: 'sandbox/create',
        args: argumentsOf(request),
        details: (args) => [givenDetails(args)],
        wait,
      };
      const made = await enforce(act, async ({ args }) => {
        const given = judgedRequest(args);
        const sandbox = await ports.driver.create({ id, profile, ...given, protect: ports.protect });
        return { value: { sandbox, folder: given.folder }, account: {} };
      });
      if (made.is !== 'done') return made;
      const { sandbox, folder } = made.value;
      return { ...made, value: governed(sandbox, enforce, folder) };
    },
  };
}

function governed(sandbox: Sandbox, enforce: Enforcer, folder: string): GovernedSandbox {
  return {
    id: sandbox.id,
    exec(command, { onStarted, wait, signal, stdio }: GovernedExecOptions = {}) {
      const act: Act = {
        name: 'sandbox/exec',
        args: { command: [...command] },
        details: ({ command: words }) => commandDetails(textsOf(words), folder).details,
        refusal: commandDetails(command, folder).refusal,
        wait,
        signal,
      };
      return enforce(act, async ({ args, signal: ending }) => {
        const running = sandbox.exec(textsOf(args['command']), {
          signal: ending,
          ...(stdio === undefined ? {} : { stdio }),
        });
        onStarted?.(running);
        const end = await running.end;
        return {
          value: end,
          account: accountOf(end),
          code: `exit.${end.exitCode}`,
          isError: end.exitCode !== 0,
        };
      });
    },
    attach(commandId) {
      return enforce({ name: 'sandbox/attach', args: { command_id: commandId } }, () => {
        const running = sandbox.running(commandId);
        if (running === undefined)
          throw new Fault('sandbox.failed', `no command \`${commandId}\` is under way in \`${sandbox.id}\``);
        return Promise.resolve({ value: running, account: {} });
      });
    },
    async readFile(path) {
      const act: Act = { name: 'sandbox/read-file', args: { path }, details: fileDetails, isDelivered: true };
      const read = await enforce(act, async ({ args, signal }) => {
        const file = textOf(args['path']);
        const command = ['head', '-c', String(MAX_FILE_BYTES + 1), '--', file];
        const content = await capture(sandbox.exec(command, { signal }), file);
        return { value: undefined, account: { content } };
      });
      if (read.is !== 'done') return read;
      // What is handed on is what the guard delivers, redacted where policy says so.
      const { result } = read.enforced;
      const content =
        typeof result === 'object' && result !== null && 'content' in result ? result['content'] : '';
      return { ...read, value: typeof content === 'string' ? content : '' };
    },
    writeFile(path, content) {
      const act: Act = { name: 'sandbox/write-file', args: { path, content }, details: fileDetails };
      return enforce(act, async ({ args, signal }) => {
        const [file, text] = [textOf(args['path']), textOf(args['content'])];
        if (Buffer.byteLength(text) > MAX_FILE_BYTES) throw tooLarge(file);
        const running = sandbox.exec(['sh', '-c', 'cat >"$1"', 'sh', file], { signal });
        await capture(running, file, text);
        return { value: undefined, account: {} };
      });
    },
    remove() {
      return enforce({ name: 'sandbox/remove', args: {} }, async () => {
        await sandbox.remove();
        return { value: undefined, account: {} };
      });
    },
  };
}

/** What a performance hands back: a value for the caller, and an account of it for the record. */
interface Performed<Value> {
  readonly value: Value;
  readonly account: JsonObject;
  readonly code?: string;
  readonly isError?: boolean;
}

type Enforcer = <Value>(
  act: Act,
  perform: (performance: Parameters<Perform>[0]) => Promise<Performed<Value>>,
) => Promise<Answer<Value>>;

function enforcer(
  { guard, caller }: GovernedSandboxPorts,
  resource: Part['resource'],
  profile: string,
): Enforcer {
  return async (act, perform) => {
    const part = { action: { name: act.name }, resource };
    const partsOf = (args: JsonObject): readonly Part[] =>
      act.details === undefined ? [part] : act.details(args).map((details) => ({ ...part, args: details }));
    const action: InterceptedAction = {
      face: 'sandbox',
      initiator: 'agent',
      phase: 'call',
      method: act.name,
      parts: partsOf(act.args),
      partsOf,
      args: act.args,
      ...(caller === undefined ? {} : { caller }),
      ...(act.isDelivered === true ? {} : { delivers: [] }),
      ...(act.wait === undefined ? {} : { wait: act.wait }),
      ...(act.signal === undefined ? {} : { signal: act.signal }),
      ...(act.refusal === undefined ? {} : { refusal: act.refusal }),
      ...(isConfinement(profile) ? { confines: profile } : {}),
    };
    let performed: Performed<Awaited<ReturnType<typeof perform>>['value']> | undefined;
    let fault: unknown;
    const enforced = await guard.enforce(
      action,
      async (performance): Promise<JsonValue> => {
        try {
          performed = await perform(performance);
          return performed.account;
        } catch (thrown) {
          fault = thrown;
          return { failed: isFault(thrown) ? thrown.code : 'sandbox.failed' };
        }
      },
      (result) => {
        const failed =
          typeof result === 'object' && result !== null && 'failed' in result ? result['failed'] : undefined;
        if (typeof failed === 'string') return { isError: true, code: failed };
        return {
          isError: performed?.isError === true,
          ...(performed?.code === undefined ? {} : { code: performed.code }),
        };
      },
    );
    const { outcome } = enforced;
    if (performed !== undefined && (outcome === 'performed' || outcome === 'failed'))
      return { is: 'done', enforced, value: performed.value };
    const isRefused = outcome === undefined || outcome === 'not_performed' || outcome === 'withheld';
    return { is: isRefused ? 'refused' : 'failed', enforced, ...(fault === undefined ? {} : { fault }) };
  };
}

function accountOf({ exitCode, signal, limit }: CommandEnd): JsonObject {
  return {
    exit_code: exitCode,
    ...(signal === undefined ? {} : { signal }),
    ...(limit === undefined ? {} : { limit }),
  };
}

/** What a small command of our own printed. Throws `sandbox.failed` where it failed, with the reason that it gave. */
async function capture(running: RunningCommand, path: string, input = ''): Promise<string> {
  running.stdin?.on('error', () => {});
  running.stdin?.end(input);
  const [end, out, err] = await Promise.all([running.end, bytesOf(running.stdout), bytesOf(running.stderr)]);
  if (end.exitCode !== 0) {
    const reason = err.toString('utf8').trim().split('\n')[0] ?? '';
    throw new Fault('sandbox.failed', `\`${path}\` in the sandbox: ${reason === '' ? 'it failed' : reason}`);
  }
  if (out.length > MAX_FILE_BYTES) throw tooLarge(path);
  const text = out.toString('utf8');
  if (!Buffer.from(text).equals(out))
    throw new Fault('sandbox.failed', `\`${path}\` in the sandbox is no text`);
  return text;
}

async function bytesOf(stream: Readable | undefined): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream ?? []) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function tooLarge(path: string): Fault {
  return new Fault('sandbox.failed', `\`${path}\` is larger than ${MAX_FILE_BYTES} bytes`, {
    hint: 'use a command in the sandbox',
  });
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** What `sandbox/read-file` and `sandbox/write-file` declare. */
function fileDetails({ path }: JsonObject): readonly JsonObject[] {
  return [{ path: textOf(path) }];
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
