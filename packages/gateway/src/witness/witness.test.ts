/** A witness over real HTTP on loopback, and a log that asks it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, request as httpRequest, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openCosignedStore, openLog, systemClock, verifyNoteSignature, Witness } from '@writ/core';
import {
  formatAddCheckpoint,
  formatVerifierKey,
  MAX_ADD_CHECKPOINT_BYTES,
  openNote,
  openWitnessed,
  parseCosignatures,
  parseNote,
  parseTrustPolicy,
  proveConsistency,
  tileHashReader,
  tilePath,
  byteTreeHasher,
  addSignatures,
  type VerifierKey,
} from '@writ/core/proof';
import {
  committed,
  openDraft,
  SAMPLE_LOG_KEYS,
  sampleEntries,
  sampleLog,
  sampleLogIdentity,
  sampleSigner,
} from '@writ/core/testing';
import { createHash } from 'node:crypto';
import { createWitnessTransport, type BoundedServer, serveWitness } from './index.ts';

const log = sampleLog(sampleEntries(40));
const fork = sampleLog([...sampleEntries(10), ...sampleEntries(30, 'other')]);
const signer = sampleSigner('w.example/1', 77, 'cosignature/v1');
const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
const hasher = byteTreeHasher(sha256);

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'writ-witness-http-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function serve(path: string, logs: readonly VerifierKey[] = [log.signer.key]): Promise<BoundedServer> {
  const store = await openCosignedStore(path, [signer.key]);
  const witness = new Witness({ signers: [signer], logs, store, clock: systemClock });
  const served = await serveWitness({ witness, port: 0 });
  onTestFinished(async () => {
    await served.close();
    store.close();
  });
  return served;
}

/** A request to go from `oldSize` to `size`. */
async function request(oldSize: number, size: number, of = log): Promise<Uint8Array> {
  const checkpoint = of.checkpointAt(size);
  const root = Buffer.from(parseNote(of.checkpointAt(40)).text.split('\n')[2]!, 'base64');
  const reader = tileHashReader({ hasher, size: 40, root, readTile: (tile) => of.files.get(tilePath(tile)) });
  const proof = oldSize > 0 && oldSize <= size ? await proveConsistency(hasher, reader, oldSize, size) : [];
  return formatAddCheckpoint({ oldSize, proof, checkpoint });
}

interface Answer {
  readonly status: number;
  readonly type: string | undefined;
  readonly text: string;
}

