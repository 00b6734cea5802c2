// Personal data: what commitments and sealed bodies cost an entry, what erasing people costs among many, handing out what is held about one, and
// what appends wait for beside a run of retention.
// Arguments: people (default 1,000,000), entries about one person for the export (default 1,000,000), bodies past their time before each run of
// retention (default 30,000). `-- privacy 2000 2000 2000` is a try.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  createReseal,
  type EntryDraft,
  LOCAL_TENANT,
  openLog,
  type OpenLog,
  purgeErased,
  systemClock,
  systemRandom,
} from '@writ/core';
import {
  DEFAULT_KEEP_MS,
  DEFAULT_RETENTION,
  eraseSubject,
  letOthersRun,
  printSubjectJson,
  progressFile,
  type RecordsLog,
  restAwhile,
  retain,
  subjectExport,
} from '@writ/core/records';

import { durableFolder, durableKeys, fileSystem } from './durable.ts';
import { measureRound, print, quantile, type Round, rounded, roundOf, rssMb, summarise } from './measure.ts';

const [PEOPLE = 1_000_000, ENTRIES = 1_000_000, PAST = 30_000] = process.argv.slice(2).map(Number);
const CALLERS = 256;
const ROUNDS = 5;
const ROUND_MS = 700;
const ORIGIN = 'bench.example/log';
const WITHOUT_OTHERS = 100;
/** How long appends are measured beside a run of retention: a node looks at its first batch for some seconds before it destroys anything. */
const RETENTION_MS = 10_000;
const RETENTION_ROUNDS = 3;
const US_PER_MS = 1_000;

const folder = durableFolder('privacy');
const keys = durableKeys();
try {
  const fs = fileSystem(folder);
  await measureSealing(fs);
  await measureErasure(fs);
  await measureExport(fs);
  await measureRetention(fs);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The same entry bare, with a commitment and its sealed body, and found under people. */
async function measureSealing(fs: string): Promise<void> {
  const log = await open('sealing');
  const text = 'x'.repeat(1_024);
  const kinds: readonly (readonly [string, Partial<EntryDraft>])[] = [
    ['bare', {}],
    ['committed, sealed', { committed: { text } }],
    [
      'eight fields',
      { committed: Object.fromEntries([...'abcdefgh'].map((name) => [name, text.slice(0, 128)])) },
    ],
    ['one person', { committed: { text }, concerns: ['ann@example.com'] }],
    [
      '64 people',
      { committed: { text }, concerns: Array.from({ length: 64 }, (_, at) => `p${at}@example.com`) },
    ],
  ];
  const rounds = kinds.map((): Round[] => []);
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [at, [, rest]] of kinds.entries())
      rounds[at]?.push(
        await measureRound(() => append(log, rest).then(() => undefined), { callers: CALLERS, ms: ROUND_MS }),
      );
  for (const [at, [kind]] of kinds.entries())
    print('privacy/entry', { kind, callers: CALLERS, fs }, summarise(rounds[at] ?? []));
  await log.close();
}

/** One entry for each person, every hundredth of them in another's as well; then one person goes, and a hundred. */
async function measureErasure(fs: string): Promise<void> {
  const log = await open('erasure');
  const name = (at: number): string => `person-${at}@example.com`;
  await fill(log, PEOPLE, (at) => ({
    committed: { arguments: { to: name(at), text: 'x'.repeat(200) } },
    concerns: at % WITHOUT_OTHERS === 0 ? [name(at), name(at + 1)] : [name(at)],
  }));
  const reseal = createReseal(ORIGIN, { bodyKey: keys.bodyKey, random: systemRandom });
  for (const [from, people] of [
    [0, 1],
    [1_000, 100],
  ] as const) {
    const before = performance.now();
    let bodies = 0;
    for (let at = from; at < from + people; at += 1) {
      const report = await eraseSubject({ log: recordsLog(log), identifiers: [name(at)], reseal });
      bodies += report.destroyed + report.resealed;
    }
    const ms = performance.now() - before;
    print('privacy/erase', { of: PEOPLE, people, bodies, fs }, { ms: Math.round(ms), rss_mb: rssMb() });
  }
  await log.close();
  const before = performance.now();
  const isPurged = purgeErased(join(folder, 'erasure'));
  print('privacy/purge', { fs, isPurged }, { ms: Math.round(performance.now() - before) });
}

