// Programs that people have, through the proxy: where it is allowed they work, and where it is not they reach nothing. One that is missing is said aloud.
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { EgressWorld, type Host, host, LOOPBACK, tlsHost } from './world.ts';

const ALLOWED =
  '@id("one") permit (principal, action == Action::"network/egress", resource == Host::"allowed.test");\n';
const NAMES = { 'allowed.test': [['127.0.0.1']], 'denied.test': [['127.0.0.1']] };
/** Longest time for one program, in milliseconds. */
const PROGRAM_MS = 60_000;

function has(program: string, ...args: readonly string[]): boolean {
  const isThere = spawnSync(program, args, { stdio: 'ignore' }).status === 0;
  if (!isThere)
    process.stderr.write(`skipped: \`${program}\` is not installed (apt-get install ${program})\n`);
  return isThere;
}
const CURL = has('curl', '--version');
const GIT = has('git', '--version');
const NPM = has('npm', '--version');
const PIP = has('python3', '-m', 'pip', '--version');

interface Ended {
  readonly code: number;
  readonly printed: string;
}

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'writ-client-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs `program` with the proxy in its environment, as people set it, and nothing else of this machine's settings. */
function run(world: EgressWorld, cwd: string, program: string, ...args: readonly string[]): Promise<Ended> {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: cwd,
    http_proxy: world.url,
    HTTP_PROXY: world.url,
    https_proxy: world.url,
    HTTPS_PROXY: world.url,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    PIP_CONFIG_FILE: '/dev/null',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    npm_config_userconfig: join(cwd, 'none'),
    npm_config_cache: join(cwd, 'cache'),
  };
  return new Promise((resolve) => {
    execFile(program, args, { cwd, env, timeout: PROGRAM_MS }, (fault, stdout, stderr) => {
      const code = fault === null ? 0 : typeof fault.code === 'number' ? fault.code : 1;
      resolve({ code, printed: `${stdout}${stderr}` });
    });
  });
}

const open = (port: number): Promise<EgressWorld> =>
  EgressWorld.open({ policy: ALLOWED, names: NAMES, egress: `${LOOPBACK}, https: [${port}]` });

describe.skipIf(!CURL)('curl', () => {
  test('fetches over plain HTTP and through a tunnel', async () => {
    const plain = await host();
    const secret = await tlsHost('allowed.test');
    const world = await open(secret.port);
    const folder = scratch();
    writeFileSync(join(folder, 'ca.pem'), secret.ca);
    const one = await run(world, folder, 'curl', '-sS', `http://allowed.test:${plain.port}/x`);
    expect(one).toEqual({ code: 0, printed: 'hello from 127.0.0.1' });
    const two = await run(
      world,
      folder,
      'curl',
      '-sS',
      '--cacert',
      'ca.pem',
      `https://allowed.test:${secret.port}/x`,
    );
    expect(two).toEqual({ code: 0, printed: 'hello from 127.0.0.1' });
  });

  test('is told why it may not, also where it follows a redirect there', async () => {
    const denied = await host();
    const outer = await host('127.0.0.1', (_request, response) =>
      response.writeHead(302, { location: `http://denied.test:${denied.port}/` }).end(),
    );
    const world = await open(443);
    const { printed } = await run(world, scratch(), 'curl', '-sSL', `http://allowed.test:${outer.port}/`);
    expect(printed).toContain('Denied by Writ');
    expect(denied.connections).toBe(0);
    const tunnel = await run(world, scratch(), 'curl', '-sS', `https://denied.test:${denied.port}/`);
    expect(tunnel.code).not.toBe(0);
    expect(tunnel.printed).toContain('403');
    expect(denied.connections).toBe(0);
  });
});

describe.skipIf(!GIT)('git', () => {
  test('clones from a host that is allowed, and from no other', async () => {
    const folder = scratch();
    const git = (...args: readonly string[]): void => {
      const { status, stderr } = spawnSync('git', args, {
        cwd: folder,
        encoding: 'utf8',
        env: { PATH: process.env['PATH'] ?? '', HOME: folder },
      });
      if (status !== 0) throw new Error(stderr);
    };
    git('init', '-q', 'source');
    git(
      '-C',
      'source',
      '-c',
      'user.name=t',
      '-c',
      'user.email=t@example.com',
      'commit',
      '-q',
      '--allow-empty',
      '-m',
      'first',
    );
    git('clone', '-q', '--bare', 'source', 'served.git');
    git('-C', 'served.git', 'update-server-info');
    const server = await host('127.0.0.1', filesOf(folder));
    const world = await open(443);
    const cloned = await run(
      world,
      folder,
      'git',
      'clone',
      '-q',
      `http://allowed.test:${server.port}/served.git`,
      'copy',
    );
    expect(cloned).toEqual({ code: 0, printed: '' });
    const before = server.connections;
    const refused = await run(
      world,
      folder,
      'git',
      'clone',
      '-q',
      `http://denied.test:${server.port}/served.git`,
      'no',
    );
    expect(refused.code).not.toBe(0);
    expect(refused.printed).toContain('403');
    expect(server.connections).toBe(before);
  });
});

