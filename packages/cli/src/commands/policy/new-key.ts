/** `writ policy new-key`: a key that signs bundles. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { createApproverKey, Fault, publicKeyText, systemRandom, writeKeyFile } from '@writ/core';
import { EXIT_OK } from '../../exit-codes.ts';
import { runs } from '../../run.ts';
import { askPassphrase, print, printJson } from '../../terminal/index.ts';

interface NewKeyOptions {
  readonly name: string;
  readonly passphraseFile?: string;
  readonly json?: boolean;
}

/** Adds the command to `policy`. */
export function addNewKey(policy: Command): void {
  policy
    .command('new-key')
    .description(
      'make a key that signs bundles of policies, sealed under a passphrase; its public half is printed',
    )
    .argument('<file>', 'where the private half goes; best on a machine that runs no agent')
    .requiredOption('--name <name>', 'what the key is called, without white space and `+`')
    .option('--passphrase-file <file>', 'read the passphrase from the first line of this file')
    .option('--json', 'print one JSON object')
    .action(runs(newKey));
}

async function newKey(file: string, options: NewKeyOptions): Promise<number> {
  const { name, passphraseFile, json } = options;
  const passphrase = await askPassphrase(`a passphrase for ${name}`, passphraseFile);
  if (passphraseFile === undefined && (await askPassphrase('the same again')) !== passphrase)
    throw new Fault('key.passphrase', 'the two passphrases differ');
  const { key, text } = await createApproverKey(name, passphrase, systemRandom);
  writeKeyFile(resolve(file), text);
  const anchor = publicKeyText(key);
  if (json === true) printJson({ file: resolve(file), anchor, keyId: key.keyId });
  else {
    print(anchor);
    print('name it in `plane.anchors` of each node, and at the control plane as a bundle anchor');
  }
  return EXIT_OK;
}
