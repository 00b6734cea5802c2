/** `writ log reconcile`: what the log says was performed beside what a tool server says it served. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import {
  type AccessLog,
  type AccessRecord,
  Fault,
  fromUtf8,
  readCombined,
  readJsonLines,
  readOtlpSpans,
  readRecordedCalls,
  reconcile,
  type Reconciliation,
  type RecordedCall,
} from '@writ/core';
import { locate, type LocateOptions, readData } from '../../data/index.ts';
import { EXIT_NEGATIVE, EXIT_OK } from '../../exit-codes.ts';
import { runs } from '../../run.ts';
import { instant, print, printJson, styled, visible } from '../../terminal/index.ts';

interface ReconcileOptions extends LocateOptions {
  readonly server: string;
  readonly access: string;
  readonly form: 'json' | 'combined' | 'otlp';
  readonly request?: string;
  readonly from?: string;
  readonly to?: string;
  readonly slack: string;
}

/** Most lines printed of one list; `--json` has all. */
const MAX_PRINTED = 50;
const MS_PER_SECOND = 1000;

/** Adds the command, whose shared options are there already. */
export function addReconcile(command: Command): void {
  command
    .description(
      'compare the log with a tool server’s own access log: calls that one has and the other lacks',
    )
    .requiredOption('--server <name>', 'the server, as tools are named after it')
    .requiredOption('--access <file>', 'its access log')
    .option(
      '--form <form>',
      'json (one object a line), combined (Apache, nginx), otlp (OpenTelemetry spans)',
      'json',
    )
    .option('--request <text>', 'with combined: requests that hold this text are calls (default: every POST)')
    .option('--from <instant>', 'compare from here on (default: the first line of the access log)')
    .option('--to <instant>', 'and up to here (default: its last line)')
    .option('--slack <seconds>', 'how far the two clocks may be apart', '5')
    .addHelpText(
      'after',
      '\nExit code 0: both tell the same, 1: one has calls that the other lacks, 2: bad input. Needs the keys of the data folder, to see which tools were called.',
    )
    .action(runs(compare));
}

function compare(options: ReconcileOptions): Promise<number> {
  const access = readAccess(options);
  const slackMs = secondsOf(options.slack) * MS_PER_SECOND;
  const times = access.records.map(({ time }) => time);
  const period = {
    from: instantOf(options.from) ?? least(times) - slackMs,
    to: instantOf(options.to) ?? most(times) + slackMs,
  };
  const records = access.records.filter(({ time }) => time >= period.from && time <= period.to);
  return readData(locate(options).data, ({ reader }) => {
    const { calls, unknown } = readRecordedCalls(reader, options.server, period);
    const found = reconcile(calls, records, slackMs);
    const isSame = found.notLogged.length + found.notServed.length === 0;
    const counts = { logged: calls.length, served: records.length, unknown };
    if (options.json === true)
      printJson({ same: isSame, period, ...counts, ...found, unreadable: access.unreadable });
    else tell(found, counts, access.unreadable);
    return isSame ? EXIT_OK : EXIT_NEGATIVE;
  });
}

function readAccess({ access, form, request }: ReconcileOptions): AccessLog {
  let text: string;
  try {
    text = fromUtf8(readFileSync(resolve(access)));
  } catch (cause) {
    throw new Fault('io.failed', `cannot read \`${access}\` as UTF-8 text`, { file: access }, { cause });
  }
  switch (form) {
    case 'json':
      return readJsonLines(text);
    case 'combined':
      return readCombined(text, request === undefined ? undefined : (line) => line.includes(request));
    case 'otlp':
      return readOtlpSpans(text);
    default:
      throw new Fault('cli.usage', `\`${String(form)}\` is no form of access logs`, {
        hint: 'json, combined or otlp',
      });
  }
}

function secondsOf(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new Fault('cli.usage', `\`${text}\` is no number of seconds`, { hint: 'a whole number, such as 5' });
}

function instantOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (!Number.isNaN(time)) return time;
  throw new Fault('cli.usage', `\`${text}\` is no instant`, { hint: 'such as 2026-01-31T09:00:00Z' });
}

function least(times: readonly number[]): number {
  return times.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY);
}

function most(times: readonly number[]): number {
  return times.reduce((one, other) => Math.max(one, other), Number.NEGATIVE_INFINITY);
}

function tell(
  { matched, certain, notLogged, notServed, unknownServed, unknownNotServed }: Reconciliation,
  { logged, served, unknown }: { readonly logged: number; readonly served: number; readonly unknown: number },
  unreadable: AccessLog['unreadable'],
): void {
  const record = ({ line, time, tool, text }: AccessRecord): string =>
    `line ${line}  ${instant(time)}  ${tool ?? text}`;
  const call = ({ receipt, from, tool, outcome }: RecordedCall): string =>
    `${receipt}  ${instant(from)}  ${tool} (${outcome})`;
  list('served and not in the log', notLogged.map(record));
  list('in the log and not served', notServed.map(call));
  list('of unknown end, and served', unknownServed.map(call));
  list('of unknown end, and not served', unknownNotServed.map(call));
  list(
    'lines that cannot be read',
    unreadable.map(({ line, reason }) => `line ${line}  ${reason}`),
  );
  if (unknown > 0)
    print(`${unknown} decisions cannot be compared: their bodies are erased, or sealed with another key`);
  const verdict =
    notLogged.length + notServed.length === 0 ? styled('green', 'the same') : styled('red', 'they differ');
  print(
    `${verdict}: ${logged} calls in the log, ${served} served, ${matched} in both (${certain} by trace or receipt)`,
  );
}

function list(what: string, lines: readonly string[]): void {
  if (lines.length === 0) return;
  print(styled('bold', `${what}: ${lines.length}`));
  for (const line of lines.slice(0, MAX_PRINTED)) print(`  ${visible(line)}`);
  if (lines.length > MAX_PRINTED) print(`  and ${lines.length - MAX_PRINTED} more, which --json lists`);
}
