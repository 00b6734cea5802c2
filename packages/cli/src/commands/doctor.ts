/** `writ doctor`: whether this installation stops what it should, tried out. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import {
  describeFault,
  Fault,
  KEYS_FOLDER,
  openDataKeys,
  publicKeyText,
  readKeyFile,
  systemClock,
  systemRandom,
  tenantsOf,
} from '@writ/core';
import { formatVerifierKey } from '@writ/core/proof';
import { DEFAULT_RETENTION } from '@writ/core/records';
import { checkPolicies, type Configuration, judgeIsolation, readIsolationFacts } from '@writ/gateway';
import { runCanary } from '../canary/index.ts';
import { APPROVER_KEY_FILE, locate, type LocateOptions, readTrust, trustFolder } from '../data/index.ts';
import { EXIT_NEGATIVE, EXIT_OK } from '../exit-codes.ts';
import { runs } from '../run.ts';
import { counted, print, printJson, styled, visible } from '../terminal/index.ts';
import { bucketFinding } from './doctor-bucket.ts';
import { formerFindings } from './doctor-former.ts';
import { type Finding, recordFinding } from './doctor-record.ts';
import { retentionFinding } from './doctor-retention.ts';
import { sandboxFindings } from './doctor-sandbox.ts';
import { confinedFindings, hookFindings } from './hook/index.ts';
import { mark, printFindings } from './print-findings.ts';

/** Adds the command to `program`. */
export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description(
      'try a forbidden action through the real gateway, and look at keys, permissions and isolation',
    )
    .option('--config <file>', 'the configuration (default: writ.yaml here)')
    .option('--data <dir>', 'the data folder (default: the configuration’s)')
    .option('--sandbox', 'try sandboxes alone, and show every refusal')
    .option('--json', 'print one JSON object')
    .action(runs(doctor));
}

async function doctor(options: LocateOptions & { readonly sandbox?: boolean }): Promise<number> {
  if (options.sandbox === true) return doctorSandbox(options);
  const findings: Finding[] = [
    { check: 'node', status: 'ok', detail: `${process.version} at ${process.execPath}` },
  ];
  const located = tryFinding(
    findings,
    'configuration',
    () => locate(options),
    // What is named and is not there is a mistake; nothing named and nothing there is a beginning.
    options.config === undefined && options.data === undefined
      ? 'nothing configured here yet; run `writ init`'
      : undefined,
    'warn',
  );
  if (located?.config !== undefined) checkConfiguration(findings, located.config);
  if (located !== undefined) {
    // The first hook starts the daemon, which makes the keys where there are none yet.
    findings.push(...(await hookFindings(located.data)), ...(await confinedFindings(located.data)));
    checkData(findings, located.data);
    findings.push(await recordFinding(located.data), retentionFinding(located.data));
    const { settings = DEFAULT_RETENTION } = located.config?.retention ?? {};
    findings.push(...formerFindings(located.data, settings, systemClock.now()));
    if (located.publish !== undefined) findings.push(await bucketFinding(located.data, located.publish));
  }
  findings.push(...(await canaryFindings()), ...(await sandboxFindings()));
  const isWell = findings.every(({ status }) => status !== 'fail');
  if (options.json === true) printJson({ ok: isWell, checks: findings });
  else printFindings(findings);
  return isWell ? EXIT_OK : EXIT_NEGATIVE;
}

async function doctorSandbox({ json }: LocateOptions): Promise<number> {
  const findings = await sandboxFindings();
  const isWell = findings.every(({ status }) => status !== 'fail');
  if (json === true) printJson({ ok: isWell, checks: findings });
  for (const { check, status, detail, trials } of json === true ? [] : findings) {
    print(`${mark(status)}  ${check.padEnd(20)} ${visible(detail)}`);
    for (const { effect, isRefused, answer } of trials)
      print(`      ${isRefused ? 'refused' : styled('red', 'NOT REFUSED')}  ${effect}: ${visible(answer)}`);
  }
  return isWell ? EXIT_OK : EXIT_NEGATIVE;
}

