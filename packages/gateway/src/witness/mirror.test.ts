/** A mirror over real HTTP on loopback, and a log that is sent to it. */
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  concatBytes,
  Mirror,
  mirrorTarget,
  openLog,
  type LogOptions,
  openMirrorStore,
  type OpenLog,
  parsePublicKey,
  systemClock,
  verifyFolder,
} from '@writ/core';
import {
  ADD_ENTRIES_CONTENT_TYPE,
  encodePackage,
  encodeUploadHeader,
  formatAddCheckpoint,
  formatVerifierKey,
  MAX_ADD_CHECKPOINT_BYTES,
  openWitnessed,
  parseCosignatures,
  parseNote,
  parseTrustPolicy,
} from '@writ/core/proof';
import {
  committed,
  openDraft,
  SAMPLE_LOG_KEYS,
  sampleLog,
  sampleLogIdentity,
  sampleSigner,
  settableClock,
  verifyWithNode,
} from '@writ/core/testing';
import { type BoundedServer, createWitnessTransport, openNodeWitnesses, serveMirror } from './index.ts';

const signer = sampleSigner('mirror.example/m1', 60, 'cosignature/v1');
const entries = Array.from({ length: 9 }, (_, index) =>
  Buffer.from(
    JSON.stringify({
      origin: 'example.org/log',
      time: index,
      producer: { boot: 'B', counter: index, previous: index === 0 ? null : index - 1 },
      timeFloor: index,
      witnessedSize: 0,
    }),
  ),
);
const log = sampleLog(entries);
const nothing = new Uint8Array();

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'writ-mirror-http-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function serve(path: string, key: string): Promise<BoundedServer> {
  const store = openMirrorStore(path);
  await store.enrol(parsePublicKey(key).name, key, 1);
  const target = mirrorTarget(path);
  const mirror = new Mirror({
    signers: [signer],
    store,
    target,
    parseKey: parsePublicKey,
    clock: systemClock,
  });
  const served = await serveMirror({ mirror, port: 0 });
  onTestFinished(async () => {
    await served.close();
    store.close();
  });
  return served;
}

const serveSample = (): Promise<BoundedServer> => serve(folder(), formatVerifierKey(log.signer.key));

async function post(
  url: string,
  path: string,
  body: Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(`${url}/${path}`, { method: 'POST', body: Buffer.from(body), headers });
  return { status: response.status, text: await response.text() };
}

const offer = (): Uint8Array =>
  formatAddCheckpoint({ oldSize: 0, proof: [], checkpoint: log.checkpointAt(9) });
const upload = (): Uint8Array =>
  concatBytes(
    encodeUploadHeader({ origin: 'example.org/log', start: 0, end: 9, ticket: nothing }),
    encodePackage({ entries, proof: [] }),
  );

