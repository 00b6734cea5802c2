/** Who signs a bundle: a key file under a passphrase, or a key that a service holds. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import {
  approverPublicKey,
  Fault,
  fromUtf8,
  openApproverKey,
  parseTrustAnchors,
  readKeyFile,
} from '@writ/core';
import { openSigningService, parseSigningService } from '@writ/gateway';
import { askPassphrase, visible } from '../../terminal/index.ts';

/** Where the key is: exactly one of the first two. */
export interface SignerOptions {
  readonly key?: string;
  readonly service?: string;
  readonly passphraseFile?: string;
}

/** A key whose public half is known. */
export interface BundleSigner {
  /** `name+keyid+base64`. */
  readonly anchor: string;
  /** 16 hexadecimal digits. */
  readonly keyId: string;
  /** Opens what is closed, and signs. Throws `key.*`. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** Nothing is asked of a person yet. Throws `cli.usage`, `config.*`, `key.*`. */
export async function bundleSigner({ key, service, passphraseFile }: SignerOptions): Promise<BundleSigner> {
  if ((key === undefined) === (service === undefined))
    throw new Fault('cli.usage', 'name the key that signs: exactly one of `--key` and `--service`', {
      hint: '`writ policy new-key FILE --name NAME` makes a key file',
    });
  if (service !== undefined) return serviceSigner(service);
  const text = readKeyFile(resolve(key ?? ''));
  const anchor = approverPublicKey(text);
  return {
    anchor,
    keyId: keyIdOf(anchor),
    async sign(message) {
      const name = visible(anchor.split('+')[0] ?? '');
      const opened = await openApproverKey(
        text,
        await askPassphrase(`passphrase of ${name}`, passphraseFile),
      );
      return opened.sign(message);
    },
  };
}

function serviceSigner(path: string): Promise<BundleSigner> {
  const file = resolve(path);
  return openSigningService(parseSigningService(readText(file), file, dirname(file)), {
    environment: process.env,
  });
}

function keyIdOf(anchor: string): string {
  const [{ keyId } = { keyId: '' }] = parseTrustAnchors([anchor]);
  return keyId;
}

function readText(file: string): string {
  try {
    return fromUtf8(readFileSync(file));
  } catch (cause) {
    throw new Fault('config.unreadable', `cannot read \`${file}\` as UTF-8 text`, { file }, { cause });
  }
}
