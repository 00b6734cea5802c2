// What a call through `writ gateway` takes more than the same call direct, over Streamable HTTP, at a fixed rate (open loop): by era, by size, and part by
// part. Then how many calls a second it takes at most. Load generator, gateway and server share the machine.
// Environment: BENCH_SECONDS (default 30), BENCH_RATE (default 300 calls a second), BENCH_ONLY (a stage).
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { appendCalls, draftsOfACall, durableFolder, fileSystem, openDurableLog } from './durable.ts';
import { load, requestBytes } from './http-load.ts';
import { measureRound, print, quantile, rounded } from './measure.ts';
import { POLICIES, SERVER, typicalArguments } from './typical.ts';

const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 30);
/** Parts of the way are compared with each other over less. */
const PART_SECONDS = Math.min(SECONDS, 10);
const RATE = Number(process.env['BENCH_RATE'] ?? 300);
const ONLY = process.env['BENCH_ONLY'];
const CONNECTIONS = 64;
/** The most calls at once in a closed loop. */
const CALLERS = 64;
const WARM_UP_MS = 5_000;
const KIB = 1_024;
const TOOL = 'write_file';

const NODE = process.execPath;
const BUILT = ['--import', join(import.meta.dirname, 'built.mjs')];
const MAIN = join(import.meta.dirname, '..', 'packages/cli/dist/main.js');

type Era = 'modern' | 'legacy';

interface Running {
  readonly process: ChildProcess;
  readonly port: number;
}

const folder = durableFolder('http-gateway');
const children: ChildProcess[] = [];
try {
  const fs = fileSystem(folder);
  await appends(fs);
  const echo = await started([...BUILT, join(import.meta.dirname, 'http-echo.ts')]);
  for (const era of ['modern', 'legacy'] as const) {
    for (const bytes of era === 'modern' ? [KIB, 16 * KIB, 256 * KIB] : [KIB]) {
      const stages =
        bytes === KIB && era === 'modern' ? ['forward', 'pass-through', 'policy', 'scan', 'all'] : ['all'];
      for (const stage of stages) {
        if (ONLY !== undefined && ONLY !== stage) continue;
        const gateway = await startStage(stage, echo.port);
        await compare({ era, bytes, stage, fs }, echo, gateway);
        gateway.process.kill('SIGTERM');
        await once(gateway.process, 'exit');
      }
    }
  }
} finally {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}

/** Two durable appends one after another, as a governed call makes them. */
async function appends(fs: string): Promise<void> {
  const log = await openDurableLog(join(folder, 'appends'));
  const append = appendCalls(log, await draftsOfACall(), 1);
  const run = async (): Promise<void> => {
    await append(0);
    await append(0);
  };
  await measureRound(run, { ms: 1_000 });
  const { p50_us, p99_us, rate } = await measureRound(run, { ms: 3_000 });
  print(
    'gateway/two-appends',
    { fs },
    { p50_us: rounded(p50_us), p99_us: rounded(p99_us), rate: rounded(rate) },
  );
  await log.close();
}

async function compare(
  params: { readonly era: Era; readonly bytes: number; readonly stage: string; readonly fs: string },
  echo: Running,
  gateway: Running,
): Promise<void> {
  const { era, bytes } = params;
  // Large bodies at the same rate would measure nothing but the queue.
  const ratePerSecond = Math.max(10, Math.round(RATE / Math.max(1, bytes / (8 * KIB))));
  const ends = {
    direct: { port: echo.port, next: await requests(era, bytes, echo.port) },
    gateway: { port: gateway.port, next: await requests(era, bytes, gateway.port) },
  };
  const found: Record<string, { p50: number; p95: number; p99: number; mean: number }> = {};
  for (const [path, end] of Object.entries(ends)) {
    await load({ ...end, connections: CALLERS, ms: WARM_UP_MS });
    const before = cpuOf(gateway.process);
    const { samplesMs, rate, failures } = await load({
      ...end,
      connections: CONNECTIONS,
      ms: (params.stage === 'all' ? SECONDS : PART_SECONDS) * 1_000,
      ratePerSecond,
    });
    const cpu = cpuOf(gateway.process) - before;
    if (failures > 0)
      throw new Error(`${failures} of ${samplesMs.length} calls failed: ${path}, ${params.stage}`);
    const [p50 = 0, p95 = 0, p99 = 0] = [0.5, 0.95, 0.99].map((part) => quantile(samplesMs, part) * 1_000);
    const mean = (samplesMs.reduce((sum, one) => sum + one, 0) / samplesMs.length) * 1_000;
    found[path] = { p50, p95, p99, mean };
    print(
      'gateway/http',
      { transport: `http-${era}`, bytes, stage: params.stage, path, load: 'open', target: ratePerSecond },
      {
        p50_us: rounded(p50),
        p95_us: rounded(p95),
        p99_us: rounded(p99),
        rate: rounded(rate),
        ...(path === 'gateway' ? { cpu_us: rounded(cpu / samplesMs.length) } : {}),
      },
    );
  }
  const closed = await load({ ...ends.gateway, connections: CALLERS, ms: 5_000 });
  const cpuBefore = cpuOf(gateway.process);
  const most = await load({ ...ends.gateway, connections: CALLERS, ms: 8_000 });
  const cpuUs = (cpuOf(gateway.process) - cpuBefore) / most.samplesMs.length;
  if (closed.failures + most.failures > 0) throw new Error('calls failed at the most');
  const { direct, gateway: through } = found;
  if (direct === undefined || through === undefined) throw new TypeError('nothing was measured');
  print(
    'gateway/call',
    { transport: `http-${era}`, bytes, stage: params.stage, fs: params.fs },
    {
      added_p50_us: rounded(through.p50 - direct.p50),
      added_p95_us: rounded(through.p95 - direct.p95),
      added_p99_us: rounded(through.p99 - direct.p99),
      rate: rounded(most.rate),
      cpu_us: rounded(cpuUs),
      rate_per_core: rounded(1_000_000 / cpuUs),
      rss_mb: rssMb(gateway.process),
    },
  );
}