describe('a mirror over HTTP', () => {
  test.each([
    ['plain', {}, (bytes: Uint8Array) => bytes],
    ['gzip', { 'Content-Encoding': 'gzip' }, (bytes: Uint8Array) => gzipSync(bytes)],
  ])(
    'listens on loopback, takes a checkpoint without cosigning it, then its entries (%s)',
    async (_how, headers, pack) => {
      const { url } = await serveSample();
      expect(new URL(url).hostname).toBe('127.0.0.1');
      expect(await post(url, 'add-checkpoint', offer())).toEqual({ status: 200, text: '' });
      const answer = await post(url, 'add-entries', pack(upload()), headers);
      expect(answer.status).toBe(200);
      expect(parseCosignatures(answer.text)).toHaveLength(1);
    },
  );

  test('says how far it is', async () => {
    const { url } = await serveSample();
    const header = encodeUploadHeader({ origin: 'example.org/log', start: 0, end: 0, ticket: nothing });
    const response = await fetch(`${url}/add-entries`, { method: 'POST', body: Buffer.from(header) });
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      409,
      'text/x.tlog.mirror-info',
      '0\n0\n\n',
    ]);
  });

  test.each([
    ['a path that a mirror does not have', 'tile/0/000', nothing, {}, 404],
    ['an encoding that it does not know', 'add-entries', nothing, { 'Content-Encoding': 'br' }, 415],
    [
      'what claims to be gzip and is not',
      'add-entries',
      Buffer.from('no'),
      { 'Content-Encoding': 'gzip' },
      400,
    ],
    [
      'a checkpoint of too many bytes',
      'add-checkpoint',
      new Uint8Array(MAX_ADD_CHECKPOINT_BYTES + 1),
      {},
      413,
    ],
    ['nothing', 'add-entries', nothing, {}, 400],
  ])('refuses %s', async (_why, path, body, headers, status) => {
    const { url } = await serveSample();
    expect((await post(url, path, body, headers)).status).toBe(status);
  });

  test('refuses to be read', async () => {
    const { url } = await serveSample();
    const response = await fetch(`${url}/add-entries`);
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });

  test('takes 16 uploads at once, and tells others to come again', async () => {
    const { promise: isFull, resolve: full } = Promise.withResolvers<void>();
    const { promise: isReleased, resolve: release } = Promise.withResolvers<void>();
    let under = 0;
    const answer = { status: 200, contentType: 'text/plain', body: '' } as const;
    const slow = {
      addCheckpoint: () => Promise.resolve(answer),
      async addEntries() {
        under += 1;
        if (under === 16) full();
        await isReleased;
        return answer;
      },
    };
    const served = await serveMirror({ mirror: slow, port: 0 });
    onTestFinished(() => served.close());
    const taken = Array.from({ length: 16 }, () => post(served.url, 'add-entries', upload()));
    await isFull;
    const refused = await fetch(`${served.url}/add-entries`, { method: 'POST', body: Buffer.from(upload()) });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect((await post(served.url, 'add-checkpoint', offer())).status).toBe(200);
    release();
    expect((await Promise.all(taken)).map(({ status }) => status)).toEqual(
      Array.from({ length: 16 }, () => 200),
    );
    expect((await post(served.url, 'add-entries', upload())).status).toBe(200);
  });

  test('tells nothing of what failed', async () => {
    const faults: string[] = [];
    const broken = {
      addCheckpoint: () => Promise.reject(new Error('secret')),
      addEntries: () => Promise.reject(new Error('secret')),
    };
    const served = await serveMirror({
      mirror: broken,
      port: 0,
      onFault: ({ message }) => faults.push(message),
    });
    onTestFinished(() => served.close());
    for (const path of ['add-checkpoint', 'add-entries']) {
      const answer = await post(served.url, path, offer());
      expect([answer.status, answer.text]).toEqual([500, 'no answer can be given now\n']);
    }
    expect(faults).toHaveLength(2);
  });
});

/** A log whose trust policy names the mirror at `url`. */
async function nodeOf(path: string, url: string, changes: Partial<LogOptions> = {}): Promise<OpenLog> {
  const policy = join(path, 'policy');
  const vkey = await logKey();
  writeFileSync(
    policy,
    `log ${vkey}\nwitness centre ${formatVerifierKey(signer.key)} ${url}\nquorum centre\n`,
  );
  const witnesses = openNodeWitnesses(policy, { replicate: ['centre'], report: () => {} });
  const opened = await openLog({
    ...sampleLogIdentity(),
    ...SAMPLE_LOG_KEYS,
    path: join(path, 'data'),
    witnesses,
    ...changes,
  });
  onTestFinished(async () => {
    await opened.close().catch(() => {});
    witnesses.close();
  });
  return opened;
}

let key: string | undefined;
async function logKey(): Promise<string> {
  if (key !== undefined) return key;
  const probe = await openLog({ ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, path: folder() });
  key = formatVerifierKey(probe.verifierKey);
  await probe.close();
  return key;
}

async function publish(opened: OpenLog): Promise<void> {
  await opened.publish();
  await opened.awaitWitnesses?.();
}

let drafts = 0;
async function append(opened: OpenLog, count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) await committed(opened, openDraft(`m${(drafts += 1)}`));
}

