/** One server as somebody who signs in to it sees it: its address, and what its metadata says. */
import { readFileSync } from 'node:fs';
import { Fault, readKeyFile } from '@writ/core';
import type { HttpServer } from '../../ports.ts';
import { CheckedFetch } from './checked-fetch.ts';
import type { Challenge } from './challenge.ts';
import { readServerMetadata, type ServerMetadata } from './server-metadata.ts';

/** What is known of the server. */
export type ProfiledServer = Pick<HttpServer, 'name' | 'url' | 'tls' | 'allowsLinkLocal'>;

/** The server. */
export class ServerProfile {
  readonly server: string;
  readonly url: string;
  readonly http: CheckedFetch;

  /** Throws `config.unreadable` and `key.*` where the TLS files cannot be read. */
  constructor(config: ProfiledServer) {
    const { name, url, allowsLinkLocal = false } = config;
    this.server = name;
    this.url = url;
    this.http = new CheckedFetch(name, {
      allowsLinkLocal,
      tls: serverTls(config),
      insecureOrigin: new URL(url).origin,
    });
  }

  /** RFC 8707 §2: without query and fragment. MCP, Authorization: without a slash that ends nothing but the host. */
  get resource(): string {
    const { origin, pathname } = new URL(this.url);
    return pathname === '/' ? origin : `${origin}${pathname}`;
  }

  metadata(challenge: Challenge): Promise<ServerMetadata | undefined> {
    return readServerMetadata(this.url, challenge, this.http);
  }

  /** The authorization servers that the metadata names which `challenge` points at; `undefined` where it points at none, or none can be read. */
  async issuersAfter(challenge: Challenge): Promise<readonly string[] | undefined> {
    if (challenge.resourceMetadata === undefined) return undefined;
    const metadata = await this.metadata(challenge).catch(() => undefined);
    if (metadata?.isOfServer !== true || metadata.issuers.length === 0) return undefined;
    return metadata.issuers;
  }

  close(): Promise<void> {
    return this.http.close();
  }
}

/** What `tls` of the configuration says, read. Throws `config.unreadable` and `key.*`. */
export function serverTls({ name, tls }: Pick<HttpServer, 'name' | 'tls'>): {
  ca?: string;
  cert?: string;
  key?: string;
} {
  if (tls === undefined) return {};
  return {
    ...(tls.ca === undefined ? {} : { ca: certificateFile(name, tls.ca) }),
    ...(tls.cert === undefined ? {} : { cert: certificateFile(name, tls.cert) }),
    ...(tls.key === undefined ? {} : { key: readKeyFile(tls.key) }),
  };
}

function certificateFile(server: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const problem = `cannot read the certificates of server \`${server}\` in \`${file}\``;
    throw new Fault('config.unreadable', problem, { file, path: `servers.${server}.tls` }, { cause });
  }
}
