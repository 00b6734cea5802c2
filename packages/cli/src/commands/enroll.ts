/** `writ enroll`: make this data folder a node of a control plane, by a code that is good once. */
import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { Fault, KEYS_FOLDER, systemClock, systemRandom } from '@writ/core';
import { createPlaneClient, type Enrolled, enrolNode } from '@writ/gateway/plane';
import { locate, type LocateOptions, readKeys } from '../data/index.ts';
import { EXIT_OK } from '../exit-codes.ts';
import { originOf, readAuthorities } from '../plane/index.ts';
import { runs } from '../run.ts';
import { print, printJson, remark, visible } from '../terminal/index.ts';

interface EnrollFlags extends LocateOptions {
  readonly codeStdin?: boolean;
  readonly codeFile?: string;
  readonly ca?: string;
  readonly pin?: string;
}

/** File of the node's key at its control plane, in the keys folder. */
export const NODE_KEY_FILE = 'plane-node.key';

/** Adds the command to `program`. */
export function addEnroll(program: Command): void {
  program
    .command('enroll')
    .description('make this data folder a node of a control plane, by the code that its administrator made')
    .argument('<url>', 'its address, such as https://plane.example.org')
    .option('--code-stdin', 'read the code from standard input')
    .option('--code-file <file>', 'read it from a file')
    .option('--ca <file>', 'authorities that its certificate is checked against, in PEM')
    .option('--pin <sha256>', 'SHA-256 of its public key in base64')
    .option('--config <file>', 'the configuration (default: writ.yaml here)')
    .option('--data <dir>', 'the data folder (default: the configuration’s)')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nThe key is made here and never leaves. A code whose answer was lost is sent again with the same key: run it again.',
    )
    .action(runs(enroll));
}

async function enroll(address: string, flags: EnrollFlags): Promise<number> {
  const url = originOf(address);
  const code = await readCode(flags);
  const { data } = locate(flags);
  const { logKey, nextKey } = readKeys(data);
  const keyFile = join(data, KEYS_FOLDER, NODE_KEY_FILE);
  const client = createPlaneClient({
    url,
    clock: systemClock,
    random: systemRandom,
    ...(flags.ca === undefined ? {} : { ca: readAuthorities(flags.ca) }),
    ...(flags.pin === undefined ? {} : { pins: [flags.pin] }),
  });
  try {
    const logKeys = nextKey === undefined ? [logKey] : [logKey, nextKey.key];
    const enrolled = await enrolNode({ client, url, code, keyFile, logKeys, random: systemRandom });
    if (flags.json === true) printJson({ plane: url, ...enrolled, key: keyFile });
    else tell(url, enrolled, keyFile, flags);
  } finally {
    client.close();
  }
  return EXIT_OK;
}

/** The lines for the configuration. Who signs bundles is not among them: that is told by people, never by the control plane. */
function tell(url: string, enrolled: Enrolled, keyFile: string, { ca, pin }: EnrollFlags): void {
  const { organisation, node, name, environment, team, mirrors } = enrolled;
  remark(
    `this is the node ${visible(name)} now; write into writ.yaml, with the keys that sign your policies:`,
  );
  print('plane:');
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['url', url],
    ['organisation', organisation],
    ['node', node],
    ['team', team],
    ['environment', environment],
    ['key', relative('.', keyFile)],
    ['ca', ca],
    ['pins', pin === undefined ? undefined : `[${pin}]`],
    ['anchors', '[NAME+KEYID+BASE64]'],
  ];
  for (const [field, value] of lines) if (value !== undefined) print(`  ${field}: ${visible(value)}`);
  for (const mirror of mirrors)
    remark(`it takes this log: witness ${visible(`${mirror.name} ${mirror.key} ${mirror.url}`)}`);
}

/** From a file or standard input; never from the arguments, which every user of the machine can read. */
async function readCode({ codeStdin, codeFile }: EnrollFlags): Promise<string> {
  if ((codeStdin === true) === (codeFile !== undefined))
    throw new Fault('cli.usage', 'one of `--code-stdin` and `--code-file` is expected', {
      hint: 'the code is a secret until it is used, and no argument',
    });
  const code = codeFile === undefined ? await text(process.stdin) : readCodeFile(resolve(codeFile));
  if (code.trim() !== '') return code.trim();
  throw new Fault('cli.usage', 'there is no code', { hint: 'an administrator makes one for this node' });
}

function readCodeFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Fault('cli.usage', `cannot read \`${file}\``, { file }, { cause });
  }
}
