// Puts the figures of a run into docs/performance.md, between the marks that say which:
//   npm run bench -- gateway >run.jsonl 2>run.err && node bench/tables.ts run.jsonl run.err
// A run that took less than 30 seconds for a row is refused. The words around the tables stay as they are: read them again.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DOCUMENT = join(import.meta.dirname, '..', 'docs', 'performance.md');
/** What the contract of these figures asks for. */
const LEAST_SECONDS = 30;
const KIB = 1_024;
const MARK = /^<!-- figures: (\S+) -->$/;
const END = '<!-- end of figures -->';
const AIMS = { p50Us: 1_000, p99Us: 5_000, rate: 4_000 };

/** The figures of one row of `gateway/call` (gateway-call.ts); durations in microseconds. */
export interface CallFigures {
  readonly params: { readonly transport: string; readonly bytes: number; readonly stage: string };
  readonly added_p50_us: number;
  readonly added_p95_us: number;
  readonly added_p99_us: number;
  readonly added_p50_us_range: readonly [number, number];
  readonly appends_p50_us?: number;
  readonly appends_p99_us?: number;
  readonly rate: number;
  readonly rate_per_core: number;
  readonly cpu_us: number;
  readonly rss_mb: number;
  readonly target: number;
  readonly seconds: number;
}

/** A run: what it printed, line by line. */
export interface Run {
  readonly calls: readonly CallFigures[];
  readonly machines: readonly { readonly commit?: string; readonly load_average: readonly number[] }[];
}

const STAGES: Readonly<Record<string, string>> = {
  forward: 'a bare forwarder',
  'pass-through': 'face and protocol alone',
  policy: '+ policy',
  scan: '+ scan',
  receipt: '+ receipt',
  all: '**everything on**',
};

/** What stands between the marks of a name. */
const TABLES: Readonly<Record<string, (run: Run) => string>> = {
  'gateway-http': (run) => gatewayTable(run, { modern: 'http-modern', legacy: 'http-legacy' }),
  'gateway-stdio': (run) => gatewayTable(run, { stdio: 'stdio' }),
};

/** Reads what a run printed; lines that are no figures are passed over. */
export function readRun(text: string): Run {
  const lines = text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as object);
  return {
    calls: lines.filter((line): line is CallFigures => 'name' in line && line.name === 'gateway/call'),
    machines: lines.filter((line): line is Run['machines'][number] => 'machine' in line),
  };
}

/** `document` with the figures of `run`. Throws where a name is not known, a mark has no end, or a row is missing or was taken too quickly. */
export function fillTables(document: string, run: Run): string {
  const filled: string[] = [];
  let open: string | undefined;
  for (const line of document.split('\n')) {
    if (line === END) open = undefined;
    if (open === undefined) filled.push(line);
    const name = MARK.exec(line)?.[1];
    if (name === undefined) continue;
    const table = TABLES[name];
    if (table === undefined || open !== undefined) throw new Error(`${line}: unknown, or not ended before`);
    open = name;
    filled.push('', table(run), '');
  }
  if (open !== undefined) throw new Error(`the figures of ${open} have no end`);
  return filled.join('\n');
}

function gatewayTable(run: Run, transports: Readonly<Record<string, string>>): string {
  const rows = Object.entries(transports).flatMap(([label, transport]) => [
    ...Object.keys(STAGES).map((stage) => ({ label, ...rowOf(run, transport, KIB, stage) })),
    ...[16, 256].map((kib) => ({ label, ...rowOf(run, transport, kib * KIB, 'all') })),
  ]);
  const wholes = rows.filter(({ params: { bytes, stage } }) => bytes === KIB && stage === 'all');
  return [
    captionOf(run, rows[0]),
    '',
    '| | added, p50 | p95 | p99 | two durable appends beside it, p50 | p99 | calls/s at the most | calls/s a core | CPU a call | RSS |',
    '|---|---|---|---|---|---|---|---|---|---|',
    ...rows.map(lineOf),
    '',
    ...wholes.map((row) => `${aimsOf(row)}`),
  ].join('\n');
}

function rowOf({ calls }: Run, transport: string, bytes: number, stage: string): CallFigures {
  const row = calls.findLast(
    ({ params }) => params.transport === transport && params.bytes === bytes && params.stage === stage,
  );
  const where = `${transport}, ${bytes} bytes, ${stage}`;
  if (row === undefined) throw new Error(`${where}: the run has no such row`);
  if (row.seconds < LEAST_SECONDS)
    throw new Error(`${where}: ${row.seconds} seconds, at least ${LEAST_SECONDS} are expected`);
  return row;
}

function captionOf({ machines }: Run, row: CallFigures | undefined): string {
  const [before, after] = [machines[0], machines.at(-1)];
  if (before === undefined || after === before || after === undefined || row === undefined)
    throw new Error('the run does not say how busy the machine was before and after it');
  const [from, to] = [before, after].map(({ load_average: [load = 0] }) => load);
  return `Commit ${before.commit ?? 'unknown'}, load average ${from} before and ${to} after, ${row.seconds} seconds a row and way at ${row.target} calls a second:`;
}

function lineOf(row: CallFigures & { readonly label: string }): string {
  const { params, added_p50_us_range: range } = row;
  const size = params.bytes === KIB ? '' : `, ${params.bytes / KIB} KB`;
  const cells = [
    `${row.label}${size}: ${STAGES[params.stage]}`,
    `${ms(row.added_p50_us)} (${range.map(ms).join('–')})`,
    ms(row.added_p95_us),
    ms(row.added_p99_us),
    ms(row.appends_p50_us),
    ms(row.appends_p99_us),
    count(row.rate),
    count(row.rate_per_core),
    `${count(row.cpu_us)} µs`,
    `${count(row.rss_mb)} MB`,
  ];
  return `| ${cells.join(' | ')} |`;
}

function aimsOf({
  params,
  appends_p50_us = 0,
  appends_p99_us = 0,
  ...row
}: CallFigures & { label: string }): string {
  const p50 = row.added_p50_us - appends_p50_us;
  const p99 = row.added_p99_us - appends_p99_us;
  const met = (is: boolean): string => (is ? 'met' : 'missed');
  return (
    `- ${params.transport}: besides the two appends p50 ${ms(p50)} (aim ${ms(AIMS.p50Us)}: ${met(p50 <= AIMS.p50Us)}), ` +
    `p99 ${ms(p99)} (aim ${ms(AIMS.p99Us)}: ${met(p99 <= AIMS.p99Us)}); ` +
    `${count(row.rate)} calls/s (aim ${count(AIMS.rate)}: ${met(row.rate >= AIMS.rate)}).`
  );
}

function ms(us: number | undefined): string {
  return us === undefined ? '' : `${Number((us / 1_000).toPrecision(3))} ms`;
}

function count(value: number): string {
  return Number(value.toPrecision(4)).toLocaleString('en-US');
}

if (import.meta.main) {
  const [...files] = process.argv.slice(2);
  const run = readRun(files.map((file) => readFileSync(file, 'utf8')).join('\n'));
  writeFileSync(DOCUMENT, fillTables(readFileSync(DOCUMENT, 'utf8'), run));
}
