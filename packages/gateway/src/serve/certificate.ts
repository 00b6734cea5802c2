/** The certificate of a running listener: read again when its files change, and kept where they cannot be used. */
import { describeFault, isFault } from '@writ/core';
import type { TlsConfiguration } from '../config/index.ts';
import { watchPolicyFiles } from '../node/index.ts';
import type { EventLog, Metrics } from '../telemetry/index.ts';
import { readTls, type TlsMaterial } from './tls/index.ts';

/** What following a certificate takes. */
export interface CertificateOptions {
  readonly tls: TlsConfiguration;
  readonly now: () => number;
  /** Folder in which a service manager keeps the secrets of this service; absent without one. */
  readonly credentials?: string | undefined;
  readonly events: EventLog;
  readonly metrics: Metrics;
}

/** A followed certificate. */
export class Certificate {
  readonly #options: CertificateOptions;
  #current: TlsMaterial;
  #use: ((material: TlsMaterial) => void) | undefined;
  #stopWatching: (() => void) | undefined;
  /** What was last told of, so that files which cannot be used are told of once. */
  #toldOf: string | undefined;

  /** Reads it. Throws as {@link readTls}. */
  constructor(options: CertificateOptions) {
    this.#options = options;
    this.#current = readTls(options.tls, options.now(), options.credentials);
  }

  get current(): TlsMaterial {
    return this.#current;
  }

  /** Follows the files; each certificate that can be used is handed to `use`. */
  follow(use: (material: TlsMaterial) => void): void {
    this.#use = use;
    const { cert, key, clientCa } = this.#options.tls;
    const files = [cert, key, ...(clientCa === undefined ? [] : [clientCa])];
    this.#stopWatching ??= watchPolicyFiles(files, () => void this.reload());
  }

  /** Reads the files again; whether what stands there is in force now. */
  reload(): boolean {
    const { tls, now, credentials, events, metrics } = this.#options;
    try {
      const material = readTls(tls, now(), credentials);
      if (JSON.stringify(material.context) !== JSON.stringify(this.#current.context)) {
        this.#use?.(material);
        this.#current = material;
        const ends = new Date(material.ends).toISOString();
        events.write('info', 'tls.reloaded', `another certificate is in force, until ${ends}`);
        metrics.reloaded('tls', true);
      }
      this.#toldOf = undefined;
      return true;
    } catch (fault) {
      const told = describeFault(fault);
      if (told !== this.#toldOf) {
        this.#toldOf = told;
        const code = isFault(fault) ? { code: fault.code } : {};
        events.write('error', 'tls.reload-failed', `the certificate before stays in force: ${told}`, code);
        metrics.reloaded('tls', false);
      }
      return false;
    }
  }

  /** Idempotent. */
  close(): void {
    this.#stopWatching?.();
    this.#stopWatching = () => {};
  }
}
