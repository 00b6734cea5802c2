/** A PostgreSQL server as the log uses it. */
import type { SqlDatabase } from '@writ/core/postgres';
import { BlockingReader } from './blocking-reader.ts';
import { connectSession } from './session.ts';

/** Which server. */
export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`, as libpq reads it. */
  readonly url: string;
}

/** A server; {@link close} ends the thread that reads. */
export interface PostgresDatabase extends SqlDatabase {
  /** Idempotent. Sessions that were handed out stay open. */
  close(): Promise<void>;
}

/** The server at `url`. Nothing is connected yet. */
export function openPostgres({ url }: PostgresOptions): PostgresDatabase {
  const reader = new BlockingReader(url);
  return {
    connect: () => connectSession(url),
    readNow: (text, values = []) => reader.read(text, values),
    close: () => reader.close(),
  };
}
