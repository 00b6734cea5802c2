/** The key-encryption key that a configuration names, opened: its client, loaded where somebody needs it, and who asks. */
import { readFileSync } from 'node:fs';
import {
  Fault,
  fileKeyEncryption,
  isFault,
  type KeyEncryption,
  parseEncryptionKey,
  type RemoteSigner,
  readKeyFile,
  systemRandom,
} from '@writ/core';
import type { AwsKmsOptions, TransitOptions } from '@writ/kms';
import type { KeyEncryptionSource, TransitSource } from '../config/index.ts';
import { readCredentials } from '../log/index.ts';
import { takeVariable } from './take-variable.ts';

/** What is used of `@writ/kms`. */
export interface KmsDriver {
  readonly openAwsKms: (options: AwsKmsOptions) => KeyEncryption;
  readonly openTransit: (options: TransitOptions) => KeyEncryption;
  readonly openTransitSigner: (options: TransitOptions) => Promise<RemoteSigner>;
}

/** How to reach what wraps keys. */
export interface KeyConnecting {
  /** Variables that hold keys and tokens are taken out of it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Loads the clients of key services. Default: `@writ/kms`. */
  readonly loadKms?: () => Promise<KmsDriver>;
}

/** The key that `source` names; `undefined` for one beside the keys. Throws `config.invalid`, `key.*`. No fault quotes a key or a token. */
export async function openEncryption(
  source: KeyEncryptionSource,
  { environment, loadKms = () => import('@writ/kms') }: KeyConnecting,
): Promise<KeyEncryption | undefined> {
  switch (source.kind) {
    case 'folder':
      return undefined;
    case 'file':
      return fileKeyEncryption(source.file, systemRandom);
    case 'env':
      return parseEncryptionKey(
        needVariable(environment, source.env),
        systemRandom,
        `the text of the environment variable \`${source.env}\``,
      );
    case 'awsKms': {
      const { kind: _kind, credentials, ...rest } = source;
      const known = readCredentials(credentials, environment);
      return (await loadDriver(loadKms)).openAwsKms({ ...rest, credentials: known });
    }
    case 'transit':
      return (await loadDriver(loadKms)).openTransit(transitOptions(source, environment));
    default:
      return source satisfies never;
  }
}

/** What `openTransit` takes, of what a configuration says. Throws `config.unreadable`. */
export function transitOptions(
  { kind: _kind, token, ca, ...rest }: TransitSource,
  environment: KeyConnecting['environment'],
): TransitOptions {
  return {
    ...rest,
    ...(ca === undefined ? {} : { ca: readPem(ca) }),
    token: () => ('file' in token ? readToken(token.file) : needVariable(environment, token.env).trim()),
  };
}

/** The clients of key services. Throws `config.invalid` where they are not installed. */
export async function loadDriver(
  loadKms: NonNullable<KeyConnecting['loadKms']> = () => import('@writ/kms'),
): Promise<KmsDriver> {
  try {
    return await loadKms();
  } catch (cause) {
    const hint = 'install it beside Writ: `npm install @writ/kms`';
    throw new Fault(
      'config.invalid',
      'a key service is named, and `@writ/kms` cannot be loaded',
      { hint },
      { cause },
    );
  }
}

function needVariable(environment: KeyConnecting['environment'], name: string): string {
  const value = takeVariable(environment, name);
  if (value !== undefined && value.trim() !== '') return value;
  throw new Fault('key.unavailable', `the environment has no \`${name}\`, which \`keys:\` names`, {
    hint: `set ${name} where Writ is started`,
  });
}

/** Read for each call: an agent beside Writ may renew it. */
function readToken(file: string): string {
  try {
    return readKeyFile(file).trim();
  } catch (fault) {
    if (!isFault(fault, 'key.missing')) throw fault;
    throw new Fault('key.unavailable', `no token stands at \`${file}\``, {
      file,
      hint: 'write it there, in mode 0600, or start what renews it',
    });
  }
}

function readPem(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Fault('config.unreadable', `cannot read the certificates \`${file}\``, { file }, { cause });
  }
}
