/** `writ policy sign`: a bundle that nodes believe, made offline by whoever holds the key. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import {
  type BundleContent,
  Fault,
  fromUtf8,
  parseTools,
  parseTrustAnchors,
  prepareBundle,
  systemClock,
  type VerifiedBundle,
  verifyBundle,
} from '@writ/core';
import { readPolicyInput } from '@writ/gateway';
import { type BundleDescription, loadBundle, parseBundleFile } from '@writ/gateway/plane';
import { EXIT_OK } from '../../exit-codes.ts';
import { collect, runs } from '../../run.ts';
import { instant, print, printJson, remark, visible } from '../../terminal/index.ts';
import { bundleSigner, type SignerOptions } from './bundle-signer.ts';
import { writeNew } from './new-files.ts';
import { addSignerOptions } from './signer-options.ts';

interface SignOptions extends SignerOptions {
  readonly out: string;
  readonly after?: string;
  readonly anchor: readonly string[];
  readonly json?: boolean;
}

/** Adds the command to `policy`. */
export function addSign(policy: Command): void {
  addSignerOptions(
    policy
      .command('sign')
      .description(
        'sign a policy set, its approvers and how long it may be relied on as a bundle that nodes take',
      )
      .argument('<bundle.yaml>', 'organisation, environment, policies, max_age, offline, approvers, …'),
  )
    .requiredOption('--out <file>', 'where the bundle goes; never over what is there')
    .option('--after <file>', 'the bundle before it; without one this is the first')
    .option(
      '--anchor <key>',
      'another key that the bundle before may be signed by; may be repeated',
      collect,
      [],
    )
    .option('--passphrase-file <file>', 'read the passphrase from the first line of this file')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nNeeds no control plane, and with `--key` no network: run it where no agent does.',
    )
    .action(runs(sign));
}

async function sign(file: string, options: SignOptions): Promise<number> {
  const described = parseBundleFile(readUtf8(file), resolve(file), dirname(resolve(file)));
  const signer = await bundleSigner(options);
  const before = readBefore(options, signer.anchor);
  requireSameTrack(described, before);
  const content = contentOf(described, before);
  // Everything that would make the bundle worthless is told before anybody types a passphrase.
  const { decisionPoint } = loadBundle(content);
  tell(content, decisionPoint.policyHash);
  const { keyId } = signer;
  const { toBeSigned, seal } = prepareBundle(content, [keyId]);
  const envelope = seal([{ keyId, signature: await signer.sign(toBeSigned) }]);
  const { hash } = verifyBundle(envelope, parseTrustAnchors([signer.anchor]));
  writeNew(resolve(options.out), envelope);
  const { version } = content;
  if (options.json === true)
    printJson({
      file: resolve(options.out),
      version,
      hash,
      policyHash: decisionPoint.policyHash,
      keyId,
    });
  else print(`signed bundle ${version}, ${hash.slice(0, 12)}, into ${visible(options.out)}`);
  return EXIT_OK;
}

function contentOf(described: BundleDescription, before: VerifiedBundle | undefined): BundleContent {
  const { policies, tools, ...rest } = described;
  const input = readPolicyInput([policies], policies);
  if (input.kind !== 'set')
    throw new Fault('policy.syntax', `\`${policies}\` is no policy set: a bundle holds a whole one`, {
      hint: 'put a `policy-set.yaml` with `name` and `version` into it',
    });
  return {
    ...rest,
    version: (before?.bundle.version ?? 0) + 1,
    ...(before === undefined ? {} : { previous: before.hash }),
    created: systemClock.now(),
    policies: input.files.map(({ name, text }) => ({ path: name.replaceAll('\\', '/'), text })),
    ...(tools === undefined ? {} : { tools: readSchemas(tools) }),
  };
}

function readSchemas(file: string): Readonly<Record<string, unknown>> {
  const tools = parseTools({ name: file, text: readUtf8(file) });
  return Object.fromEntries(
    tools.map(({ server, name, definition }) => [`${server}/${name}`, definition['inputSchema']]),
  );
}

/** Verified like any other: its hash is what the new one stands on. */
function readBefore({ after, anchor }: SignOptions, own: string): VerifiedBundle | undefined {
  if (after === undefined) return undefined;
  return verifyBundle(readUtf8(after), parseTrustAnchors([...new Set([own, ...anchor])]));
}

function requireSameTrack(described: BundleDescription, before: VerifiedBundle | undefined): void {
  if (before === undefined) return;
  const { bundle } = before;
  for (const what of ['organisation', 'environment', 'team'] as const)
    if (bundle[what] !== described[what])
      throw new Fault('cli.usage', `the bundle before is for another ${what} than this one`, {
        hint: `it is for \`${bundle[what] ?? 'none'}\``,
      });
}

function tell(content: BundleContent, policyHash: string): void {
  const { organisation, environment, team, version, offline, created, maxAge, mode, approvers } = content;
  const who = [organisation, environment, ...(team === undefined ? [] : [`team ${team}`])].join(', ');
  remark(`bundle ${version} for ${visible(who)}: policy set ${policyHash}`);
  remark(
    `to be relied on until ${instant(created + maxAge)}, ${offline}, ${mode} where the set names no mode`,
  );
  const names = approvers.map(({ id, groups }) =>
    groups.length === 0 ? id : `${id} (${groups.join(', ')})`,
  );
  remark(`approvers: ${names.length === 0 ? 'nobody' : visible(names.join(', '))}`);
}

function readUtf8(file: string): string {
  try {
    return fromUtf8(readFileSync(resolve(file)));
  } catch (cause) {
    throw new Fault('config.unreadable', `cannot read \`${file}\` as UTF-8 text`, { file }, { cause });
  }
}
