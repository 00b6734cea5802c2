// `writ server login` and `logout`, with the terminal's words for what is opened and asked.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { type Finished, Scratch } from './harness.ts';

let scratch: Scratch;

beforeEach(() => {
  scratch = new Scratch();
  return () => scratch.remove();
});

/** A server and its authorization server in one, which sends whoever comes straight back. `issuers` are what the metadata names. */
async function world(): Promise<{ url: string; issuers: string[] }> {
  const found = { url: '', issuers: [''] };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', found.url);
    const json = (value: unknown, status = 200): void =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    request.resume();
    if (pathname === '/.well-known/oauth-protected-resource/mcp')
      return json({ resource: `${found.url}/mcp`, authorization_servers: found.issuers });
    const issuer = pathname.startsWith('/.well-known/oauth-authorization-server')
      ? `${found.url}${pathname.replace('/.well-known/oauth-authorization-server', '')}`
      : '';
    if (issuer !== '')
      return json({
        issuer,
        authorization_endpoint: `${found.url}/authorize?of=${issuer}`,
        token_endpoint: `${found.url}/token`,
        registration_endpoint: `${found.url}/register`,
        response_types_supported: ['code'],
        code_challenge_methods_supported: ['S256'],
        token_endpoint_auth_methods_supported: ['none'],
      });
    if (pathname === '/register') return json({ client_id: 'registered' }, 201);
    if (pathname === '/token')
      return json({ access_token: 'the-token', token_type: 'Bearer', expires_in: 60, scope: 'read' });
    if (pathname === '/authorize') {
      const back = new URL(searchParams.get('redirect_uri') ?? '');
      const answer = { code: 'c', state: searchParams.get('state') ?? '', iss: searchParams.get('of') ?? '' };
      for (const [name, value] of Object.entries(answer)) back.searchParams.set(name, value);
      return response.writeHead(302, { location: back.href }).end();
    }
    return response.writeHead(401, { 'www-authenticate': 'Bearer scope="read"' }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  found.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  found.issuers = [found.url];
  return found;
}

function configure(url: string): void {
  scratch.write('all.cedar', '@id("all")\npermit (principal, action, resource);\n');
  scratch.write(
    'writ.yaml',
    `policies: [all.cedar]\nagent: {id: bot}\nservers:\n  files: {url: "${url}/mcp", auth: {authorizationCode: {}}}\n  notes: {command: [node]}\n`,
  );
}

/** Runs `writ server login`, going where it says that a person should. */
async function login(...args: readonly string[]): Promise<Finished> {
  const child = spawn(Scratch.launcher, ['server', 'login', ...args], {
    cwd: scratch.folder,
    env: scratch.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  let hasGone = false;
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
    const address = /(http:\/\/\S+\/authorize\S+)\n/.exec(stderr)?.[1];
    if (address === undefined || hasGone) return;
    hasGone = true;
    void fetch(address);
  });
  const stdout = text(child.stdout);
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, stdout: await stdout, stderr };
}

test('says where to go and what for, keeps the tokens, prints none of them, and forgets them', async () => {
  const { url } = await world();
  configure(url);
  const done = await login('files', '--json');
  expect(done.stderr).toContain(`sign in at ${url}, for read`);
  expect(JSON.parse(done.stdout)).toMatchObject({
    server: 'files',
    issuer: url,
    scope: 'read',
    renewable: false,
  });
  expect(done).toMatchObject({ status: 0 });
  expect(scratch.read('.writ/servers/files.json')).toContain('the-token');
  expect(done.stdout + done.stderr).not.toContain('the-token');
  expect(scratch.run('server', 'logout', 'files')).toMatchObject({ status: 0 });
  expect(scratch.read('.writ/servers/files.json')).toBe('');
  expect(scratch.run('server', 'logout', 'files')).toMatchObject({ status: 1 });
});

test('goes to another authorization server only where the person says which', async () => {
  const found = await world();
  configure(found.url);
  expect(await login('files')).toMatchObject({ status: 0 });
  const other = `${found.url}/other`;
  found.issuers = [other];
  const refused = await login('files');
  expect(refused).toMatchObject({ status: 74, stdout: '' });
  expect(refused.stderr).toContain(`with \`--issuer ${other}\` you agree to that`);
  expect(await login('files', '--issuer', 'https://id.example.com')).toMatchObject({ status: 74 });
  const agreed = await login('files', '--issuer', other);
  expect(agreed).toMatchObject({
    status: 0,
    stdout: `signed in to server \`files\` at ${other}, for read\n`,
  });
});

test.each([
  ['a server that nobody configured', 'fils', 'did you mean `files`?'],
  ['a server that Writ starts', 'notes', 'nobody signs in to it'],
])('%s is refused', async (_what, name, said) => {
  configure('http://127.0.0.1:1');
  const { status, stderr } = scratch.run('server', 'login', name);
  expect(status).toBe(2);
  expect(stderr).toContain(said);
});
