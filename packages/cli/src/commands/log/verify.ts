/** `writ log verify`: whether a log is what its key signed, from the bytes up. */
import { accessSync, constants, existsSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  describeFault,
  Fault,
  isFault,
  type Pruning,
  readPruning,
  toBase64,
  verifyFolder,
  type VerifyFolderOptions,
} from '@writ/core';
import { type CheckResult, type LogReport, type Problem, summarise } from '@writ/core/proof';
import { logOptions, readKeys, trustFolder } from '../../data/index.ts';
import { EXIT_NEGATIVE, EXIT_OK } from '../../exit-codes.ts';
import { createProgress, print, printJson, remark, styled, visible } from '../../terminal/index.ts';
import { type Rows, type RowsFlags, rowsOf, verifyRows } from './verify-rows.ts';
import { type FolderTrust, readBytes, type TrustFlags, trustOf } from './verify-trust.ts';

/** Flags of the command. */
export interface VerifyOptions extends TrustFlags, RowsFlags {
  readonly checkpoint: readonly string[];
  readonly from?: string;
  readonly size?: number;
  readonly rootOnly?: boolean;
  readonly tenant?: string;
  readonly dataKeys?: string;
  readonly json?: boolean;
}

/** What is counted while a log is read. */
const ENTRIES = 'entries';
/** Width of the column of checks: that of the longest name and a space. */
const CHECK_WIDTH = 12;

/** The problem where the verifier brings no key; nothing else can be proven then. */
const NO_TRUSTED_KEY = 'no trusted key';

/** What is printed with `--json`. */
interface VerifyAnswer {
  readonly ok: boolean;
  readonly origin: string | null;
  readonly size: number | null;
  /** Standard base64, as checkpoints have it. */
  readonly root: string | null;
  /** Entries that no signature covers. */
  readonly uncovered: number;
  /** Entries that witnesses vouch for. */
  readonly witnessed: number;
  /** Entries that are pruned, and the entry that tells of it; absent where every entry was read. */
  readonly pruned?: NonNullable<LogReport['pruned']>;
  /** Checks of the log as a whole, in the order in which they are made; none where it could not be read. */
  readonly checks: readonly CheckResult[];
  /** `code: what (where)`; `no trusted key` alone where the verifier brought none. */
  readonly problems: readonly string[];
}

/**
 * Verifies the log in `folder`, or the one in PostgreSQL that flags name, with keys that never come from it; those of witnesses among them are counted. Ends with 0 where everything was verified,
 * with 1 where something was not or could not be read, and with 2 where a key, policy or checkpoint file is not usable.
 */
export async function verify(folder: string | undefined, options: VerifyOptions): Promise<number> {
  const path = folder === undefined ? undefined : resolve(folder);
  const rows = rowsOf(path, options);
  if (path === undefined && rows === undefined)
    throw new Fault('cli.usage', 'no log is named', { hint: 'name a folder, or a server with `--postgres`' });
  const trust = trustOf(options);
  const noted = options.checkpoint.map((file) => readBytes(file, 'checkpoint'));
  const { answer, hint } = await verifyAnswer(path, rows, {
    ...trust,
    noted,
    rootOnly: options.rootOnly === true,
    ...(options.tenant === undefined ? {} : { tenant: options.tenant }),
    ...(options.dataKeys === undefined ? {} : { dataKeys: await dataKeysOf(options.dataKeys) }),
    ...(options.from === undefined ? {} : { from: readBytes(options.from, 'checkpoint') }),
    ...(options.size === undefined ? {} : { minimumSize: options.size }),
  });
  if (options.json === true) printJson(answer);
  else
    printAnswer(
      answer,
      trust.keys.length,
      hint ?? witnessHint(trust),
      options.from === undefined && path !== undefined ? pruningOf(path) : undefined,
    );
  return answer.ok ? EXIT_OK : EXIT_NEGATIVE;
}

/** Keys that open bodies and the seal of the state; they prove nothing by themselves, and so may stand beside the log. */
async function dataKeysOf(folder: string): Promise<NonNullable<VerifyFolderOptions['dataKeys']>> {
  const data = resolve(folder);
  const { bodyKey, formerBodyKeys = [], signingKey } = await logOptions(data, readKeys(data));
  return { signingSeed: signingKey.seed, bodyKeys: [bodyKey, ...formerBodyKeys] };
}

async function readReport(
  path: string | undefined,
  rows: Rows | undefined,
  options: VerifyFolderOptions,
): Promise<LogReport> {
  if (rows !== undefined) return verifyRows(rows, path, options);
  const folder = path ?? '';
  if (!existsSync(folder))
    throw new Fault('log.missing', `nothing stands at \`${folder}\``, {
      folder,
      hint: 'name a data folder (`.writ`) or a published log',
    });
  // A folder that may not be entered holds no log as far as one can see; the system's reason is the better answer.
  accessSync(folder, constants.R_OK | constants.X_OK);
  return verifyFolder(folder, options);
}

