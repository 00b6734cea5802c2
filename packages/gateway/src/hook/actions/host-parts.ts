/** Hosts as parts. */
import { isIP } from 'node:net';
import type { Part } from '@writ/core';
import { classifyAddress, normalHost } from '../../network/index.ts';

/** A host that is reached. */
export interface ReachedHost {
  /** A name, an address, or `unresolved:CODE`. */
  readonly host: string;
  readonly port?: number;
  readonly scheme?: string;
  readonly path?: string;
  readonly by: string;
}

const UNRESOLVED = 'unresolved:';
const PORTS: Readonly<Record<string, number>> = { https: 443, http: 80, ssh: 22, ws: 80, wss: 443, ftp: 21 };
const LOCAL_NAME = /(?:^|\.)localhost$/;

/** The part for `reached`. Names are not looked up: that would tell them to others before anything is judged. */
export function hostPart({ host: given, port, scheme, path, by }: ReachedHost): Part {
  const open = given.startsWith(UNRESOLVED) ? given.slice(UNRESOLVED.length) : undefined;
  const normal = open === undefined ? normalHost(isIP(given) === 6 ? `[${given}]` : given) : undefined;
  const host = normal ?? (open === undefined ? `${UNRESOLVED}host` : given);
  const unresolved = open !== undefined ? [open] : normal === undefined ? ['host'] : [];
  return {
    action: { name: 'network/egress' },
    resource: { type: 'host', id: host },
    args: {
      host,
      port: port ?? PORTS[scheme ?? ''] ?? 0,
      scheme: scheme ?? 'tcp',
      ...(path === undefined ? {} : { path }),
      network: unresolved.length > 0 ? 'unknown' : networkOf(host),
      by,
      unresolved,
    },
  };
}

function networkOf(host: string): string {
  if (LOCAL_NAME.test(host)) return 'loopback';
  if (host === 'metadata.google.internal') return 'metadata';
  return isIP(host) === 0 ? 'unknown' : classifyAddress(host);
}

/** The host of a URL that a tool is given; `unresolved:url` for what is none. */
export function hostOfUrl(url: string, by: string): ReachedHost {
  // Hosts that are asked for a page without a scheme read it as https.
  const read = URL.parse(/^[A-Za-z][A-Za-z0-9+.-]*:/.test(url) ? url : `https://${url}`);
  if (read === null || read.hostname === '') return { host: `${UNRESOLVED}url`, by };
  return {
    host: read.hostname,
    scheme: read.protocol.slice(0, -1),
    ...(read.port === '' ? {} : { port: Number(read.port) }),
    path: read.pathname,
    by,
  };
}
