// The web interface as files: whole, compressed, kept as long as they stay the same, and nothing else from the disk.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSite, type Site } from '../src/index.ts';
import { openWorld, PLANE_URL, type World } from './world.ts';

const PAGE = '<!doctype html><title>Writ</title><script type="module" src="/assets/index-abc.js"></script>';
const SCRIPT = `console.log(${JSON.stringify('x'.repeat(2_000))})`;

let folder: string;
let world: World;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'writ-site-'));
  const write = (name: string, content: string | Uint8Array): void =>
    writeFileSync(join(folder, 'site', name), content);
  mkdirSync(join(folder, 'site/assets'), { recursive: true });
  mkdirSync(join(folder, 'site/.vite'));
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  write('index.html', PAGE);
  write('licences.txt', 'MIT');
  write('.vite/manifest.json', '{}');
  write('assets/font-abc.woff2', 'font');
  write('assets/index-abc.js', SCRIPT);
  write('assets/index-abc.js.gz', gzipSync(SCRIPT));
  write('assets/index-abc.js.br', brotliCompressSync(SCRIPT));
  const site = readSite(join(folder, 'site'));
  const opened = await openWorld('sqlite', site === undefined ? {} : { site });
  if (opened === undefined || site === undefined) throw new Error('no world');
  world = opened;
});
afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

const get = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> =>
  world.api.fetch(new Request(`${PLANE_URL}${path}`, { method, headers }));
const HTML = { accept: 'text/html,application/xhtml+xml' };

describe('the web interface', () => {
  test.each(['/', '/live', '/agents/01J00000000000000000000000?tab=what', '/log?search=%2e%2e'])(
    'opens at %s for whoever asks for a page, with a policy that takes no script or style but files of its own',
    async (path) => {
      const response = await get(path, HTML);
      expect(response.status).toBe(200);
      expect(await response.text()).toBe(PAGE);
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(response.headers.get('cache-control')).toBe('no-cache');
      const policy = response.headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|https?:/);
    },
  );

  test.each([
    ['a path of the API', '/v1/nothing', HTML, 404],
    ['a probe', '/livez', HTML, 200],
    ['the metrics, which are elsewhere', '/metrics', HTML, 404],
    ['a file that there is not', '/assets/index-old.js', HTML, 404],
    ['a program that takes JSON', '/agents', { accept: 'application/json' }, 404],
    ['a program that takes anything', '/agents', {}, 404],
  ])('is not the answer to %s', async (_what, path, headers, status) => {
    const response = await get(path, headers);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).not.toContain('html');
  });

  test('is no answer to what would change something', async () => {
    for (const method of ['POST', 'PUT', 'DELETE'])
      expect((await get('/live', HTML, method)).status).toBe(404);
  });

  test.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/secret.txt',
    '/.vite/manifest.json',
    '/index.html.gz',
    '/assets/index-abc.js.br',
    '/assets/__proto__',
  ])('has no other file: %s', async (path) => {
    const response = await get(path);
    expect(response.status).toBe(404);
    expect(await response.text()).not.toContain('secret"');
  });

  test('gives files in the best form that is taken, for ever where their name changes with them', async () => {
    for (const [accepts, encoding] of [
      ['gzip, deflate, br', 'br'],
      ['gzip', 'gzip'],
      ['br;q=0, gzip;q=0.5', 'gzip'],
      ['identity', null],
      ['', null],
    ] as const) {
      const response = await get('/assets/index-abc.js', { 'accept-encoding': accepts });
      expect(response.headers.get('content-encoding')).toBe(encoding);
      expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
      expect(response.headers.get('vary')).toContain('accept-encoding');
      const bytes = Buffer.from(await response.arrayBuffer());
      if (encoding === 'gzip') expect(gunzipSync(bytes).toString()).toBe(SCRIPT);
      if (encoding === null) expect(bytes.toString()).toBe(SCRIPT);
    }
    const font = await get('/assets/font-abc.woff2', { 'accept-encoding': 'br' });
    expect(font.headers.get('content-type')).toBe('font/woff2');
    expect(await font.text()).toBe('font');
  });

  test('is not sent again where it stayed the same, and each form has a tag of its own', async () => {
    const plain = (await get('/live', HTML)).headers.get('etag') ?? '';
    expect((await get('/agents', { ...HTML, 'if-none-match': plain })).status).toBe(304);
    expect((await get('/agents', { ...HTML, 'if-none-match': '"other"' })).status).toBe(200);
    const packed = (await get('/assets/index-abc.js', { 'accept-encoding': 'br' })).headers.get('etag');
    expect(packed).not.toBe((await get('/assets/index-abc.js')).headers.get('etag'));
    const head = await get('/live', HTML, 'HEAD');
    expect(head.status).toBe(200);
    expect(await head.text()).toBe('');
    expect(world.faults).toEqual([]);
  });
});

test('where nothing was built, the page says which command builds it, and the API answers', async () => {
  const bare = await openWorld('sqlite', { site: 'none' });
  if (bare === undefined) throw new Error('no world');
  const page = await bare.api.fetch(new Request(`${PLANE_URL}/`, { headers: HTML }));
  expect(page.status).toBe(503);
  expect(await page.text()).toContain('npm run build');
  expect((await bare.api.fetch(new Request(`${PLANE_URL}/livez`))).status).toBe(200);
  await bare.close();
});

test('a folder without a page is no interface', () => {
  const empty: Site | undefined = readSite(tmpdir());
  expect(empty).toBeUndefined();
});
