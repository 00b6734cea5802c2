/** `writ policy public-key`: the public half of a key that signs bundles, wherever it is. */
import type { Command } from 'commander';
import { EXIT_OK } from '../../exit-codes.ts';
import { runs } from '../../run.ts';
import { print, printJson } from '../../terminal/index.ts';
import { bundleSigner, type SignerOptions } from './bundle-signer.ts';
import { addSignerOptions } from './signer-options.ts';

interface PublicKeyOptions extends Pick<SignerOptions, 'key' | 'service'> {
  readonly json?: boolean;
}

/** Adds the command to `policy`. */
export function addPublicKey(policy: Command): void {
  addSignerOptions(
    policy
      .command('public-key')
      .description('print the public half of a key that signs bundles: what nodes name in `plane.anchors`'),
  )
    .option('--json', 'print one JSON object')
    .action(runs(publicKey));
}

async function publicKey({ json, ...options }: PublicKeyOptions): Promise<number> {
  const { anchor, keyId } = await bundleSigner(options);
  if (json === true) printJson({ anchor, keyId });
  else print(anchor);
  return EXIT_OK;
}