/** The requests of one client of `era`, after its handshake; each is a call with arguments of `bytes` bytes. */
async function requests(era: Era, bytes: number, port: number): Promise<() => Buffer> {
  const url = `http://127.0.0.1:${port}/mcp`;
  const common = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  const version = era === 'modern' ? '2026-07-28' : '2025-11-25';
  const headers: Record<string, string> = { ...common, 'mcp-protocol-version': version };
  const params: Record<string, unknown> = { name: TOOL, arguments: typicalArguments(bytes) };
  if (era === 'modern') {
    Object.assign(headers, { 'mcp-method': 'tools/call', 'mcp-name': TOOL });
    params['_meta'] = {
      'io.modelcontextprotocol/protocolVersion': version,
      'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1.0.0' },
      'io.modelcontextprotocol/clientCapabilities': {},
    };
  } else {
    const clientInfo = { name: 'bench', version: '1.0.0' };
    const ask = {
      jsonrpc: '2.0',
      id: 'i',
      method: 'initialize',
      params: { protocolVersion: version, capabilities: {}, clientInfo },
    };
    const answer = await fetch(url, { method: 'POST', headers: common, body: JSON.stringify(ask) });
    await answer.text();
    headers['mcp-session-id'] = answer.headers.get('mcp-session-id') ?? '';
    const told = { jsonrpc: '2.0', method: 'notifications/initialized' };
    await (await fetch(url, { method: 'POST', headers, body: JSON.stringify(told) })).text();
  }
  let id = 0;
  const body = JSON.stringify({ jsonrpc: '2.0', id: 'ID', method: 'tools/call', params });
  return () => {
    id += 1;
    return requestBytes('/mcp', headers, body.replace('"ID"', String(id)));
  };
}

async function startStage(stage: string, port: number): Promise<Running> {
  if (stage !== 'all')
    return started([...BUILT, join(import.meta.dirname, 'http-gateway-stage.ts'), stage, String(port)]);
  const own = join(folder, `all-${children.length}`);
  mkdirSync(own);
  const listen = 20_000 + Math.floor(Math.random() * 20_000);
  writeFileSync(join(own, 'bench.cedar'), POLICIES);
  writeFileSync(
    join(own, 'writ.yaml'),
    [
      'policies: [bench.cedar]',
      'agent: { id: research-bot, team: research, org: acme }',
      `servers: { ${SERVER}: { url: "http://127.0.0.1:${port}/mcp", trusted: true } }`,
      `gateway: { listen: "127.0.0.1:${listen}", auth: none }`,
    ].join('\n'),
  );
  const child = spawn(NODE, [...BUILT, MAIN, 'gateway'], { cwd: own, stdio: ['ignore', 'ignore', 'pipe'] });
  children.push(child);
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (child.exitCode !== null) break;
    const isUp = await fetch(`http://127.0.0.1:${listen}/mcp`).then(
      () => true,
      () => false,
    );
    if (isUp) return { process: child, port: listen };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the gateway did not start: ${said}`);
}

async function started(argv: readonly string[]): Promise<Running> {
  const child = spawn(NODE, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  for await (const line of createInterface({ input: child.stdout }))
    return { process: child, port: Number(line) };
  throw new Error(`it did not start: ${argv.join(' ')}`);
}

/** CPU time of all threads of a process so far, in microseconds (proc(5), `stat`). */
function cpuOf({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const ticks = Number(fields[11]) + Number(fields[12]);
  return ticks * 10_000;
}

function rssMb({ pid }: ChildProcess): number {
  const kib = Number(/VmRSS:\s+([0-9]+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  return rounded(kib / KIB);
}
