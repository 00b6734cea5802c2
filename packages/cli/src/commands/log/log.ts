/** `writ log`: reading, verifying and proving what was recorded. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import {
  type Entry,
  fromUtf8,
  isFault,
  type JsonObject,
  LOG_FOLDER,
  MICROS,
  parseStrictJson,
} from '@writ/core';
import { CHECKPOINT_PATH } from '@writ/core/proof';
import {
  locate,
  type LocateOptions,
  proveEntry,
  type ReadData,
  readData,
  writeData,
  type WritePlace,
} from '../../data/index.ts';
import { EXIT_OK } from '../../exit-codes.ts';
import { collect, runs } from '../../run.ts';
import {
  instant,
  isOutputRead,
  print,
  printJson,
  styledVerdict,
  visible,
  visibleJson,
  write,
} from '../../terminal/index.ts';
import { addBackup } from './backup.ts';
import { addDisclose } from './disclose.ts';
import { downtime } from './downtime.ts';
import { addFetch } from './fetch.ts';
import { privacyDetailOf } from './privacy-detail.ts';
import { addPrune } from './prune.ts';
import { addReconcile } from './reconcile.ts';
import { indexOf } from './receipt.ts';
import { replicate } from './replicate.ts';
import { shadow, shadowNote } from './shadow.ts';
import { tenants } from './tenants.ts';
import { verify } from './verify.ts';

interface TailOptions extends LocateOptions {
  readonly number: number;
  readonly follow?: boolean;
}

interface ProveOptions extends LocateOptions {
  readonly out?: string;
  readonly entry?: string;
}

/** Time between two looks of `tail --follow`, in milliseconds. */
const FOLLOW_MS = 250;

/** Adds the commands to `program`. */
export function addLog(program: Command): void {
  const log = program.command('log').description('the record: read, verify, prove').helpCommand(false);
  log
    .command('verify')
    .description('verify a data folder, a published log or a log in PostgreSQL, with keys that you bring')
    .argument('[dir]', 'a data folder (.writ) or a published log')
    .option(
      '--postgres <source>',
      'a log in PostgreSQL; where the connection string is: env:NAME or file:PATH',
    )
    .option('--schema <name>', 'its schema (default: writ, or the one that the data folder names)')
    .option(
      '--data-keys <dir>',
      'a data folder with whose keys bodies are opened and the state’s seal is checked',
    )
    .option(
      '--key <file>',
      'the log’s verifier key (default: your trust folder); may be repeated',
      collect,
      [],
    )
    .option(
      '--checkpoint <file>',
      'a checkpoint you noted earlier, which the log must extend; may be repeated',
      collect,
      [],
    )
    .option('--witness <file>', 'the verifier key of a witness; may be repeated', collect, [])
    .option('--quorum <count>', 'how many witnesses must have cosigned', parseCount)
    .option('--policy <file>', 'a trust policy, which names logs, witnesses and quorum in their place')
    .option('--from <file>', 'go on from this checkpoint, which you verified earlier; published logs alone')
    .option('--size <entries>', 'how many entries there must be at least', parseSize)
    .option('--root-only', 'signatures, size and root alone; published logs alone')
    .option('--tenant <name>', 'the tenant of a data folder with several; `default` for the folder’s own log')
    .option('--json', 'print one JSON object')
    .action(runs(verify));
  shared(log.command('show').description('show one entry, with its sealed body where you hold the key'))
    .argument('<receipt>', 'origin#index, or the index alone')
    .action(runs(show));
  shared(log.command('tail').description('show the last entries'))
    .option('-n, --number <count>', 'how many', parseCount, 20)
    .option('-f, --follow', 'go on with new ones; with --json one object a line')
    .action(runs(tail));
  shared(
    log
      .command('shadow')
      .description('count what a candidate set (`shadow:` in writ.yaml) answered beside the set in force'),
  ).action(runs(shadow));
  shared(
    log.command('downtime').description('list times in which nobody wrote; exit 1 where nobody says why'),
  ).action(runs(downtime));
  addBackup(log, shared);
  shared(
    log.command('tenants').description('list the tenants of a data folder, and the origin of each log'),
  ).action(runs(tenants));
  addPrune(shared(log.command('prune')));
  addReconcile(shared(log.command('reconcile')));
  addFetch(log.command('fetch'));
  shared(
    log
      .command('replicate')
      .description('send what is published to a mirror (c2sp.org/tlog-mirror), from wherever it is'),
  )
    .option('--policy <file>', 'the trust policy that names the mirror (default: `witnesses:` in writ.yaml)')
    .option(
      '--to <name>',
      'what the policy calls the mirror (default: the first of `replicate:` in writ.yaml)',
    )
    .option('-f, --follow', 'go on with what is published later, until it is ended')
    .action(runs(replicate));
  shared(
    log.command('checkpoint').description('print the newest published checkpoint, to note or to hand on'),
  ).action(runs(checkpoint));
  shared(
    log
      .command('prove')
      .description('write the receipt of one entry as a C2SP tlog-proof, which verifies offline'),
  )
    .argument('<receipt>', 'origin#index, or the index alone')
    .option('--out <file>', 'where to write the proof (default: standard output)')
    .option('--entry <file>', 'also write the exact bytes that it proves')
    .action(runs(prove));
  addDisclose(log, shared);
}

