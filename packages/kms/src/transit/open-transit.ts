/** A key of the transit engine, as Vault and OpenBao have it: the key never leaves the service, which authenticates the context beside it. */
import { Fault, type KeyContext, keyContextBytes, type KeyEncryption } from '@writ/core';
import { serviceAddress } from '../addresses.ts';
import { errorWord, refused, TIMEOUT_MS, unavailable } from '../faults.ts';
import { post } from './post.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,50}$/;
const MOUNT = /^[A-Za-z0-9][A-Za-z0-9._-]{0,30}(?:\/[A-Za-z0-9._-]{1,30})?$/;
/** Visible characters alone: it becomes a header. */
const TOKEN = /^[\x21-\x7e]{1,4096}$/;
const CIPHERTEXT = /^[a-z]{1,20}:v\d{1,9}:[A-Za-z0-9+/=]{1,16384}$/;

/** Which key, and how to reach it. */
export interface TransitOptions {
  /** Only `https:`, or `http:` on the loopback interface. */
  readonly address: string;
  /** Name of the key: of a type with authenticated encryption, such as `aes256-gcm96`. */
  readonly key: string;
  /** Where the engine is mounted; default `transit`. */
  readonly mount?: string;
  /** Name space of the service; default none. */
  readonly namespace?: string;
  /** What hands out the token, asked for each call: an agent beside Writ may renew it. Its faults pass. */
  readonly token: () => string;
  /** Certificates that the service is believed by, in PEM; default the system's. */
  readonly ca?: string;
  /** Longest that one call takes, in milliseconds; default 10,000. */
  readonly timeoutMs?: number;
}

/** A key of the transit engine. Throws `config.invalid`. The token needs `update` on `MOUNT/encrypt/KEY` and `MOUNT/decrypt/KEY`. */
export function openTransit(options: TransitOptions): KeyEncryption {
  const { key, mount = 'transit' } = options;
  if (!NAME.test(key) || !MOUNT.test(mount))
    throw new Fault('config.invalid', 'the key of the transit engine is not named', {
      hint: 'write its name alone, and where the engine is mounted as `mount`',
    });
  const url = serviceAddress(options.address);
  const id = `transit:${mount}/${key}`;
  const call = async (
    act: 'encrypt' | 'decrypt',
    fields: Readonly<Record<string, string>>,
    field: string,
  ): Promise<string> => {
    const answer = await ask(id, new URL(`/v1/${mount}/${act}/${key}`, url), fields, options);
    const value = answer[field];
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

async function ask(
  id: string,
  url: URL,
  fields: Readonly<Record<string, string>>,
  { token, namespace, ca, timeoutMs = TIMEOUT_MS }: TransitOptions,
): Promise<Readonly<Record<string, unknown>>> {
  const shown = token();
  if (!TOKEN.test(shown)) throw refused(id, 'the token at hand is none');
  const headers = {
    'x-vault-token': shown,
    ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
  };
  const { status, text } = await post(url, JSON.stringify(fields), {
    headers,
    timeoutMs,
    ...(ca === undefined ? {} : { ca }),
  }).catch((cause: unknown) => {
    throw unavailable(id, errorWord(cause));
  });
  if (status >= 500 || status === 429 || status === 412 || status === 473)
    throw unavailable(id, String(status));
  if (status !== 200) throw refused(id, String(status));
  return dataOf(text) ?? {};
}

function dataOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const answer = JSON.parse(text) as { readonly data?: unknown } | null;
    const data = answer?.data;
    return typeof data === 'object' && data !== null ? { ...data } : undefined;
  } catch {
    return undefined;
  }
}

function contextOf(context: KeyContext): string {
  return base64(keyContextBytes(context));
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