describe('a log with a mirror', () => {
  test('is sent to it as it grows; the cosignature counts as the trust policy says, and the copy verifies', async () => {
    const [path, centre] = [folder(), folder()];
    const { url } = await serve(centre, await logKey());
    const opened = await nodeOf(path, url);
    await append(opened, 300);
    await publish(opened);
    await append(opened, 2);
    await publish(opened);
    const policy = parseTrustPolicy(
      (bytes) => createHash('sha256').update(bytes).digest(),
      readFileSync(join(path, 'policy')),
    );
    const note = readFileSync(join(path, 'data/log/checkpoint'));
    const witnessed = await openWitnessed(note, policy, verifyWithNode);
    expect([witnessed.hasQuorum, witnessed.cosignedBy[0]?.witness.name]).toEqual([true, 'centre']);
    expect(opened.unwitnessedSeconds?.()).toBeLessThan(1_000);
    await append(opened, 1);
    const last = opened.reader.entry(opened.reader.size() - 1).entry;
    expect(last.witnessedSize).toBe(witnessed.checkpoint.size);
    const copy = mirrorTarget(centre).folderOf(opened.verifierKey.name);
    const report = await verifyFolder(copy, {
      keys: [opened.verifierKey],
      witnesses: [signer.key],
      minimumWitnesses: 1,
    });
    expect([report.problems, report.size, report.witnessed.entries]).toEqual([
      [],
      witnessed.checkpoint.size,
      witnessed.checkpoint.size,
    ]);
  });

  test('that was put back to a backup does not open, and signs nothing', async () => {
    const [path, centre] = [folder(), folder()];
    const { url } = await serve(centre, await logKey());
    const first = await nodeOf(path, url);
    await append(first, 3);
    await publish(first);
    await first.close();
    cpSync(join(path, 'data'), join(path, 'backup'), { recursive: true });
    const second = await nodeOf(path, url);
    await append(second, 3);
    await second.close();
    rmSync(join(path, 'data'), { recursive: true });
    cpSync(join(path, 'backup'), join(path, 'data'), { recursive: true });
    const before = readFileSync(join(path, 'data/log/checkpoint'));
    await expect(nodeOf(path, url)).rejects.toThrow(
      expect.objectContaining({
        code: 'log.corrupt',
        message: expect.stringContaining('the mirror `centre` has cosigned'),
      }),
    );
    expect(parseNote(readFileSync(join(path, 'data/log/checkpoint'))).text).toBe(parseNote(before).text);
  });

  test('that forked while the mirror was away permits nothing more once it is back', async () => {
    const [one, other, centre] = [folder(), folder(), folder()];
    const store = openMirrorStore(centre);
    onTestFinished(() => store.close());
    const vkey = await logKey();
    await store.enrol(parsePublicKey(vkey).name, vkey, 1);
    const target = mirrorTarget(centre);
    const mirror = new Mirror({
      signers: [signer],
      store,
      target,
      parseKey: parsePublicKey,
      clock: systemClock,
    });
    let isAway = false;
    const switched = {
      addCheckpoint: (body: Uint8Array) =>
        isAway ? Promise.reject(new Error('away')) : mirror.addCheckpoint(body),
      addEntries: (chunks: AsyncIterable<Uint8Array>) => mirror.addEntries(chunks),
    };
    const { url, close } = await serveMirror({ mirror: switched, port: 0 });
    onTestFinished(close);
    const first = await nodeOf(one, url);
    await append(first, 3);
    await publish(first);
    isAway = true;
    const clock = settableClock();
    const forked = await nodeOf(other, url, { clock });
    await append(forked, 30);
    await publish(forked);
    await append(forked, 1);
    isAway = false;
    clock.set(clock.now() + 60_000);
    await publish(forked);
    await expect(append(forked, 1)).rejects.toThrow(
      expect.objectContaining({
        code: 'log.corrupt',
        message: expect.stringContaining('its history was rewritten'),
      }),
    );
    expect(await store.evidence(first.verifierKey.name)).toEqual([
      expect.objectContaining({ kind: 'unproven' }),
    ]);
    await append(first, 1);
  });

  test('is named in the trust policy, or the node does not open', () => {
    const file = join(folder(), 'policy');
    writeFileSync(file, `quorum none\n`);
    expect(() => openNodeWitnesses(file, { replicate: ['centre'], report: () => {} })).toThrow(
      'names no `centre` to replicate to',
    );
  });

  test('sends entries compressed', async () => {
    const { url } = await serveSample();
    await post(url, 'add-checkpoint', offer());
    const transport = createWitnessTransport();
    const { signal } = new AbortController();
    const { status } = await transport.post(`${url}/add-entries`, upload(), signal, ADD_ENTRIES_CONTENT_TYPE);
    transport.close();
    expect(status).toBe(200);
  });
});