describe.skipIf(!NPM)('npm', () => {
  test('installs from a registry that is allowed, and from no other', async () => {
    const folder = scratch();
    mkdirSync(join(folder, 'demo'));
    mkdirSync(join(folder, 'project'));
    writeFileSync(join(folder, 'demo/package.json'), '{"name": "demo", "version": "1.0.0"}');
    const packed = spawnSync('npm', ['pack', '--silent', '--pack-destination', folder], {
      cwd: join(folder, 'demo'),
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] ?? '', HOME: folder },
    });
    expect(packed.status).toBe(0);
    const registry: Host = await host('127.0.0.1', (request, response) => {
      if (request.url !== '/demo') return filesOf(folder)(request, response);
      const tarball = `http://allowed.test:${registry.port}/demo-1.0.0.tgz`;
      const version = { name: 'demo', version: '1.0.0', dist: { tarball } };
      response.end(
        JSON.stringify({ name: 'demo', 'dist-tags': { latest: '1.0.0' }, versions: { '1.0.0': version } }),
      );
    });
    const world = await open(443);
    const install = (name: string): Promise<Ended> =>
      run(
        world,
        join(folder, 'project'),
        'npm',
        'install',
        '--no-audit',
        '--no-fund',
        '--fetch-retries=0',
        `--registry=http://${name}.test:${registry.port}/`,
        'demo',
      );
    const installed = await install('allowed');
    expect(installed).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, 'project/node_modules/demo/package.json'), 'utf8')).toContain('"demo"');
    rmSync(join(folder, 'project/node_modules'), { recursive: true });
    rmSync(join(folder, 'project/package-lock.json'));
    rmSync(join(folder, 'project/cache'), { recursive: true, force: true });
    const before = registry.connections;
    expect((await install('denied')).code).not.toBe(0);
    expect(registry.connections).toBe(before);
  });
});

describe.skipIf(!PIP)('pip', () => {
  test('installs from an index that is allowed, and from no other', async () => {
    const folder = scratch();
    const wheel = 'demo-1.0-py3-none-any.whl';
    const build = `import zipfile
with zipfile.ZipFile('${wheel}', 'w') as z:
    z.writestr('demo.py', 'x = 1')
    z.writestr('demo-1.0.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: demo\\nVersion: 1.0\\n')
    z.writestr('demo-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    z.writestr('demo-1.0.dist-info/RECORD', '')`;
    expect(spawnSync('python3', ['-c', build], { cwd: folder }).status).toBe(0);
    const index = await host('127.0.0.1', (request, response) => {
      if (request.url !== '/simple/demo/') return filesOf(folder)(request, response);
      response.setHeader('content-type', 'text/html');
      response.end(`<!DOCTYPE html><html><body><a href="/${wheel}">${wheel}</a></body></html>`);
    });
    const world = await open(443);
    const install = (name: string): Promise<Ended> =>
      run(
        world,
        folder,
        'python3',
        '-m',
        'pip',
        'install',
        '--no-deps',
        '--retries',
        '0',
        '--target',
        'installed',
        '--index-url',
        `http://${name}.test:${index.port}/simple/`,
        '--trusted-host',
        `${name}.test`,
        '--no-cache-dir',
        'demo',
      );
    const installed = await install('allowed');
    expect(installed).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, 'installed/demo.py'), 'utf8')).toBe('x = 1');
    rmSync(join(folder, 'installed'), { recursive: true });
    const before = index.connections;
    expect((await install('denied')).code).not.toBe(0);
    expect(index.connections).toBe(before);
  });
});

/** Serves the files of `folder`. */
function filesOf(folder: string): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const path = join(folder, decodeURIComponent((request.url ?? '/').split('?', 1)[0] ?? '/'));
    const isFile = path.startsWith(folder) && statSync(path, { throwIfNoEntry: false })?.isFile() === true;
    if (isFile) response.end(readFileSync(path));
    else response.writeHead(404).end();
  };
}
