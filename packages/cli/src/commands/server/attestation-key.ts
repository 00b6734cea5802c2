/** `writ server attestation-key`: a key with which a control plane attests that somebody was signed in. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { createSigningKey, publicKeyText, systemRandom, writeKeyFile } from '@writ/core';
import { EXIT_OK } from '../../exit-codes.ts';
import { runs } from '../../run.ts';
import { print, printJson } from '../../terminal/index.ts';

interface KeyOptions {
  readonly name: string;
  readonly json?: boolean;
}

/** Adds the command to `server`. */
export function addAttestationKey(server: Command): void {
  server
    .command('attestation-key')
    .description(
      'make a key with which a control plane answers approvals for whoever is signed in (off by default)',
    )
    .argument('<file>', 'where the private half goes, mode 0600; never over what is there')
    .option('--name <name>', 'what the key is called, without white space and `+`', 'server-attested')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Name the file in writ-server.yaml, \`attestation: {keyFile: FILE}\`, and the printed half among the approvers of a bundle:
without both no node believes an answer of this key. Whoever runs the server can approve with it.`,
    )
    .action(runs(newKey));
}

function newKey(file: string, { name, json }: KeyOptions): Promise<number> {
  const { key, text } = createSigningKey(name, systemRandom);
  writeKeyFile(resolve(file), text);
  const approver = publicKeyText(key);
  if (json === true) printJson({ file: resolve(file), approver, keyId: key.keyId });
  else print(approver);
  return Promise.resolve(EXIT_OK);
}
