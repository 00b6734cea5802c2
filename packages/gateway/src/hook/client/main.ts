/** The hook's process: hands what the host says to the daemon and says what it answers. Whatever goes wrong is a denial, in time. */
import { read, writeSync } from 'node:fs';
import type { HookReply } from '../types.ts';
import { askDaemon } from './ask.ts';
import { denial, withheld } from './denials.ts';
import { meetDaemon } from './meet.ts';
import { claimStart, giveUpStart, startDaemon } from './start.ts';
import { MAX_FRAME_BYTES } from './wire.ts';

/** Milliseconds until it denies without an answer, where its command line says nothing else. */
const DEADLINE_MS = 20_000;
/** Read at once from the host. */
const CHUNK_BYTES = 65_536;
/** How long it tries to say a denial to a host that does not read, milliseconds. */
const LAST_WORDS_MS = 200;
/**
 * `--host NAME --event before|after --folder DIR [--deadline MS] [-- COMMAND …]`: `folder` is the daemon's, the command starts it.
 * Ends the process.
 */
export function main(words: readonly string[]): void {
  const end = words.indexOf('--');
  const options = new Map<string, string>();
  const named = end < 0 ? words : words.slice(0, end);
  for (let at = 0; at + 1 < named.length; at += 2) options.set(named[at] ?? '', named[at + 1] ?? '');
  const host = options.get('--host') ?? '';
  const refuse = options.get('--event') === 'after' ? withheld : denial;
  const deny = (why: string): void =>
    say(refuse(host, `Writ denied this: ${why}`), Date.now() + LAST_WORDS_MS);
  const fail = (thrown: unknown): void => deny(thrown instanceof Error ? thrown.message : 'the hook failed');
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGPIPE'] as const)
    process.on(signal, () => deny(`the hook was ended by ${signal}`));
  const asked = Number(options.get('--deadline') ?? DEADLINE_MS);
  const deadline = Number.isFinite(asked) && asked > 0 ? asked : DEADLINE_MS;
  setTimeout(
    () => deny(`nobody answered within ${deadline} ms; \`writ daemon status\` tells more`),
    deadline,
  );
  const until = Date.now() + deadline;
  const folder = options.get('--folder') ?? '';
  const about = {
    host,
    event: options.get('--event') ?? '',
    cwd: process.cwd(),
    // Where Claude Code was started; the folder that it names with each call goes along with its shell.
    project: process.env['CLAUDE_PROJECT_DIR'] ?? '',
  };
  const question = { about: new TextEncoder().encode(JSON.stringify(about)), payload: readAll() };
  const command = end < 0 ? [] : words.slice(end + 1);
  meetDaemon({
    ask: () => askDaemon(folder, question),
    canStart: command.length > 0,
    claim: () => claimStart(folder),
    giveUp: () => giveUpStart(folder),
    start: () => startDaemon(folder, command, fail),
    wait: (ms) => new Promise((resolve) => void setTimeout(resolve, ms)),
  }).then((reply) => say(readReply(reply), until), fail);
}

/** Throws for what is no reply: whoever is not told otherwise would let the call run. */
function readReply(bytes: Uint8Array): HookReply {
  const reply = JSON.parse(new TextDecoder().decode(bytes)) as Partial<HookReply>;
  const { stdout, stderr, exitCode } = reply;
  if (typeof stdout !== 'string' || typeof stderr !== 'string' || !Number.isInteger(exitCode))
    throw new Error('the daemon answered with something else');
  return { stdout, stderr, exitCode: exitCode ?? 2 };
}

/** Without `process.stdin`, which loads streams for two milliseconds. */
function readAll(): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let length = 0;
    const next = (): void => {
      const chunk = new Uint8Array(CHUNK_BYTES);
      read(0, chunk, 0, CHUNK_BYTES, null, (cause, count) => {
        if (cause?.code === 'EAGAIN') return void setTimeout(next, 1);
        if (cause !== null && cause.code !== 'EOF') return reject(cause);
        if (count === 0 || cause !== null) return resolve(Buffer.concat(chunks));
        chunks.push(chunk.subarray(0, count));
        length += count;
        return length > MAX_FRAME_BYTES ? reject(new Error('the call is longer than 8 MiB')) : next();
      });
    };
    next();
  });
}

function say({ stdout, stderr, exitCode }: HookReply, until: number): never {
  write(2, stderr, until);
  // INVARIANT: a host that got half of an answer does not get a good end with it.
  process.exit(write(1, stdout, until) ? exitCode : 2);
}

/** Whether all of it was written before `until`, also where the pipe takes it in pieces. */
function write(file: number, text: string, until: number): boolean {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(file, bytes, at);
    } catch (thrown) {
      if ((thrown as { readonly code?: string }).code !== 'EAGAIN' || Date.now() > until) return false;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
  return true;
}
