/** A key of the transit engine, as Vault and OpenBao have it: the key never leaves the service, which authenticates the context beside it. */
import { type KeyContext, keyContextBytes, type KeyEncryption } from '@writ/core';
import { refused, unavailable } from '../faults.ts';
import { transitKey, type TransitOptions } from './ask.ts';

const CIPHERTEXT = /^[a-z]{1,20}:v\d{1,9}:[A-Za-z0-9+/=]{1,16384}$/;

/** A key of the transit engine. Throws `config.invalid`. The token needs `update` on `MOUNT/encrypt/KEY` and `MOUNT/decrypt/KEY`. */
export function openTransit(options: TransitOptions): KeyEncryption {
  const { id, ask } = transitKey(options);
  const call = async (
    act: 'encrypt' | 'decrypt',
    fields: Readonly<Record<string, string>>,
    field: string,
  ): Promise<string> => {
    const value = (await ask(act, fields))[field];
    if (typeof value === 'string') return value;
    throw unavailable(id, `an answer without \`${field}\``);
  };
  return {
    id,
    async wrap(bytes, context) {
      const fields = { plaintext: base64(bytes), associated_data: contextOf(context) };
      const ciphertext = await call('encrypt', fields, 'ciphertext');
      if (!CIPHERTEXT.test(ciphertext)) throw unavailable(id, 'a ciphertext of another form');
      return Buffer.from(ciphertext, 'ascii');
    },
    async unwrap(wrapped, context) {
      const ciphertext = Buffer.from(wrapped).toString('latin1');
      if (!CIPHERTEXT.test(ciphertext)) throw refused(id, 'what is to be opened is no ciphertext of it');
      const fields = { ciphertext, associated_data: contextOf(context) };
      return new Uint8Array(Buffer.from(await call('decrypt', fields, 'plaintext'), 'base64'));
    },
  };
}

function contextOf(context: KeyContext): string {
  return base64(keyContextBytes(context));
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
