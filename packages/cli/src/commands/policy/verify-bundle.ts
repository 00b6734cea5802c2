/** `writ policy verify-bundle`: whether a bundle is genuine, and what it says. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { Fault, fromUtf8, isFault, parseTrustAnchors, systemClock, verifyBundle } from '@writ/core';
import { loadBundle } from '@writ/gateway/plane';
import { EXIT_NEGATIVE, EXIT_OK } from '../../exit-codes.ts';
import { collect, runs } from '../../run.ts';
import { instant, print, printJson, printProblem, visible } from '../../terminal/index.ts';

interface VerifyOptions {
  readonly anchor: readonly string[];
  readonly json?: boolean;
}

/** Adds the command to `policy`. */
export function addVerifyBundle(policy: Command): void {
  policy
    .command('verify-bundle')
    .description('say whether a key that you trust signed a bundle, and what is in it; exit 1 where none did')
    .argument('<file>', 'the bundle')
    .option(
      '--anchor <key>',
      'a key that you trust, `name+keyid+base64`, needed; may be repeated',
      collect,
      [],
    )
    .option('--json', 'print one JSON object')
    .action(runs(verify));
}

function verify(file: string, options: VerifyOptions): Promise<number> {
  if (options.anchor.length === 0)
    throw new Fault('cli.usage', '`--anchor` is not given: no key is believed that came with the bundle', {
      hint: 'as `writ policy new-key` printed it',
    });
  const anchors = parseTrustAnchors(options.anchor);
  try {
    const { bundle, hash, anchors: vouching } = verifyBundle(readText(file), anchors);
    const { decisionPoint } = loadBundle(bundle);
    const isYoung = systemClock.now() <= bundle.created + bundle.maxAge;
    const { version, organisation, environment, team, offline, mode, created, maxAge, policies } = bundle;
    const said = { version, organisation, environment, team, offline, mode, created, maxAge };
    if (options.json === true)
      printJson({ genuine: true, hash, ...said, policyHash: decisionPoint.policyHash, signers: vouching });
    else {
      print(`genuine: bundle ${version}, ${hash}`);
      print(`for ${visible([organisation, environment, ...(team === undefined ? [] : [team])].join(', '))}`);
      print(`policy set ${decisionPoint.policyHash}, ${policies.length} files`);
      print(`${offline}, ${isYoung ? 'good until' : 'past its age since'} ${instant(created + maxAge)}`);
    }
    return Promise.resolve(EXIT_OK);
  } catch (fault) {
    if (!isFault(fault) || !fault.code.startsWith('bundle.')) throw fault;
    if (options.json === true) printJson({ genuine: false, code: fault.code, problem: fault.message });
    else printProblem(fault);
    return Promise.resolve(EXIT_NEGATIVE);
  }
}

function readText(file: string): string {
  try {
    return fromUtf8(readFileSync(resolve(file)));
  } catch (cause) {
    throw new Fault('config.unreadable', `cannot read \`${file}\` as UTF-8 text`, { file }, { cause });
  }
}
