/** The local authority, whose certificate the clients that are looked into must trust. Writ installs it nowhere. */
import { createPrivateKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import { BoundedMap, type Clock, Fault, type Random } from '@writ/core';
import { type Issuer, writeCertificate } from './certificate.ts';

/** Folder of the authority in the data folder. */
export const AUTHORITY_FOLDER = 'egress';
const KEY_FILE = 'ca.key';
const CERTIFICATE_FILE = 'ca.crt';
const DAY_MS = 86_400_000;
/** An authority that nobody remembers should not be trusted for ever. */
const AUTHORITY_DAYS = 825;
/** Certificates of hosts live in memory alone, and are made anew long before they end. */
const HOST_DAYS = 7;
const HOST_RENEW_DAYS = 5;
/** Clocks of clients may be behind. */
const EARLY_MS = 3_600_000;
const SERIAL_BYTES = 16;
const MAX_HOSTS = 1_024;
const OTHERS = 0o077;

/** Where an authority is. */
export interface AuthorityFiles {
  readonly key: string;
  readonly certificate: string;
}

/** The files of the authority of the data folder `data`. */
export function authorityFiles(data: string): AuthorityFiles {
  return {
    key: join(data, AUTHORITY_FOLDER, KEY_FILE),
    certificate: join(data, AUTHORITY_FOLDER, CERTIFICATE_FILE),
  };
}

/** Makes an authority, its key of mode 0600. `name` is what people see when they trust it. Throws `config.exists`, `io.failed`. */
export function createAuthority(
  files: AuthorityFiles,
  { name, clock, random }: { readonly name: string; readonly clock: Clock; readonly random: Random },
): X509Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const now = clock.now();
  const certificate = writeCertificate({
    issuer: { name, key: privateKey },
    name,
    publicKey,
    serial: random.bytes(SERIAL_BYTES),
    from: now - EARLY_MS,
    until: now + AUTHORITY_DAYS * DAY_MS,
  });
  mkdirSync(dirname(files.key), { recursive: true, mode: 0o700 });
  writeNew(files.key, privateKey.export({ type: 'pkcs8', format: 'pem' }), 0o600);
  try {
    writeNew(files.certificate, certificate, 0o644);
  } catch (fault) {
    rmSync(files.key, { force: true });
    throw fault;
  }
  return new X509Certificate(certificate);
}

/** The certificate of an authority. Throws `key.missing`, `key.malformed`. */
export function readAuthorityCertificate({ certificate }: AuthorityFiles): X509Certificate {
  return certificateIn(certificate);
}

/** Certificates for hosts, signed by one authority. */
export class HostCertificates {
  readonly #issuer: Issuer;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #kept = new BoundedMap<string, { readonly context: SecureContext; readonly renew: number }>(
    MAX_HOSTS,
  );
  /** One key for all of them, for as long as the process lives: it never leaves memory. */
  readonly #key: { readonly privateKey: KeyObject; readonly publicKey: KeyObject };

  /** Throws `key.missing`, `key.permissions`, `key.malformed` where the authority is not one. */
  constructor(files: AuthorityFiles, { clock, random }: { readonly clock: Clock; readonly random: Random }) {
    const certificate = certificateIn(files.certificate);
    const key = privateKeyIn(files.key);
    const isPair = certificate.checkPrivateKey(key) && certificate.ca;
    if (!isPair || key.asymmetricKeyType !== 'ec')
      throw new Fault('key.malformed', `\`${files.key}\` is not the key of the authority beside it`);
    if (Date.parse(certificate.validTo) <= clock.now())
      throw new Fault('key.malformed', `the authority of \`${files.certificate}\` has expired`, {
        hint: 'remove both files and run `writ egress ca init`',
      });
    this.#issuer = { name: commonName(certificate), key };
    this.#clock = clock;
    this.#random = random;
    this.#key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  }

  /** What a TLS server of `host` needs. */
  contextFor(host: string): SecureContext {
    const now = this.#clock.now();
    const kept = this.#kept.get(host);
    if (kept !== undefined && now < kept.renew) return kept.context;
    const cert = writeCertificate({
      issuer: this.#issuer,
      name: 'looked into by Writ',
      publicKey: this.#key.publicKey,
      serial: this.#random.bytes(SERIAL_BYTES),
      from: now - EARLY_MS,
      until: now + HOST_DAYS * DAY_MS,
      host,
    });
    const key = this.#key.privateKey.export({ type: 'pkcs8', format: 'pem' });
    const context = createSecureContext({ cert, key, minVersion: 'TLSv1.2' });
    this.#kept.set(host, { context, renew: now + HOST_RENEW_DAYS * DAY_MS });
    return context;
  }
}

function certificateIn(file: string): X509Certificate {
  const text = readIfThere(file);
  try {
    return new X509Certificate(text);
  } catch (cause) {
    throw new Fault('key.malformed', `\`${file}\` holds no certificate`, { file }, { cause });
  }
}

function privateKeyIn(file: string): KeyObject {
  const text = readIfThere(file);
  const { mode } = statSync(file);
  if (process.platform !== 'win32' && (mode & OTHERS) !== 0) {
    const hint = `run \`chmod 600 ${file}\`, and make a new authority if anybody else could have read it`;
    throw new Fault('key.permissions', `others than its owner can reach \`${file}\``, { file, hint });
  }
  try {
    return createPrivateKey(text);
  } catch (cause) {
    throw new Fault('key.malformed', `\`${file}\` holds no private key`, { file }, { cause });
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const hint = 'make one with `writ egress ca init`';
    throw new Fault('key.missing', `there is no authority at \`${file}\``, { file, hint }, { cause });
  }
}

function writeNew(file: string, content: string | Buffer, mode: number): void {
  let handle: number;
  try {
    handle = openSync(file, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, mode);
  } catch (cause) {
    const exists = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    const hint = 'clients may trust it; remove it by hand where they do not';
    throw new Fault(
      exists ? 'config.exists' : 'io.failed',
      `cannot make \`${file}\``,
      { file, hint },
      { cause },
    );
  }
  try {
    writeFileSync(handle, content);
    fsyncSync(handle);
    if (process.platform !== 'win32' && (fstatSync(handle).mode & OTHERS & ~mode) !== 0)
      throw new Fault('key.permissions', `\`${file}\` would be open to others`, { file });
  } finally {
    closeSync(handle);
  }
}

function commonName({ subject }: X509Certificate): string {
  return /^CN=(.+)$/m.exec(subject)?.[1] ?? 'Writ egress';
}
