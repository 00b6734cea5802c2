/** A PostgreSQL server as the log uses it. */
import type { SqlDatabase } from '@writ/core/postgres';
import { BlockingReader } from './blocking-reader.ts';
import { clientOptions } from './client-options.ts';
import { connectSession } from './session.ts';

/** Which server. */
export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`, as libpq reads it. A server on another machine is spoken to over TLS, with its name checked. */
  readonly url: string;
}

/** A server; {@link close} ends the thread that reads. */
export interface PostgresDatabase extends SqlDatabase {
  /** Idempotent. Sessions that were handed out stay open. */
  close(): Promise<void>;
}

/** The server at `url`. Nothing is connected yet. Throws `config.invalid` where `url` cannot be read, or asks for less than TLS with a name. */
export function openPostgres({ url }: PostgresOptions): PostgresDatabase {
  clientOptions(url);
  const reader = new BlockingReader(url);
  return {
    connect: () => connectSession(url),
    readNow: (text, values = []) => reader.read(text, values),
    close: () => reader.close(),
  };
}
