/** Options of commands that use a key which signs bundles. */
import type { Command } from 'commander';

/** `--key` and `--service`, of which exactly one is to be given. */
export function addSignerOptions(command: Command): Command {
  return command
    .option('--key <file>', 'the key that signs, see `writ policy new-key`')
    .option(
      '--service <file>',
      'a YAML file that names a key in a key service: `{name: release, transit: {address: …, key: …, tokenFile: …}}`',
    );
}
