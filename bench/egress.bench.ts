// What `writ egress` adds to a request and to a connection, and how much it carries: against the host itself, and against two sockets that are piped together.
// Client, proxy and host are three processes of one machine. The proxy keeps no record, which is what it adds besides durable appends; a log in memory (tmpfs), whose
// appends wait for no disk; and one on the disk of the checkout. Environment: BENCH_SECONDS (each round, default 2), BENCH_ROUNDS (default 3).
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { appendCalls, draftsOfACall, durableFolder, fileSystem, openDurableLog } from './durable.ts';
import { measureRound, print, type Round, rounded, summarise } from './measure.ts';

const MS: number = Number(process.env['BENCH_SECONDS'] ?? 2) * 1_000;
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 3);
const CALLERS = 32;
const POURED_BYTES: number = 512 * 1_024 * 1_024;
const MEMORY = '/dev/shm';
const MB = 1_000_000;
/** Linux counts in hundredths of a second. */
const TICK_US = 10_000;

const children: ChildProcess[] = [];
const folders = [
  durableFolder('egress'),
  ...(existsSync(MEMORY) ? [mkdtempSync(join(MEMORY, 'writ-bench-'))] : []),
];
try {
  await appends(folders[0] ?? '');
  const behind = await started('host');
  const host = behind.port;
  const ends: End[] = [
    { name: 'direct', ...behind, isProxy: false },
    { name: 'pipe', ...(await started('pipe', String(host))), isProxy: false },
  ];
  const [folder = ''] = folders;
  const forgetful = await started('forgetful', join(folder, 'forgetful'));
  ends.push({ name: 'proxy, no record', ...forgetful, isProxy: true });
  for (const one of folders)
    ends.push({
      name: `proxy, log on ${fileSystem(one)}`,
      ...(await started('proxy', join(one, 'node'))),
      isProxy: true,
    });
  await compare('egress/request', ends, 1, (end) => keptAlive(end, host));
  await compare('egress/connection', ends, 1, (end) => connection(end, host));
  await compare('egress/connections', ends, CALLERS, (end) => connection(end, host));
  await throughput(ends, host);
} finally {
  for (const child of children) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

interface End {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
  readonly isProxy: boolean;
}

/** A durable append by itself: what an attempt waits for before anything is connected. */
async function appends(folder: string): Promise<void> {
  const log = await openDurableLog(join(folder, 'appends'));
  const append = appendCalls(log, await draftsOfACall(), 1);
  await measureRound(() => append(0), { ms: 500 });
  const { p50_us, p99_us, rate } = await measureRound(() => append(0), { ms: MS });
  print(
    'egress/append',
    { fs: fileSystem(folder) },
    { p50_us: rounded(p50_us), p99_us: rounded(p99_us), rate: rounded(rate) },
  );
  await log.close();
}

/** Rounds of all ends in turn, so that a busy minute of the machine is everybody's. */
async function compare(
  name: string,
  ends: readonly End[],
  callers: number,
  runOf: (end: End) => (caller: number) => Promise<void>,
): Promise<void> {
  const rounds = new Map<End, Round[]>(ends.map((end) => [end, []]));
  const runs = new Map(ends.map((end) => [end, runOf(end)]));
  for (const run of runs.values()) await measureRound(run, { callers, ms: MS / 4 });
  const cpu = new Map<End, number>();
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [end, run] of runs) {
      const before = cpuOf(end);
      const one = await measureRound(run, { callers, ms: MS });
      rounds.get(end)?.push(one);
      // Time that the process in the middle worked, whatever else the machine did meanwhile.
      cpu.set(end, (cpu.get(end) ?? 0) + (cpuOf(end) - before) / ((one.rate * MS) / 1_000) / ROUNDS);
    }
  const [direct] = ends.map((end) => summarise(rounds.get(end) ?? []));
  for (const end of ends) {
    const figures = summarise(rounds.get(end) ?? []);
    const added = {
      added_p50_us: rounded(figures.p50_us - (direct?.p50_us ?? 0)),
      added_p99_us: rounded(figures.p99_us - (direct?.p99_us ?? 0)),
    };
    print(
      name,
      { path: end.name, callers },
      { ...figures, own_cpu_us: rounded(cpu.get(end) ?? 0), ...(end === ends[0] ? {} : added) },
    );
  }
}

/** Requests one after another on a connection that stays. */
function keptAlive({ port, isProxy }: End, host: number): () => Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const options = {
    agent,
    port,
    host: '127.0.0.1',
    path: isProxy ? `http://127.0.0.1:${host}/` : '/',
    headers: { host: `127.0.0.1:${host}` },
  };
  return () =>
    new Promise((resolve, reject) => {
      request(options, (response) => {
        if (response.statusCode !== 200) reject(new Error(`answered ${response.statusCode ?? 0}`));
        response.resume().once('end', resolve);
      })
        .once('error', reject)
        .end();
    });
}

/** A connection, four bytes there and back, and its end. */
function connection(end: End, host: number): () => Promise<void> {
  return async () => {
    const socket = await opened(end, host);
    socket.write('ping');
    await once(socket, 'data');
    socket.destroy();
  };
}

async function opened({ port, isProxy }: End, host: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  if (!isProxy) return socket;
  socket.write(`CONNECT 127.0.0.1:${host} HTTP/1.1\r\nHost: 127.0.0.1:${host}\r\n\r\n`);
  const [head] = (await once(socket, 'data')) as [Buffer];
  if (!head.toString('latin1').startsWith('HTTP/1.1 200')) throw new Error(head.toString('latin1'));
  return socket;
}

/** One connection that brings half a gibibyte. */
async function throughput(ends: readonly End[], host: number): Promise<void> {
  const rates = new Map<End, number[]>(ends.map((end) => [end, []]));
  const cpu = new Map<End, number>();
  for (let round = 0; round < ROUNDS; round += 1)
    for (const end of ends) {
      const before = cpuOf(end);
      rates.get(end)?.push(await pour(end, host));
      cpu.set(end, (cpu.get(end) ?? 0) + (cpuOf(end) - before) / (POURED_BYTES / MB) / ROUNDS);
    }
  for (const end of ends) {
    const sorted = (rates.get(end) ?? []).toSorted((left, right) => left - right);
    print(
      'egress/throughput',
      { path: end.name, bytes: POURED_BYTES },
      { mb_per_second: rounded(sorted[Math.floor(sorted.length / 2)] ?? 0), range: sorted.map(rounded) },
    );
  }
}

async function pour(end: End, host: number): Promise<number> {
  const socket = await opened(end, host);
  const begun = performance.now();
  let got = 0;
  socket.on('data', (chunk: Buffer) => (got += chunk.length));
  socket.write(`get ${POURED_BYTES}\n`);
  await once(socket, 'end');
  socket.destroy();
  if (got !== POURED_BYTES) throw new Error(`${got} bytes came`);
  return got / MB / ((performance.now() - begun) / 1_000);
}

/** Processor time of a process so far, in microseconds; 0 where the system does not say (proc(5)). */
function cpuOf({ pid }: End): number {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return 0;
  const fields = readFileSync(file, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * TICK_US;
}

async function started(
  ...words: readonly string[]
): Promise<{ readonly port: number; readonly pid: number }> {
  const loaders = ['--import', join(import.meta.dirname, 'built.mjs')];
  const child = spawn(
    process.execPath,
    [...loaders, join(import.meta.dirname, 'egress-stage.ts'), ...words],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  children.push(child);
  for await (const line of createInterface({ input: child.stdout }))
    return { port: Number(line), pid: child.pid ?? 0 };
  throw new Error(`${words.join(' ')} did not start`);
}