/** One request by Node's own client. */
function send(
  url: string,
  method: string,
  path: string,
  body: Uint8Array = new Uint8Array(),
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      `${url}${path}`,
      { method, headers: { 'Content-Length': body.length } },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'], text }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

const add = (url: string, body: Uint8Array): Promise<Answer> => send(url, 'POST', '/add-checkpoint', body);

describe('a witness over HTTP', () => {
  test('listens on loopback, cosigns, and answers each refusal with its status', async () => {
    const { url } = await serve(folder());
    expect(new URL(url).hostname).toBe('127.0.0.1');
    const answer = await add(url, await request(0, 32));
    expect(answer.status).toBe(200);
    const note = parseNote(addSignatures(log.checkpointAt(32), parseCosignatures(answer.text)));
    expect(await openNote(note, [log.signer.key, signer.key], verifyNoteSignature)).toHaveLength(2);
    expect(await add(url, await request(0, 40))).toEqual({
      status: 409,
      type: 'text/x.tlog.size',
      text: '32\n',
    });
    const statuses = await Promise.all(
      [
        request(32, 40, fork),
        request(40, 32),
        request(0, 5, sampleLog(sampleEntries(40), sampleSigner('x', 1))),
      ].map(async (body) => (await add(url, await body)).status),
    );
    expect(statuses).toEqual([422, 400, 404]);
    const forged = formatAddCheckpoint({
      oldSize: 32,
      proof: [],
      checkpoint: sampleLogUnder(log.signer.key.name, 2),
    });
    expect((await add(url, forged)).status).toBe(403);
  });

  test.each([
    ['GET', '/add-checkpoint', 405],
    ['POST', '/', 404],
    ['POST', '/add-checkpoint/', 404],
    ['GET', '/cosigned', 404],
    ['POST', '/sign-subtree', 404],
    ['POST', '//add-checkpoint', 404],
  ])('answers %s %s with %i', async (method, path, status) => {
    const { url } = await serve(folder());
    expect((await send(url, method, path)).status).toBe(status);
  });

  test('reads small bodies only, and goes on after a large one', async () => {
    const { url } = await serve(folder());
    const large = await add(url, new Uint8Array(MAX_ADD_CHECKPOINT_BYTES + 1)).catch(
      (fault: unknown) => fault,
    );
    // The connection may be gone before all of it was sent.
    if (!(large instanceof Error)) expect(large).toMatchObject({ status: 413 });
    expect((await add(url, await request(0, 32))).status).toBe(200);
  });

  test('survives what is no HTTP', async () => {
    const { url } = await serve(folder());
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.end('\u0000\u0001 nonsense\r\n\r\n');
    socket.resume();
    await once(socket, 'close');
    expect((await add(url, await request(0, 32))).status).toBe(200);
  });

  test('serialises requests at once: one is cosigned, the rest are told its size', async () => {
    const path = folder();
    const { url } = await serve(path);
    await add(url, await request(0, 7));
    const bodies = await Promise.all([20, 40, 32, 25, 20, 40].map((size) => request(7, size)));
    const answers = await Promise.all(bodies.map((body) => add(url, body)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const [name = ''] = readdirSync(join(path, 'cosigned'));
    const size = readFileSync(join(path, 'cosigned', name), 'utf8').split('\n')[1];
    expect(new Set(answers.filter(({ status }) => status === 409).map(({ text }) => text))).toEqual(
      new Set([`${size}\n`]),
    );
  });

  test('answers 500 where its record cannot be written, and cosigns nothing', async () => {
    const path = folder();
    const { url } = await serve(path);
    rmSync(join(path, 'cosigned'), { recursive: true });
    const answer = await add(url, await request(0, 7));
    expect([answer.status, answer.text]).toEqual([500, 'no answer can be given now\n']);
  });
});

describe('a witness that loses its process', () => {
  /** Serves in a process of its own that ends as by SIGKILL `before` or `after` the first checkpoint is taken. */
  async function start(
    path: string,
    when: 'before' | 'after' | 'never',
  ): Promise<{ url: string; child: ChildProcess }> {
    const code = `
      import { openCosignedStore, systemClock, Witness } from '@writ/core';
      import { sampleEntries, sampleLog, sampleSigner } from '@writ/core/testing';
      import { serveWitness } from '@writ/gateway';
      const signer = sampleSigner('w.example/1', 77, 'cosignature/v1');
      const store = await openCosignedStore(${JSON.stringify(path)}, [signer.key]);
      const { key } = sampleLog(sampleEntries(1)).signer;
      const witness = new Witness({ signers: [signer], logs: [key], store, clock: systemClock });
      const die = () => process.kill(process.pid, 'SIGKILL');
      const addCheckpoint = async (body) => {
        if (${JSON.stringify(when)} === 'before') die();
        const answer = await witness.addCheckpoint(body);
        if (${JSON.stringify(when)} === 'after') die();
        return answer;
      };
      console.log((await serveWitness({ witness: { addCheckpoint }, port: 0 })).url);
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      cwd: import.meta.dirname,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const ended = once(child, 'exit').then(() => Promise.reject(new Error('the witness did not start')));
    ended.catch(() => {});
    const [url] = (await Promise.race([once(createInterface(child.stdout), 'line'), ended])) as [string];
    return { url, child };
  }

  test.each([
    ['between record and answer has the record: a retry is told the size, a fork is refused', 'after', 409],
    ['before its record has none: a retry is cosigned', 'before', 200],
  ] as const)(
    'is killed %s',
    async (_what, when, retried) => {
      const path = folder();
      const { url, child } = await start(path, when);
      const ended = once(child, 'exit');
      await expect(add(url, await request(0, 32))).rejects.toThrow(/ECONNRESET|socket hang up/);
      expect((await ended)[1]).toBe('SIGKILL');
      const next = await start(path, 'never');
      expect((await add(next.url, await request(0, 32))).status).toBe(retried);
      expect((await add(next.url, await request(32, 32, fork))).status).toBe(409);
      expect((await add(next.url, await request(32, 40, fork))).status).toBe(422);
      expect((await add(next.url, await request(32, 40))).status).toBe(200);
    },
    30_000,
  );
});

describe('a log that asks over HTTP', () => {
  const identity = sampleLogIdentity();
  const transport = createWitnessTransport();

  test('publishes cosigned checkpoints, and is refused when it is put back', async () => {
    const path = folder();
    const probe = await openLog({ ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, path: folder() });
    const { verifierKey } = probe;
    await probe.close();
    const { url } = await serve(folder(), [verifierKey]);
    const policy = parseTrustPolicy(
      sha256,
      Buffer.from(
        `log ${formatVerifierKey(verifierKey)}\nwitness w ${formatVerifierKey(signer.key)} ${url}/\nquorum w\n`,
      ),
    );
    const faults: string[] = [];
    const witnesses = { policy, transport, onFault: (fault: Error) => faults.push(fault.message) };
    const opened = await openLog({ ...identity, ...SAMPLE_LOG_KEYS, path, witnesses });
    await committed(opened, openDraft('over-http'));
    await opened.close();
    const { hasQuorum } = await openWitnessed(
      readFileSync(join(path, 'log', 'checkpoint')),
      policy,
      verifyNoteSignature,
    );
    expect(hasQuorum).toBe(true);
    // The sample log's clock stands at the beginning of 1970.
    expect(new Set(faults.map((fault) => fault.replace(/\d+/, 'n')))).toEqual(
      new Set(["the witnesses say a time n seconds after this node's clock: one of the two is wrong"]),
    );
    const again = { ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, path: folder(), witnesses };
    await expect(openLog(again)).rejects.toMatchObject({ code: 'log.corrupt' });
  });

  test.each([
    ['nobody listens', undefined],
    [
      'redirects',
      (_: unknown, response: ServerResponse) =>
        void response.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end(),
    ],
    ['answers without end', (_: unknown, response: ServerResponse) => void response.end('x'.repeat(100_000))],
    ['never answers', () => {}],
  ])('fails within its deadline where a witness %s', async (_what, handler) => {
    const server = createServer(handler);
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    if (handler === undefined) await new Promise((resolve) => void server.close(resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const quick = createWitnessTransport(100);
    onTestFinished(() => quick.close());
    const posted = quick.post(
      `http://127.0.0.1:${port}/add-checkpoint`,
      new Uint8Array(4),
      new AbortController().signal,
    );
    const answer = await posted.catch((fault: unknown) => fault);
    expect(answer instanceof Error || (answer as { status: number }).status === 302).toBe(true);
  });
});

/** A checkpoint of that origin by another key than its own. */
function sampleLogUnder(origin: string, seed: number): Uint8Array {
  return sampleLog(sampleEntries(40), sampleSigner(origin, seed)).checkpointAt(40);
}
