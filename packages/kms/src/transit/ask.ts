/** A question to the transit engine of Vault or OpenBao, about one of its keys. */
import { Fault } from '@writ/core';
import { serviceAddress } from '../addresses.ts';
import { errorWord, refused, TIMEOUT_MS, unavailable } from '../faults.ts';
import { send } from './send.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,50}$/;
const MOUNT = /^[A-Za-z0-9][A-Za-z0-9._-]{0,30}(?:\/[A-Za-z0-9._-]{1,30})?$/;
/** Visible characters alone: it becomes a header. */
const TOKEN = /^[\x21-\x7e]{1,4096}$/;

/** Which key, and how to reach it. */
export interface TransitOptions {
  /** Only `https:`, or `http:` on the loopback interface. */
  readonly address: string;
  /** Name of the key: to wrap with of a type with authenticated encryption, such as `aes256-gcm96`; to sign with of type `ed25519`. */
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

/** What a key is asked through. */
export interface TransitKey {
  /** As messages name it. */
  readonly id: string;
  /** What the engine answers to `ACT/KEY` with `fields`, or without any where it is only read. Throws `key.unavailable`, `key.refused`. */
  readonly ask: (
    act: 'encrypt' | 'decrypt' | 'sign' | 'keys',
    fields?: Readonly<Record<string, string>>,
  ) => Promise<Readonly<Record<string, unknown>>>;
}

/** The key that `options` name. Throws `config.invalid`; asks nothing yet. */
export function transitKey(options: TransitOptions): TransitKey {
  const { key, mount = 'transit' } = options;
  if (!NAME.test(key) || !MOUNT.test(mount))
    throw new Fault('config.invalid', 'the key of the transit engine is not named', {
      hint: 'write its name alone, and where the engine is mounted as `mount`',
    });
  const url = serviceAddress(options.address);
  const id = `transit:${mount}/${key}`;
  return { id, ask: (act, fields) => ask(id, new URL(`/v1/${mount}/${act}/${key}`, url), fields, options) };
}

async function ask(
  id: string,
  url: URL,
  fields: Readonly<Record<string, string>> | undefined,
  { token, namespace, ca, timeoutMs = TIMEOUT_MS }: TransitOptions,
): Promise<Readonly<Record<string, unknown>>> {
  const shown = token();
  if (!TOKEN.test(shown)) throw refused(id, 'the token at hand is none');
  const headers = {
    'x-vault-token': shown,
    ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
  };
  const { status, text } = await send(url, fields === undefined ? undefined : JSON.stringify(fields), {
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
