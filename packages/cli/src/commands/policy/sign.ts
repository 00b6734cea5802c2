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
import { atPlane, type Plane, textIn } from '../../plane/index.ts';
import { collect, runs } from '../../run.ts';
import { instant, print, printJson, remark, visible } from '../../terminal/index.ts';
import { bundleSigner, type SignerOptions } from './bundle-signer.ts';
import { writeNew } from './new-files.ts';
import { approvedVersion, latestEnvelope, uploadBundle } from './plane/index.ts';
import { addSignerOptions } from './signer-options.ts';

interface SignOptions extends SignerOptions {
  readonly out: string;
  readonly after?: string;
  readonly anchor: readonly string[];
  readonly plane?: string | true;
  readonly versionId?: string;
  readonly json?: boolean;
}

const HELP = `
Without \`--plane\` it needs no control plane, and with \`--key\` no network: run it where no agent does, and upload what it wrote from elsewhere.
Exit codes: 0 signed (and taken), 1 the control plane refuses it, 2 it cannot be signed, or was asked wrongly, 74 the control plane cannot be reached or failed.`;

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
    .option(
      '--after <file>',
      'the bundle before it; without one this is the first, or, with `--plane`, what follows the latest there',
    )
    .option(
      '--anchor <key>',
      'another key that the bundle before may be signed by; may be repeated',
      collect,
      [],
    )
    .option('--passphrase-file <file>', 'read the passphrase from the first line of this file')
    .option(
      '--plane [url]',
      'and give it to a control plane: this one, or, without an address, the one you signed in to last; the key stays here',
    )
    .option(
      '--version-id <id>',
      'with `--plane`: the approved version that it holds (default: the newest with these policies)',
    )
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(runs(sign));
}

function sign(file: string, options: SignOptions): Promise<number> {
  if (options.plane === undefined) return signWith(file, options, undefined);
  return atPlane(options, (plane) => signWith(file, options, plane));
}

async function signWith(file: string, options: SignOptions, plane: Plane | undefined): Promise<number> {
  const described = parseBundleFile(readUtf8(file), resolve(file), dirname(resolve(file)));
  const signer = await bundleSigner(options);
  const before = await readBefore(options, signer.anchor, () =>
    plane === undefined ? Promise.resolve(undefined) : latestEnvelope(plane, described),
  );
  requireSameTrack(described, before);
  const content = contentOf(described, before);
  // Everything that would make the bundle worthless is told before anybody types a passphrase.
  const { policyHash } = loadBundle(content).decisionPoint;
  const version =
    plane === undefined ? undefined : (options.versionId ?? (await approvedVersion(plane, policyHash)));
  tell(content, policyHash);
  const { keyId } = signer;
  const { toBeSigned, seal } = prepareBundle(content, [keyId]);
  const envelope = seal([{ keyId, signature: await signer.sign(toBeSigned) }]);
  const { hash } = verifyBundle(envelope, parseTrustAnchors([signer.anchor]));
  writeNew(resolve(options.out), envelope);
  const taken =
    plane === undefined || version === undefined
      ? undefined
      : await uploadBundle(plane, { envelope, version });
  const { version: number } = content;
  if (options.json === true)
    printJson({
      file: resolve(options.out),
      version: number,
      hash,
      policyHash,
      keyId,
      ...(taken === undefined || plane === undefined
        ? {}
        : { plane: plane.url, bundle: textIn(taken, 'id') }),
    });
  else {
    print(`signed bundle ${number}, ${hash.slice(0, 12)}, into ${visible(options.out)}`);
    if (taken !== undefined)
      print(`the control plane has it as ${textIn(taken, 'id')}: \`writ policy rollout start ID --stage …\``);
  }
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

/** Verified like any other: its hash is what the new one stands on. INVARIANT: what a control plane says is the latest is no more than a file: a key that is trusted here signed it. */
async function readBefore(
  { after, anchor }: SignOptions,
  own: string,
  latest: () => Promise<string | undefined>,
): Promise<VerifiedBundle | undefined> {
  const envelope = after === undefined ? await latest() : readUtf8(after);
  if (envelope === undefined) return undefined;
  return verifyBundle(envelope, parseTrustAnchors([...new Set([own, ...anchor])]));
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
