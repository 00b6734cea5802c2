// One process of `writ mcp` as one client sees it: what a call takes more than the same call direct where there is one at a time, before a server of
// few lines and a real one; its memory; its start.
import { mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { JsonObject } from '@writ/core';

import { appendCalls, draftsOfACall, durableFolder, fileSystem, openDurableLog } from './durable.ts';
import { measureRound, median, print, type Round, rounded, rssMb, summarise } from './measure.ts';
import { killProcesses } from './processes.ts';
import { SECONDS } from './gateway-settings.ts';
import { initialize, startClient, type StdioClient } from './stdio-client.ts';
import { startWrit, TINY } from './stdio-ends.ts';
import { text, typicalArguments } from './typical.ts';

const BYTES = 1_024;
const ROUNDS = 5;
/** A second in a run of ten seconds or more. */
const ROUND_MS = Math.min(1_000, SECONDS * 100);
/** What is called often is compiled well only after some thousand calls. */
const WARM_UP_MS = 4 * ROUND_MS;
const STARTS = 5;
/** After which a process that was only started is called idle, in milliseconds. */
const IDLE_MS = 2_000;

const folder = realpathSync(durableFolder('gateway'));
try {
  const fs = fileSystem(folder);
  const workspace = join(folder, 'workspace');
  mkdirSync(workspace);
  writeFileSync(join(workspace, 'note.txt'), text(BYTES));
  await added('tiny', TINY, { name: 'write_file', arguments: typicalArguments(BYTES) }, fs);
  await added(
    'server-filesystem',
    [process.execPath, filesystemServer(), workspace],
    {
      name: 'read_text_file',
      arguments: { path: join(workspace, 'note.txt') },
    },
    fs,
  );
  await starts(fs);
} finally {
  killProcesses();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** The same call direct and governed, in turns, and two durable appends beside them. */
async function added(name: string, server: readonly string[], call: JsonObject, fs: string): Promise<void> {
  const log = await openDurableLog(join(folder, `appends-${name}`));
  const append = appendCalls(log, await draftsOfACall(), 1);
  const clients = { direct: startClient(server, folder), gateway: startWrit(server, folder, name) };
  const runs: Readonly<Record<string, () => Promise<void>>> = {
    direct: () => callTool(clients.direct, call),
    gateway: () => callTool(clients.gateway, call),
    'two durable appends': async () => {
      await append(0);
      await append(0);
    },
  };
  for (const client of Object.values(clients)) await initialize(client);
  for (const [path, run] of Object.entries(runs))
    await measureRound(run, { ms: path === 'gateway' ? WARM_UP_MS : ROUND_MS });
  const rounds = Object.keys(runs).map(() => [] as Round[]);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [at, run] of Object.values(runs).entries())
      rounds[at]?.push(await measureRound(run, { ms: ROUND_MS }));
  }
  const resident = clients.gateway.residentBytes();
  for (const client of Object.values(clients)) await client.close();
  await log.close();

  const params = { server: name, bytes: BYTES, engine: 'writ', fs };
  const [direct = [], gateway = []] = rounds;
  for (const [at, run] of Object.keys(runs).entries()) {
    const { cpu_us: _ofTheClient, ...figures } = summarise(rounds[at] ?? []);
    const memory = run === 'gateway' && resident !== undefined ? { rss_mb: rssMb(resident.own) } : {};
    print('gateway/one-at-a-time', { ...params, path: run }, { ...figures, ...memory });
  }
  const differences = (figure: 'p50_us' | 'p99_us'): readonly number[] =>
    gateway.map((round, at) => round[figure] - (direct[at]?.[figure] ?? Number.NaN));
  print('gateway/one-at-a-time-added', params, {
    p50_us: rounded(median(differences('p50_us'))),
    p99_us: rounded(median(differences('p99_us'))),
    rounds: ROUNDS,
    p50_us_range: [Math.min(...differences('p50_us')), Math.max(...differences('p50_us'))].map(rounded),
  });
}

/** From the start of the process to its first answers, on a data folder that it has yet to make and on one that it knows. */
async function starts(fs: string): Promise<void> {
  const kinds = {
    direct: () => startClient(TINY, folder),
    'gateway, new data folder': (start: number) => startWrit(TINY, folder, `start-${start}`),
    'gateway, known data folder': (start: number) => startWrit(TINY, folder, `start-${start}`),
  };
  const times = Object.keys(kinds).map(() => ({ initialize: [] as number[], list: [] as number[] }));
  const idle: { own: number; children: number }[] = [];
  for (let start = 0; start < STARTS; start += 1) {
    for (const [at, open] of Object.values(kinds).entries()) {
      const before = performance.now();
      const client = open(start);
      await initialize(client);
      times[at]?.initialize.push(performance.now() - before);
      await client.ask('tools/list', {});
      times[at]?.list.push(performance.now() - before);
      if (at > 0 && start < 2) {
        await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
        const resident = client.residentBytes();
        if (resident !== undefined) idle.push(resident);
      }
      await client.close();
    }
  }
  for (const [at, kind] of Object.keys(kinds).entries()) {
    for (const [answer, values] of Object.entries(times[at] ?? {})) {
      print(
        'gateway/start',
        { path: kind, answer, server: 'tiny', fs },
        {
          p50_ms: rounded(median(values)),
          rounds: values.length,
          p50_ms_range: [Math.min(...values), Math.max(...values)].map(rounded),
        },
      );
    }
  }
  if (idle.length > 0) {
    print(
      'gateway/idle',
      { server: 'tiny' },
      {
        rss_mb: rssMb(median(idle.map(({ own }) => own))),
        children_rss_mb: rssMb(median(idle.map(({ children }) => children))),
        rounds: idle.length,
      },
    );
  }
}

async function callTool(client: StdioClient, call: JsonObject): Promise<void> {
  const { result, error } = await client.ask('tools/call', call);
  if (error !== undefined || result === undefined || result.isError === true)
    throw new Error(`the call was not performed: ${JSON.stringify(error ?? result)}`);
}

function filesystemServer(): string {
  return createRequire(import.meta.url).resolve('@modelcontextprotocol/server-filesystem/dist/index.js');
}
