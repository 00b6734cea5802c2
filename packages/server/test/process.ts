/** A control plane as people start it: a process, spoken to over HTTP, killed at any time. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { WRIT } from '../../../scripts/testing/writ.ts';
import { createPasskey } from './authenticator.ts';

/** What `--json` says once it serves. */
interface Announced {
  readonly url: string;
  /** Verifier key of its log. */
  readonly log: string;
  readonly metrics?: string;
  readonly first_link?: string;
  /** Of `writ up`: the endpoint of the gateway, and the node that it is. */
  readonly gateway?: string;
  readonly node?: string;
  /** Verifier key of the gateway’s log. */
  readonly gateway_log?: string;
}

/** How one is started. */
export interface StartedWith {
  /** The folder it is started in. */
  readonly folder: string;
  readonly args?: readonly string[];
  /** Default `server start`. */
  readonly command?: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
}

/** One that serves. */
export interface ServerProcess extends Announced {
  readonly child: ChildProcessWithoutNullStreams;
  stderr(): string;
  /** By SIGKILL; nothing of it is left. */
  kill(): Promise<void>;
  /** By SIGTERM; its exit code. */
  end(): Promise<number | null>;
}

/** One that ended before it served. */
export interface Refused {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const children = new Set<ChildProcessWithoutNullStreams>();

/** Ends whatever a test left; in `afterAll`. */
export function killAll(): void {
  for (const child of children) child.kill('SIGKILL');
}

/** Starts `writ server start` and waits until it serves, or has ended. */
export async function runServer(started: StartedWith): Promise<ServerProcess | Refused> {
  const { folder, args = [], command = ['server', 'start'], environment = {} } = started;
  const child = spawn(WRIT, [...command, '--json', ...args], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1', ...environment },
  });
  children.add(child);
  let [stdout, stderr] = ['', ''];
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  const ended = once(child, 'close') as Promise<[number | null]>;
  void ended.then(() => children.delete(child));
  const line = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>;
  const first = await Promise.race([line, ended.then(() => undefined)]);
  if (first === undefined) return { code: (await ended)[0], stdout, stderr };
  return {
    ...(JSON.parse(first[0]) as Announced),
    child,
    stderr: () => stderr,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async end() {
      child.kill('SIGTERM');
      return (await ended)[0];
    },
  };
}

/** The same, for where nothing else is tested. */
export async function mustRun(started: StartedWith): Promise<ServerProcess> {
  const server = await runServer(started);
  if ('url' in server) return server;
  throw new Error(`it ended with ${server.code}: ${server.stderr}`);
}

/** An API token of the first administrator, who is signed in with the link that was printed. */
export async function firstToken(server: ServerProcess): Promise<string> {
  const send = await firstSession(server);
  const { token } = await send('/v1/api-tokens', { name: 'test', roles: ['admin'] });
  return String(token);
}

/** Sends a change of whoever is signed in, as their browser would. Throws what was refused. */
export type SendInBrowser = (path: string, body: object) => Promise<Record<string, unknown>>;

/** Signs the first administrator in with the link that was printed. */
export async function firstSession({ url, first_link: link = '' }: ServerProcess): Promise<SendInBrowser> {
  const { origin, hash } = new URL(link);
  let cookie = '';
  let sent = 0;
  const send: SendInBrowser = async (path, body) => {
    sent += 1;
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': `${path}-${sent}`, origin, cookie },
      body: JSON.stringify(body),
    });
    for (const set of response.headers.getSetCookie()) cookie = set.split(';', 1)[0] ?? '';
    const answer = (await response.json()) as Record<string, unknown>;
    if (!response.ok) throw new Error(JSON.stringify(answer));
    return answer;
  };
  const { options } = await send('/v1/sign-in/link', { link: hash.slice('#link='.length) });
  const { response } = createPasskey(origin, options as Parameters<typeof createPasskey>[1]);
  await send('/v1/sign-in/link/passkey', { response });
  return send;
}

/** What was answered; `undefined` where nothing was: the server is gone, or ended meanwhile. */
export async function createTeam(
  url: string,
  token: string,
  name: string,
): Promise<{ readonly status: number; readonly title?: string } | undefined> {
  try {
    const response = await fetch(`${url}/v1/teams`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'idempotency-key': `key-${encodeURIComponent(name)}`,
      },
      body: JSON.stringify({ name }),
      signal: AbortSignal.timeout(10_000),
    });
    const body = (await response.json()) as { title?: string };
    return { status: response.status, ...(body.title === undefined ? {} : { title: body.title }) };
  } catch {
    return undefined;
  }
}

/** Names of all teams that `url` knows, sorted. */
export async function teamsOf(url: string, token: string): Promise<readonly string[]> {
  const names: string[] = [];
  let cursor: string | undefined;
  do {
    const query = cursor === undefined ? '' : `&cursor=${cursor}`;
    const response = await fetch(`${url}/v1/teams?limit=200${query}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const page = (await response.json()) as { items: readonly { name: string }[]; next?: string };
    names.push(...page.items.map(({ name }) => name));
    cursor = page.next;
  } while (cursor !== undefined);
  return names.sort();
}

/** Sends the same change, with the same key, to whichever of `urls` answers, until it is known to be made. */
export async function createSurely(
  urls: () => readonly string[],
  token: string,
  name: string,
): Promise<'created' | 'made before'> {
  for (let attempt = 0; ; attempt += 1) {
    const all = urls();
    const url = all[attempt % Math.max(1, all.length)];
    const answer = url === undefined ? undefined : await createTeam(url, token, name);
    if (answer?.status === 201) return 'created';
    if (answer?.title === 'idempotency.applied') return 'made before';
    if (answer !== undefined && answer.status !== 503 && answer.status !== 500)
      throw new Error(`${name}: ${JSON.stringify(answer)}`);
    if (attempt === 400) throw new Error(`${name}: never answered`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
