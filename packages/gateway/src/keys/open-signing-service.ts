/** A key that signs in a key service, opened by what a file says of it. */
import { publicKeyId, publicKeyTextOf } from '@writ/core';
import type { SigningService } from '../config/index.ts';
import { type KeyConnecting, loadDriver, transitOptions } from './open-encryption.ts';

/** One that is open. */
export interface OpenSigningService {
  /** `name+keyid+base64`, as nodes and control planes name it among their anchors. */
  readonly anchor: string;
  /** 16 hexadecimal digits. */
  readonly keyId: string;
  /** The 64-byte signature of `message`, verified. Throws `key.unavailable`, `key.refused`. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** Asks the service for the public half. Throws `config.*`, `key.*`; no fault quotes a token. */
export async function openSigningService(
  { name, source }: SigningService,
  { environment, loadKms }: KeyConnecting,
): Promise<OpenSigningService> {
  const signer = await (await loadDriver(loadKms)).openTransitSigner(transitOptions(source, environment));
  return {
    anchor: publicKeyTextOf(name, signer.publicKey),
    keyId: publicKeyId(signer.publicKey),
    sign: (message) => signer.sign(message),
  };
}