/** Everything about one person who stands in every entry. */
async function measureExport(fs: string): Promise<void> {
  const log = await open('export');
  const ann = 'ann@example.com';
  await fill(log, ENTRIES, (at) => ({ committed: { arguments: { to: ann, at } }, concerns: [ann] }));
  const before = performance.now();
  const { header, items } = subjectExport({ log: recordsLog(log), identifiers: [ann] });
  let bytes = 0;
  for (const piece of printSubjectJson(header, items)) bytes += piece.length;
  const seconds = (performance.now() - before) / 1_000;
  const figures = { seconds: Number(seconds.toFixed(2)), per_second: Math.round(ENTRIES / seconds) };
  print(
    'privacy/export',
    { entries: ENTRIES, fs },
    { ...figures, mb: Math.round(bytes / 1e6), rss_mb: rssMb() },
  );
  await log.close();
}

/** One caller's appends with nothing beside them and beside a run of retention, in turns: as a node has it, which rests, and as fast as it goes. */
async function measureRetention(fs: string): Promise<void> {
  const log = await open('retention');
  const text = 'x'.repeat(1_024);
  const body = (at: number): Partial<EntryDraft> => ({
    committed: { text },
    concerns: [`p${at}@example.com`],
  });
  const runs = [
    ['none', undefined],
    ['as a node has it', restAwhile],
    ['as fast as it goes', letOthersRun],
  ] as const;
  const rounds = runs.map((): Round[] => []);
  const bodies = runs.map(() => 0);
  const waits: number[][] = runs.map(() => []);
  // What a round of a run destroys is there before it; none comes to its end within one.
  for (let round = 0; round < RETENTION_ROUNDS; round += 1)
    for (const [at, [, pause]] of runs.entries()) {
      if (pause !== undefined) await fill(log, PAST, body);
      const stop = new AbortController();
      const run = pause === undefined ? undefined : retainAll(log, pause, stop.signal);
      const samples = await appendsFor(log, body, RETENTION_MS);
      stop.abort();
      bodies[at] = (bodies[at] ?? 0) + ((await run) ?? 0);
      rounds[at]?.push(roundOf(samples));
      waits[at]?.push(...samples);
    }
  for (const [at, [beside]] of runs.entries()) {
    const longest = rounded(quantile(waits[at] ?? [], 1) * US_PER_MS);
    print(
      'privacy/retention',
      { beside, callers: 1, fs },
      {
        ...summarise(rounds[at] ?? []),
        longest_us: longest,
        destroyed_per_round: Math.round((bodies[at] ?? 0) / RETENTION_ROUNDS),
      },
    );
  }
  await log.close();
}

/** One caller's appends for so long, each with a body, in milliseconds. */
async function appendsFor(
  log: OpenLog,
  draftOf: (at: number) => Partial<EntryDraft>,
  ms: number,
): Promise<readonly number[]> {
  const samples: number[] = [];
  const end = performance.now() + ms;
  for (let before = performance.now(); before < end; ) {
    await append(log, draftOf(samples.length));
    const after = performance.now();
    samples.push(after - before);
    before = after;
  }
  return samples;
}

/** Runs retention as if every body were past its time, until it is told to stop; answers how many it destroyed. */
async function retainAll(log: OpenLog, pause: () => Promise<void>, signal: AbortSignal): Promise<number> {
  const { writer, state, reader } = log;
  const report = await retain(
    {
      writer,
      state,
      reader,
      tenant: LOCAL_TENANT,
      clock: systemClock,
      random: systemRandom,
      pause,
      signal,
      settings: DEFAULT_RETENTION,
      progress: progressFile(join(folder, 'retention')),
    },
    { now: systemClock.now() + 2 * DEFAULT_KEEP_MS },
  );
  return report.classes.reduce((sum, { destroyed }) => sum + destroyed, 0);
}

function open(name: string): Promise<OpenLog> {
  return openLog({
    path: join(folder, name),
    origin: ORIGIN,
    tenant: LOCAL_TENANT,
    node: 'node-bench',
    softwareVersion: '0.0.0',
    ...keys,
    clock: systemClock,
    random: systemRandom,
  });
}

function recordsLog({ writer, state, reader }: OpenLog): RecordsLog {
  return { writer, state, reader, tenant: LOCAL_TENANT, clock: systemClock, random: systemRandom };
}

async function fill(
  log: OpenLog,
  count: number,
  draftOf: (at: number) => Partial<EntryDraft>,
): Promise<void> {
  for (let at = 0; at < count; at += CALLERS) {
    const some = Array.from({ length: Math.min(CALLERS, count - at) }, (_, of) =>
      append(log, draftOf(at + of)),
    );
    await Promise.all(some);
  }
}

function append(log: OpenLog, rest: Partial<EntryDraft>): Promise<unknown> {
  return log.writer.append({
    detail: { kind: 'notice', notice: { id: 'bench', version: 1, channel: 'bench' } },
    tenant: LOCAL_TENANT,
    time: systemClock.now(),
    monotonicNs: systemClock.monotonicNs(),
    retentionClass: 'bench',
    committed: {},
    concerns: [],
    ...rest,
  });
}
