/** The same verifier in a browser: sources without their types, WebCrypto for signatures alone, files over HTTP on loopback. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, normalize } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { findChromium, flagsOf } from '../../../../../scripts/testing/chromium.ts';
import { sampleEntries, type SampleLog, sampleLog } from '../../testing/index.ts';
import { formatVerifierKey } from '../note/index.ts';

const SOURCES = join(import.meta.dirname, '../..');
const chromium = findChromium('the verifier in a browser');
/** Longest wait for a browser to start and to verify, in milliseconds: generous, because the machines that run this are shared. */
const TIMEOUT_MS = 120_000;

/** What the page does: everything but the hashes of the tree is the browser's own. */
const PAGE = `<!doctype html><script type="module">
import { bundlePath, parseVerifierKey, plainSha256, tilePath, verifyLog } from '/src/proof/index.ts';
const read = async (path) => {
  const answer = await fetch(path);
  return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : undefined;
};
const verifySignature = async (publicKey, message, signature) => {
  const key = await crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify']);
  return crypto.subtle.verify('Ed25519', key, signature, message);
};
const keys = [parseVerifierKey(plainSha256, KEY)];
const verify = (log, entries) => verifyLog({
  entries,
  source: {
    readCheckpoint: () => read(log + '/checkpoint'),
    readTile: (tile) => read(log + '/' + tilePath(tile)),
    readBundle: (bundle) => read(log + '/' + bundlePath(bundle)),
  },
  trust: { sha256: plainSha256, verifySignature, keys },
});
const report = async (log, entries) => {
  const { ok, size, problems } = await verify(log, entries);
  return { ok, size, codes: problems.map(({ code }) => code), indices: problems.map(({ index }) => index) };
};
let found;
try {
  found = { genuine: await report('/genuine'), tampered: await report('/tampered'), forged: await report('/forged') };
  found.ordered = await report('/ordered', 'ordered');
  found.ambiguous = await report('/ambiguous', 'ordered');
} catch (fault) {
  found = { fault: String(fault) };
}
await fetch('/found', { method: 'POST', body: JSON.stringify(found) });
</script>`;

let server: Server | undefined;
let browser: ChildProcess | undefined;
let profile: string | undefined;

afterEach(async () => {
  const ended = new Promise((resolve) => browser?.once('exit', resolve) ?? resolve(undefined));
  browser?.kill('SIGKILL');
  await ended;
  server?.closeAllConnections();
  server?.close();
  if (profile !== undefined) rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
});

/** Serves the page, the sources, and each of `logs` under its name; answers what the page found. */
function serve(
  logs: Readonly<Record<string, SampleLog>>,
  key: string,
): { readonly found: Promise<unknown>; readonly server: Server } {
  let tell: (found: unknown) => void = () => {};
  const found = new Promise((resolve) => (tell = resolve));
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = normalize(request.url ?? '/').slice(1);
    const [folder = '', ...rest] = path.split('/');
    const file = logs[folder]?.files.get(rest.join('/'));
    if (path === 'found') tell(JSON.parse(await text(request)));
    if (path === '')
      response.setHeader('content-type', 'text/html').end(PAGE.replace('KEY', JSON.stringify(key)));
    else if (folder === 'src' && path.endsWith('.ts')) {
      const source = readFileSync(join(SOURCES, ...rest), 'utf8');
      response.setHeader('content-type', 'text/javascript').end(stripTypeScriptTypes(source));
    } else response.writeHead(file === undefined && path !== 'found' ? 404 : 200).end(file);
  };
  return { found, server: createServer((request, response) => void answer(request, response)) };
}

/** Entries whose places can be checked. */
function orderedEntries(): Uint8Array[] {
  return Array.from({ length: 300 }, (_, index) => {
    const producer = { boot: 'b', counter: index, previous: index === 0 ? null : index - 1 };
    const entry = { kind: 'stop', origin: 'example.org/log', time: index, producer, timeFloor: index };
    return Buffer.from(JSON.stringify({ ...entry, witnessedSize: 0 }));
  });
}

/** The same, two of them with a text that readers may read in two ways. */
function ambiguousEntries(): Uint8Array[] {
  const edit = (bytes: Uint8Array, from: string, to: string): Uint8Array =>
    Buffer.from(Buffer.from(bytes).toString().replace(from, to));
  const entries = orderedEntries();
  entries[7] = edit(entries[7]!, '"kind":', '"kind":"kill","kind":');
  entries[280] = edit(entries[280]!, '"stop"', '"\\u0073top"');
  return entries;
}

test.skipIf(chromium === undefined)(
  'a browser verifies a log, and names what is wrong with a tampered, a forged and an ambiguous one',
  async () => {
    const genuine = sampleLog(sampleEntries(600));
    const tampered = sampleLog(sampleEntries(600));
    tampered.edit('tile/entries/001', (bytes) => bytes.map((byte, at) => (at === 105 ? byte ^ 1 : byte)));
    const forged = sampleLog(sampleEntries(600));
    forged.edit('checkpoint', (bytes) => Buffer.from(Buffer.from(bytes).toString().replace('600', '599')));
    const [ordered, ambiguous] = [sampleLog(orderedEntries()), sampleLog(ambiguousEntries())];
    const page = serve(
      { genuine, tampered, forged, ordered, ambiguous },
      formatVerifierKey(genuine.signer.key),
    );
    server = page.server;
    await new Promise<void>((resolve) => page.server.listen(0, '127.0.0.1', resolve));
    const { port } = page.server.address() as AddressInfo;
    profile = mkdtempSync(join(tmpdir(), 'writ-browser-'));
    browser = spawn(chromium ?? '', [...flagsOf(profile), `http://127.0.0.1:${port}/`], { stdio: 'ignore' });
    expect(await page.found).toMatchObject({
      genuine: { ok: true, size: 600, codes: [] },
      tampered: { ok: false, codes: ['leaf-mismatch', 'root-mismatch'] },
      forged: { ok: false, codes: expect.arrayContaining(['signature-invalid']) as string[] },
      ordered: { ok: true, size: 300, codes: [] },
      ambiguous: { ok: false, codes: ['entry-malformed', 'entry-malformed'], indices: [7, 280] },
    });
  },
  TIMEOUT_MS,
);
