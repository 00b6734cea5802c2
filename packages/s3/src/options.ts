/** Which bucket, and what is believed of it before anything is sent there. */
import { Fault, type ObjectStore } from '@writ/core';

/** Who asks. */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials. */
  readonly sessionToken?: string;
  /** When they end; a function that hands credentials out is asked again before. */
  readonly expiration?: Date;
}

/**
 * How long what is put is kept. `compliance`: nobody can remove it before, the owner of the bucket included, and nobody can shorten that. `governance`: who has the
 * right to go around it can.
 */
export interface ObjectLock {
  readonly mode: 'compliance' | 'governance';
  /** Days from the moment when an object is put, 1 to 36500. */
  readonly days: number;
}

/** How to open a bucket. */
export interface S3Options {
  readonly bucket: string;
  /** What the names of objects begin with, such as `eu/payments`; one log lives under one prefix. Default none. */
  readonly prefix?: string;
  /** Address of the server; default the one of AWS for `region`. Only `https:`, or `http:` on the loopback interface. */
  readonly endpoint?: string;
  /** Default `us-east-1`, which stores other than AWS take for any. */
  readonly region?: string;
  /** Whether the bucket is named in the path; default where there is an `endpoint`. */
  readonly pathStyle?: boolean;
  /** The credentials, or what hands them out. Nothing is read from the environment. */
  readonly credentials: S3Credentials | (() => Promise<S3Credentials>);
  /** `none` for a bucket of bodies, which must be erasable, and for one whose objects somebody may remove. No default: it must be said. */
  readonly objectLock: ObjectLock | 'none';
  /** Milliseconds since 1970; an object is kept from then on. */
  readonly now: () => number;
  /** Longest that one call takes with all its attempts, in milliseconds; default 30,000. */
  readonly timeoutMs?: number;
  /** Times that a call is tried, with waits in between that grow; default 4. */
  readonly attempts?: number;
}

/** A bucket. */
export interface S3Store extends ObjectStore {
  /** Reads an object and blocks this thread until it is there: for bodies of a log, whose readers are synchronous. Throws `log.unavailable`, and `config.invalid` where credentials come from a function. */
  getNow(name: string, maximum: number): Uint8Array | undefined;
  /** Idempotent. Lets go of its sockets. */
  close(): void;
}

const MAX_DAYS = 36_500;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Throws `config.invalid` for an address that shows what is sent to others, a lock without an end, and names that are none. */
export function requireOptions({ bucket, prefix = '', endpoint, objectLock }: S3Options): void {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket))
    throw invalid(
      `\`${bucket.slice(0, 80)}\` is no name of a bucket`,
      '3 to 63 small letters, digits, `.` and `-`',
    );
  if (!/^(?:[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*)?$/.test(prefix))
    throw invalid(
      `\`${prefix.slice(0, 80)}\` is no prefix`,
      'letters, digits, `.`, `_`, `-`, with `/` between',
    );
  if (endpoint !== undefined) requireEndpoint(endpoint);
  if (objectLock === 'none') return;
  const { days } = objectLock;
  if (!Number.isSafeInteger(days) || days < 1 || days > MAX_DAYS)
    throw invalid(`objects cannot be kept for ${days} days`, `a whole number from 1 to ${MAX_DAYS}`);
}

function requireEndpoint(endpoint: string): void {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  // Never quoted: it may hold a password.
  if (url === undefined || url.username !== '' || url.password !== '')
    throw invalid('the endpoint is no address', 'such as `https://s3.example.com`, without a user');
  if (url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname))) return;
  throw invalid(
    `the endpoint at \`${url.host}\` is not asked over \`https:\``,
    '`http:` is for the loopback interface',
  );
}

function invalid(message: string, hint: string): Fault {
  return new Fault('config.invalid', message, { hint });
}
