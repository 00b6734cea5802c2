/** The bucket that a configuration names, opened: its client, loaded where somebody needs it, and who asks. */
import { Fault, isFault, systemClock } from '@writ/core';
import type { S3Options, S3Store } from '@writ/s3';
import type { PublishConfiguration } from '../config/index.ts';
import { readCredentials } from './bucket-credentials.ts';

/** What is used of `@writ/s3`. */
export interface S3Driver {
  readonly openS3: (options: S3Options) => Promise<S3Store>;
}

/** How to reach a store. */
export interface BucketOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Loads the client. Default: `@writ/s3`. */
  readonly load?: () => Promise<S3Driver>;
}

/** Who has no bucket installs no client of one. Throws `config.invalid`. */
export async function loadS3(load: () => Promise<S3Driver> = () => import('@writ/s3')): Promise<S3Driver> {
  try {
    return await load();
  } catch (cause) {
    const hint = 'install it beside Writ: `npm install @writ/s3`';
    throw new Fault(
      'config.invalid',
      'a bucket is named, and `@writ/s3` cannot be loaded',
      { hint },
      { cause },
    );
  }
}

/**
 * Opens the bucket; the server is asked whether it keeps what is put there. Throws `config.invalid` where there is no client, nobody who asks, or no object lock, and
 * `log.unavailable` where the server does not say.
 */
export async function openBucket(
  { bucket, endpoint, region, prefix, objectLock, credentials }: PublishConfiguration,
  { environment, load }: BucketOptions,
): Promise<S3Store> {
  if (endpoint === undefined) refuseOtherServer(environment);
  const known = readCredentials(credentials, environment);
  const { openS3 } = await loadS3(load);
  return explained(() =>
    openS3({
      bucket,
      objectLock,
      credentials: known,
      now: () => systemClock.now(),
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(region === undefined ? {} : { region }),
      ...(prefix === undefined ? {} : { prefix }),
    }),
  );
}

/** What `open` answers. A fault of a store that does not answer says why nothing starts without it. */
async function explained<Result>(open: () => Promise<Result>): Promise<Result> {
  try {
    return await open();
  } catch (fault) {
    if (!isFault(fault, 'log.unavailable')) throw fault;
    const hint = UNREACHABLE_HINT;
    throw new Fault(fault.code, `${fault.message}; nobody can say how far the log is published`, {
      ...fault.data,
      hint,
    });
  }
}

const UNREACHABLE_HINT =
  'look at `publish` in writ.yaml, the account’s rights and the way to the server; without `publish` the log starts unpublished, and a log that was put back goes unnoticed';

/** The client follows these where it is told no address, also to a server without TLS. */
const SERVER_VARIABLES = ['AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL'];

function refuseOtherServer(environment: BucketOptions['environment']): void {
  const name = SERVER_VARIABLES.find((one) => (environment[one] ?? '') !== '');
  if (name === undefined) return;
  throw new Fault('config.invalid', `the environment names a server for the bucket, with \`${name}\``, {
    hint: 'write it as `endpoint` of `publish`, or start Writ without the variable',
  });
}