function checkConfiguration(findings: Finding[], config: Configuration): void {
  findings.push({ check: 'configuration', status: 'ok', detail: config.file ?? 'flags' });
  tryFinding(findings, 'policies', () => {
    if (config.plane !== undefined) {
      const { url, environment, anchors } = config.plane;
      const detail = `signed bundles of ${url} for ${environment}, believed under ${counted(anchors.length, 'key')}`;
      findings.push({ check: 'policies', status: 'ok', detail });
      return;
    }
    const { policies, warnings } = checkPolicies(config);
    const notes = warnings.map(({ message }) => `; ${message}`).join('');
    findings.push({
      check: 'policies',
      status: notes === '' ? 'ok' : 'warn',
      detail: `${policies.length} policies, ${config.mode} mode${notes}`,
    });
  });
  // They come with the bundle in force.
  if (config.plane !== undefined) return;
  const count = config.approvals.approvers.length;
  findings.push(
    count > 0
      ? { check: 'approvers', status: 'ok', detail: `${count} may approve` }
      : { check: 'approvers', status: 'warn', detail: 'nobody may approve: what needs a person is denied' },
  );
}

function checkData(findings: Finding[], data: string): void {
  tryFinding(findings, 'keys', () => {
    const keys = openDataKeys(data, { create: false, clock: systemClock, random: systemRandom });
    const approver = join(data, KEYS_FOLDER, APPROVER_KEY_FILE);
    if (existsSync(approver)) readKeyFile(approver);
    const open = [data, join(data, KEYS_FOLDER)].filter(
      (path) => process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0,
    );
    findings.push(
      open.length === 0
        ? { check: 'keys', status: 'ok', detail: `log ${keys.origin}, readable by you alone` }
        : {
            check: 'keys',
            status: 'warn',
            detail: `others can enter ${open.join(' and ')}; run \`chmod 700\` on it`,
          },
    );
    const own = publicKeyText(keys.logKey);
    const isTrusted = readTrust(trustFolder(process.env)).some((key) => formatVerifierKey(key) === own);
    findings.push(
      isTrusted
        ? { check: 'trust', status: 'ok', detail: `the log’s key is in ${trustFolder(process.env)}` }
        : {
            check: 'trust',
            status: 'warn',
            detail: `the log’s key is not in ${trustFolder(process.env)}: \`writ log verify\` needs --key`,
          },
    );
  });
  tryFinding(findings, 'tenants', () => {
    const { length } = tenantsOf(data);
    if (length === 0) return;
    const detail = `the data folder holds the logs of ${length} tenants besides its own; \`writ log tenants\` lists them`;
    findings.push({ check: 'tenants', status: 'ok', detail });
  });
  const isolation = judgeIsolation(readIsolationFacts(data));
  findings.push(
    isolation === 'isolated'
      ? {
          check: 'isolation',
          status: 'ok',
          detail: 'started by another user, who cannot reach the data folder',
        }
      : {
          check: 'isolation',
          status: 'warn',
          detail:
            'unisolated: an agent with a shell as your user could change Writ’s files; approvals still need the passphrase',
        },
  );
}

async function canaryFindings(): Promise<readonly Finding[]> {
  try {
    const { isArmed, isRefused, isHarmless, isVerified, message } = await runCanary();
    return [
      {
        check: 'canary armed',
        ...verdict(isArmed, 'without Writ the action happens', 'the canary does nothing even without Writ'),
      },
      { check: 'canary denied', ...verdict(isRefused, message, `the gateway did not refuse it: ${message}`) },
      {
        check: 'canary effect',
        ...verdict(isHarmless, 'the forbidden file does not exist', 'THE FORBIDDEN FILE WAS WRITTEN'),
      },
      {
        check: 'canary record',
        ...verdict(
          isVerified,
          'the refusal is in a log that verifies',
          'the log of the trial does not verify',
        ),
      },
    ];
  } catch (fault) {
    return [{ check: 'canary', status: 'fail', detail: describeFault(fault) }];
  }
}

function verdict(isGood: boolean, good: string, bad: string): Pick<Finding, 'status' | 'detail'> {
  return isGood ? { status: 'ok', detail: good } : { status: 'fail', detail: bad };
}

/** What `act` answers; a fault becomes a finding. */
function tryFinding<Result>(
  findings: Finding[],
  check: string,
  act: () => Result,
  absent?: string,
  status: 'warn' | 'fail' = 'fail',
): Result | undefined {
  try {
    return act();
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    const isAbsent = absent !== undefined && fault.code === 'config.not-found';
    findings.push({
      check,
      status: isAbsent ? status : 'fail',
      detail: isAbsent ? absent : describeFault(fault),
    });
    return undefined;
  }
}