function shared(command: Command): Command {
  return command
    .option('--config <file>', 'the configuration (default: writ.yaml here)')
    .option('--data <dir>', 'the data folder (default: the configuration’s)')
    .option('--json', 'print JSON');
}

function show(receipt: string, options: LocateOptions): Promise<number> {
  return readData(locate(options).data, (opened) => {
    const index = indexOf(receipt, opened);
    const { bytes, entry } = opened.reader.entry(index);
    const body = bodyOf(opened, index, entry);
    if (options.json === true) {
      printJson({ index, entry: parseStrictJson(fromUtf8(bytes)), body: body ?? null });
      return EXIT_OK;
    }
    print(line(index, entry));
    print(visibleJson(entry));
    if (body !== undefined) print(`sealed body:\n${visibleJson(body)}`);
    return EXIT_OK;
  });
}

function tail(options: TailOptions): Promise<number> {
  return readData(locate(options).data, async ({ reader, refresh }) => {
    const first = Math.max(0, reader.size() - options.number);
    if (options.json === true && options.follow !== true) {
      const indexes = Array.from({ length: reader.size() - first }, (_, at) => first + at);
      printJson({ entries: indexes.map((index) => ({ index, entry: reader.entry(index).entry })) });
      return EXIT_OK;
    }
    for (let next = first; isOutputRead(); ) {
      for (; next < reader.size() && isOutputRead(); next += 1) {
        const { entry } = reader.entry(next);
        if (options.json === true) printJson({ index: next, entry });
        else print(line(next, entry));
      }
      if (options.follow !== true) return EXIT_OK;
      await sleep(FOLLOW_MS);
      await refresh();
    }
    return EXIT_OK;
  });
}

async function checkpoint(options: LocateOptions): Promise<number> {
  const note = await publishedCheckpoint(locate(options));
  if (options.json === true) printJson({ checkpoint: note });
  else write(note);
  return EXIT_OK;
}

async function prove(receipt: string, options: ProveOptions): Promise<number> {
  const located = locate(options);
  const { origin, index, entry } = await readData(located.data, ({ keys, reader }) => {
    const at = indexOf(receipt, { keys, reader });
    return { origin: keys.origin, index: at, entry: reader.entry(at).bytes };
  });
  const proof = await proveEntry(located, index);
  if (options.entry !== undefined) writeFileSync(options.entry, entry);
  if (options.out !== undefined) writeFileSync(options.out, proof);
  if (options.json === true)
    printJson({ receipt: `${origin}#${index}`, proof: fromUtf8(proof), entry: fromUtf8(entry) });
  else if (options.out === undefined) write(proof);
  else print(`wrote the proof of ${origin}#${index} to ${options.out}`);
  return EXIT_OK;
}

/** The published checkpoint; where nothing was published yet, it is now. */
async function publishedCheckpoint(place: WritePlace): Promise<string> {
  const file = join(place.data, LOG_FOLDER, CHECKPOINT_PATH);
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) throw cause;
  }
  await writeData(place, ({ log }) => log.publish());
  return readFileSync(file, 'utf8');
}

