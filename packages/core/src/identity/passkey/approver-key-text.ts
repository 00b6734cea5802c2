/** Approvers' public keys as configurations and bundles name them. */
import { Fault } from '../../kernel/index.ts';
import type { Approver } from '../../model/index.ts';
import { parsePublicKey, publicKeyId } from '../signing-key.ts';
import { isPasskeyText, parsePasskeyKey } from './passkey-key.ts';

/** The key in `text`, `name+keyid+base64` or `passkey:KEYID:KEY:ORIGIN`. Throws `key.malformed`, `key.weak`. */
export function parseApproverKey(text: string): Pick<Approver, 'publicKey' | 'keyId' | 'passkey'> {
  if (isPasskeyText(text)) {
    const { cose, keyId, origin } = parsePasskeyKey(text);
    return { publicKey: cose, keyId, passkey: { origin } };
  }
  const key = parsePublicKey(text);
  if (key.algorithm !== 'ed25519')
    throw new Fault('key.malformed', `the key \`${key.name}\` is not an Ed25519 key`);
  return { publicKey: key.publicKey, keyId: publicKeyId(key.publicKey) };
}
