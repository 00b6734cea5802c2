/** How a session reaches its server: over TLS, with the server’s name checked, unless the server is on this machine. */
import { existsSync } from 'node:fs';
import { Fault } from '@writ/core';
import pg from 'pg';

/** Hosts whose packets never leave this machine. A path is a socket of the file system. */
const LOCAL = /^(?:\/.*|localhost|127(?:\.\d{1,3}){3}|::1)$/;

/** Parts of the string that name files. */
const FILES = ['sslrootcert', 'sslcert', 'sslkey'];

/** What the driver made of a connection string. Its types leave out what it knows of TLS. */
interface Parsed {
  readonly host: string;
  readonly port: number;
  readonly user?: string;
  readonly database?: string;
  readonly password?: unknown;
  readonly ssl: unknown;
}

/**
 * The driver’s options for `url`. A server elsewhere is spoken to over TLS whether `url` says so or not; its certificate must be of a known authority, or of the one in
 * the file that `sslrootcert=` names, and for its name. Throws `config.invalid` where `url` cannot be read, or asks for less. Never quotes it: it holds a password.
 */
export function clientOptions(url: string): pg.ClientConfig {
  const { host, port, user, database, password, ssl } = parse(url);
  const parsed = {
    host,
    port,
    ...(user === undefined ? {} : { user }),
    ...(database === undefined ? {} : { database }),
    ...(typeof password === 'string' ? { password } : {}),
    ...optionsOf(url),
  };
  if (LOCAL.test(host)) return { ...parsed, ssl: ssl ?? false };
  const asked: Readonly<Record<string, unknown>> = typeof ssl === 'object' && ssl !== null ? { ...ssl } : {};
  if (ssl === false && isTlsNamed(url)) throw insecure(host, 'without TLS');
  if (asked['rejectUnauthorized'] === false || asked['checkServerIdentity'] !== undefined)
    throw insecure(host, 'without checking whose certificate it shows');
  return { ...parsed, ssl: { ...asked, rejectUnauthorized: true } };
}

function parse(url: string): Parsed {
  const said = { hint: 'postgres://user:password@host:port/database' };
  if (!/^(?:postgres(?:ql)?|socket):\/\//.test(url))
    throw new Fault('config.invalid', 'the connection string of PostgreSQL is not one', said);
  for (const name of FILES) {
    const file = queryOf(url).get(name);
    if (file !== null && !existsSync(file))
      throw new Fault(
        'config.invalid',
        `the file that \`${name}\` of the connection string names is not there`,
        {
          file,
        },
      );
  }
  try {
    // Nothing is connected: the driver reads the string and its own variables (`PGHOST` and others) as it always does.
    return new pg.Client({ connectionString: inFull(url) }) as unknown as Parsed;
  } catch {
    // The cause would quote it.
    throw new Fault('config.invalid', 'the connection string of PostgreSQL cannot be read', said);
  }
}

/** `url` with the mode that weaker ones are another word for: the driver prints a warning over those. libpq's own meaning is read as it is asked for, and refused. */
function inFull(url: string): string {
  if (queryOf(url).has('uselibpqcompat')) return url;
  return url.replace(/([?&]sslmode=)(?:prefer|require|verify-ca)(?=&|$)/, '$1verify-full');
}

/** `options=` of the string: settings of the server for the session. */
function optionsOf(url: string): { readonly options?: string } {
  const options = queryOf(url).get('options');
  return options === null ? {} : { options };
}

/** Whether the string, or the driver’s own variable, says anything about TLS. */
function isTlsNamed(url: string): boolean {
  const query = queryOf(url);
  return query.has('sslmode') || query.has('ssl') || process.env['PGSSLMODE'] !== undefined;
}

/** Not by `URL`, which refuses sockets, and whose faults quote what they refuse. */
function queryOf(url: string): URLSearchParams {
  return new URLSearchParams(url.split('?').slice(1).join('?'));
}

function insecure(host: string, how: string): Fault {
  return new Fault('config.invalid', `the connection string asks to speak to \`${host}\` ${how}`, {
    hint: 'say `sslmode=verify-full`, with `sslrootcert=FILE` where the authority is your own',
  });
}
