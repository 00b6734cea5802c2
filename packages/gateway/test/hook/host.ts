// A host of hooks: starts them as coding agents do, and then runs the call or does not, by the rules of the most careless of them. What ends with 2
// blocks, what says `deny` blocks, and whatever else happens (another exit code, no time left, nonsense on standard output) lets the call run.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDataKeys, openLogForReading, systemClock, systemRandom } from '@writ/core';
import { onTestFinished } from 'vitest';

const HOOK = join(import.meta.dirname, '../../hook/hook.cjs');
const DAEMON = fileURLToPath(new URL('./daemon-process.ts', import.meta.url));
/** A host writes in pieces. */
const PIECE_BYTES = 64 * 1024;
/** What the most patient host waits. */
const HOST_TIMEOUT_MS = 25_000;

/** Everything is let run but what is called `no`; and `secret` stands for what may not come back. */
export const POLICIES = `
@id("calls") permit(principal, action in Action::"tools/call", resource);
@id("results") permit(principal, action == Action::"results/deliver", resource);
@id("no") @reason("this tool is not for agents") forbid(principal, action == Action::"claude-code/no", resource);
@id("ask") @verdict("step_up") @approvers("requester") @reason("you decide")
forbid(principal, action == Action::"claude-code/ask", resource);
@id("hold") @verdict("step_up") @reason("ann decides") forbid(principal, action == Action::"claude-code/hold", resource);
`;

/** How one hook ended. */
export interface HookEnd {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly elapsedMs: number;
  /** Bytes of the payload that the hook took. */
  readonly taken: number;
}

/** What became of one call. */
export interface Called {
  readonly before: HookEnd;
  /** Whether the host let it run: its side effect is there. */
  readonly ran: boolean;
  readonly after?: HookEnd;
}

/** A folder with a configuration, and a host in it. */
export class HookWorld {
  readonly folder: string;
  readonly data: string;
  readonly hooks: string;
  /** Milliseconds after which hooks deny by themselves. */
  deadlineMs = 20_000;
  #calls = 0;
  readonly #daemon: readonly string[];
  readonly #hooks = new Set<ChildProcess>();

  /** `isShared`: by the tests of a block, which ends it. `daemon`: the words that start one, its configuration excepted. */
  constructor(parent: string = tmpdir(), isShared = false, daemon: readonly string[] = [DAEMON]) {
    this.#daemon = daemon;
    this.folder = mkdtempSync(join(parent, 'writ-hook-'));
    this.data = join(this.folder, '.writ');
    this.hooks = join(this.data, 'hook');
    mkdirSync(join(this.folder, 'policies'));
    writeFileSync(join(this.folder, 'policies/a.cedar'), POLICIES);
    writeFileSync(join(this.folder, 'writ.yaml'), 'policies: [policies]\nagent: {id: coder}\n');
    for (const folder of [this.data, this.hooks]) mkdirSync(folder, { mode: 0o700 });
    for (const folder of [this.data, this.hooks]) chmodSync(folder, 0o700);
    if (!isShared) onTestFinished(() => this.end());
  }

  /** The hook's own words, as an installer writes them. */
  words(event: string, more: readonly string[] = []): readonly string[] {
    const own = ['--host', 'claude-code', '--event', event, '--folder', this.hooks];
    const daemon = ['--', process.execPath, ...this.#daemon, join(this.folder, 'writ.yaml')];
    return [HOOK, ...own, '--deadline', String(this.deadlineMs), ...more, ...daemon];
  }

  /** Starts the hook of `event` and gives it `payload`. */
  async hook(
    event: string,
    payload: string | Uint8Array,
    words: readonly string[] = this.words(event),
  ): Promise<HookEnd> {
    const started = performance.now();
    const child = spawn(process.execPath, words, {
      cwd: this.folder,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#hooks.add(child);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.stdin.on('error', () => undefined);
    let taken = 0;
    const pieces = function* (): Generator<Buffer> {
      const whole = Buffer.from(payload);
      for (let at = 0; at < whole.length; at += PIECE_BYTES) {
        const piece = whole.subarray(at, at + PIECE_BYTES);
        taken += piece.length;
        yield piece;
      }
    };
    Readable.from(pieces()).pipe(child.stdin);
    const patience = setTimeout(() => child.kill('SIGKILL'), HOST_TIMEOUT_MS);
    const [exitCode] = (await once(child, 'close')) as [number | null];
    clearTimeout(patience);
    this.#hooks.delete(child);
    return {
      exitCode,
      stdout: Buffer.concat(stdout).toString(),
      stderr: Buffer.concat(stderr).toString(),
      elapsedMs: performance.now() - started,
      taken,
    };
  }

  /** One call of `tool`, from its hook to its end. The side effect is a file. */
  async call(tool: string, input: Record<string, unknown> = {}, output: unknown = 'done'): Promise<Called> {
    const id = `call-${(this.#calls += 1)}`;
    const common = { tool_name: tool, tool_input: input, tool_use_id: id };
    const before = await this.hook('before', JSON.stringify({ hook_event_name: 'PreToolUse', ...common }));
    if (!lets(before)) return { before, ran: false };
    writeFileSync(join(this.folder, id), 'effect');
    const payload = { hook_event_name: 'PostToolUse', ...common, tool_response: output };
    const after = await this.hook('after', JSON.stringify(payload));
    return { before, ran: existsSync(join(this.folder, id)), after };
  }

  /** Whether `payload` would let a call run. */
  async lets(payload: string | Uint8Array): Promise<HookEnd & { readonly ran: boolean }> {
    const end = await this.hook('before', payload);
    return { ...end, ran: lets(end) };
  }

  /** Process ids of daemons of this folder. */
  daemons(): readonly number[] {
    const { stdout } = spawnSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' });
    return stdout
      .split('\n')
      .filter(
        (line) => line.includes(this.#daemon.join(' ')) && line.includes(this.folder) && !line.includes(HOOK),
      )
      .map((line) => Number.parseInt(line, 10));
  }

  kill(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    for (const pid of this.daemons()) process.kill(pid, signal);
  }

  /** Sends `signal` to the hooks that are under way. */
  killHooks(signal: NodeJS.Signals): void {
    for (const child of this.#hooks) child.kill(signal);
  }

  /** What the log says, one word a decision and outcome. */
  record(): readonly string[] {
    const { origin } = openDataKeys(this.data, {
      create: false,
      clock: systemClock,
      random: systemRandom,
    });
    const log = openLogForReading({
      path: this.data,
      origin,
      bodyKeys: [],
    });
    try {
      const { reader } = log;
      return Array.from({ length: reader.size() }, (_, index) => reader.entry(index).entry).flatMap(
        (entry) => {
          if (entry.kind === 'decision') return [`decision ${entry.decision.verdict}`];
          return entry.kind === 'outcome' ? [`outcome ${entry.outcome}`] : [];
        },
      );
    } finally {
      log.close();
    }
  }

  end(): void {
    this.kill('SIGCONT');
    this.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** By the rules of a host that fails open. */
export function lets({ exitCode, stdout }: Pick<HookEnd, 'exitCode' | 'stdout'>): boolean {
  if (exitCode === 2) return false;
  if (exitCode !== 0) return true;
  try {
    const said: unknown = JSON.parse(stdout);
    return !(typeof said === 'object' && said !== null && 'kind' in said && said.kind === 'deny');
  } catch {
    return true;
  }
}

export const waitFor = async (isThere: () => boolean): Promise<void> => {
  while (!isThere()) await new Promise((resolve) => setTimeout(resolve, 5));
};