async function verifyAnswer(
  path: string | undefined,
  rows: Rows | undefined,
  options: VerifyFolderOptions,
): Promise<{ readonly answer: VerifyAnswer; readonly hint?: string }> {
  try {
    const report = await readReport(path, rows, { ...options, progress: createProgress(ENTRIES) });
    const { noted = [], from, minimumWitnesses = 0, hasQuorum, rootOnly = false } = options;
    const asked = {
      noted,
      trust: { minimumWitnesses, ...(hasQuorum === undefined ? {} : { hasQuorum }) },
      ...(from === undefined ? {} : { from }),
      ...(rootOnly ? {} : { entries: 'ordered' as const }),
    };
    return { answer: answerOf(report, summarise(report, asked)) };
  } catch (fault) {
    // A server that is named wrongly was not asked; a folder was looked at.
    if (isFault(fault, 'cli.usage') || (rows !== undefined && isUnusable(fault))) throw fault;
    if (!isFault(fault) && !(fault instanceof Error && 'code' in fault)) throw fault;
    // A log that cannot be read is not verified, whatever the reason.
    const problems = [...(options.keys.length === 0 ? [NO_TRUSTED_KEY] : []), describeFault(fault)];
    const hint = isFault(fault) ? fault.data['hint'] : undefined;
    return { answer: { ...UNREAD, problems }, ...(typeof hint === 'string' ? { hint } : {}) };
  }
}

/** Whether a connection string could not be used. */
function isUnusable(fault: unknown): boolean {
  return isFault(fault, 'config.invalid') || (isFault(fault) && fault.code.startsWith('key.'));
}

/** The answer about a log that could not be read. */
const UNREAD: Omit<VerifyAnswer, 'problems'> = {
  ok: false,
  origin: null,
  size: null,
  root: null,
  uncovered: 0,
  witnessed: 0,
  checks: [],
};

/** What to do where more witnesses are demanded than there are keys of any. */
function witnessHint({ witnesses = [], minimumWitnesses = 0 }: FolderTrust): string | undefined {
  if (witnesses.length >= minimumWitnesses) return undefined;
  return `name the keys of ${minimumWitnesses} witnesses with \`--witness\`; ${witnesses.length} are named`;
}

function answerOf(report: LogReport, checks: readonly CheckResult[]): VerifyAnswer {
  const { ok, origin, size, root, pruned, uncovered, witnessed, problems } = report;
  return {
    ok,
    origin: origin ?? null,
    size: size ?? null,
    root: root === undefined ? null : toBase64(root),
    uncovered,
    witnessed: witnessed.entries,
    ...(pruned === undefined ? {} : { pruned }),
    checks,
    problems: [...new Set(problems.map(problemText))],
  };
}

function problemText({ code, message, place }: Problem): string {
  if (code === 'no-trusted-key') return NO_TRUSTED_KEY;
  return `${code}: ${message}${place === undefined ? '' : ` (${place})`}`;
}

function printAnswer(
  answer: VerifyAnswer,
  keys: number,
  hint: string | undefined,
  pruning: Pruning | undefined,
): void {
  const { ok, origin, size, root, pruned, uncovered, witnessed, checks, problems } = answer;
  const verdict = ok ? styled('green', 'verified') : styled('red', 'not verified');
  print(`${verdict}${origin === null ? '' : `  ${visible(origin)}`}`);
  if (size !== null) print(`  ${size} entries, ${uncovered} not covered by a signature`);
  if (root !== null) print(`  root ${root}, recomputed from the entries`);
  for (const { check, status } of checks) print(`  ${check.padEnd(CHECK_WIDTH)} ${styledStatus(status)}`);
  if (size !== null) print(`  witnessed ${witnessed} of ${size}`);
  if (pruned !== undefined)
    print(
      `  entries below ${pruned.below} are served no longer, as entry ${pruned.entry} tells; their hashes are those of the tiles`,
    );
  for (const problem of problems) print(`  ${styled('red', 'problem')} ${visible(problem)}`);
  if (hint !== undefined) remark(`  to do: ${visible(hint)}`);
  if (pruning !== undefined && !ok)
    remark(
      `  to do: entries below ${pruning.minimumIndex} are no longer served (${visible(pruning.policy)}); name a checkpoint of at least that many entries, which you verified earlier, with \`--from\``,
    );
  if (keys > 0) return;
  remark(
    `  to do: name the log’s key with \`--key\`, or put it into ${trustFolder(process.env)}; never take it from beside the log`,
  );
}

/** What a published log says that it no longer serves; the folder's word, for a hint alone. */
function pruningOf(path: string): Pruning | undefined {
  try {
    return readPruning(path);
  } catch {
    return undefined;
  }
}

function styledStatus(status: CheckResult['status']): string {
  if (status === 'not run') return status;
  return styled(status === 'passed' ? 'green' : 'red', status);
}