function bodyOf({ reader }: ReadData, index: number, entry: Entry): JsonObject | undefined {
  if (entry.body === undefined) return undefined;
  try {
    return reader.body(index);
  } catch (fault) {
    if (isFault(fault, 'log.body-erased') || isFault(fault, 'key.missing')) return undefined;
    throw fault;
  }
}

/** One entry on one line. */
function line(index: number, entry: Entry): string {
  return `#${index}  ${instant(entry.time)}  ${entry.kind.padEnd(8)}  ${detailOf(entry)}`;
}

/** What a call cost, in units of the currency. */
function costNote(micros: number | undefined): string {
  return micros === undefined ? '' : `  cost ${micros / MICROS}`;
}

function detailOf(entry: Entry): string {
  switch (entry.kind) {
    case 'decision': {
      const { verdict, would, method, code, determining } = entry.decision;
      const why = code ?? determining.map(({ id }) => id).join(', ');
      return `${styledVerdict(verdict)}${would === undefined ? '' : ` (would ${would})`} ${method}  ${visible(why)}${shadowNote(entry.decision)}`;
    }
    case 'outcome':
      return `${entry.outcome} of #${entry.decisionOf}${entry.code === undefined ? '' : `  ${entry.code}`}${costNote(entry.costMicros)}${shadowNote(entry.delivery)}`;
    case 'answer':
      return `${entry.answer.answer} #${entry.decisionOf} by key ${entry.answer.keyId}`;
    case 'kill':
      return `${entry.kill.action} of a ${entry.kill.scope}, epoch ${entry.kill.killEpoch}`;
    case 'policy':
      return `${entry.policy.policyHash.slice(0, 12)} in ${entry.policy.mode} mode, epoch ${entry.policy.policyEpoch}`;
    case 'pin':
      return `${entry.pin.status} (${entry.pin.cause})  ${entry.pin.definitionHash.slice(0, 12)}`;
    case 'start':
      return `version ${entry.start.softwareVersion}, ${entry.start.closedUnknown} closed as unknown`;
    case 'refusals':
      return Object.entries(entry.refusals.counts)
        .map(([code, count]) => `${count} × ${code}`)
        .join(', ');
    case 'key':
      return `${entry.key.action} ${visible(entry.key.key)}`;
    case 'heartbeat':
      return `at least every ${entry.heartbeat.everyMs / 1000} s`;
    case 'downtime':
      return `nobody wrote since ${instant(entry.downtime.since)}, after #${entry.downtime.after}${entry.downtime.end === 'stopped' ? '' : ', which did not stop in order'}`;
    case 'mirror':
      return `${entry.mirror.action} ${visible(entry.mirror.log)}${entry.mirror.action === 'cosign' ? `, ${entry.mirror.size} entries` : ''}`;
    case 'issuer':
      return `${entry.issuer.action} ${entry.issuer.issuer}${entry.issuer.action === 'keys_kept' ? `, until ${instant(entry.issuer.until)}` : ''}`;
    case 'token':
      return `${entry.token.action} ${entry.token.id}${entry.token.action === 'create' ? `, until ${instant(entry.token.expires)}` : ''}`;
    case 'stop':
      return `${entry.stop.entries} entries of its own`;
    case 'administration':
      return `${entry.administration.action} ${entry.administration.object} by a ${entry.administration.actor}`;
    case 'sign_in':
      return `${entry.signIn.action} by ${entry.signIn.method}${entry.signIn.code === undefined ? '' : ` (${entry.signIn.code})`}`;
    case 'body_key':
    case 'case':
    case 'consent':
    case 'erasure':
    case 'export':
    case 'legal_hold':
    case 'notice':
    case 'register':
    case 'retention':
      return privacyDetailOf(entry);
    default:
      return entry satisfies never;
  }
}

/** The size of a log, which grows beyond what {@link parseCount} takes. */
function parseSize(text: string): number {
  if (/^[1-9]\d{0,15}$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new InvalidArgumentError(`expected a number from 1 to ${Number.MAX_SAFE_INTEGER}`);
}

function parseCount(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected a number from 1 to 999999');
}
