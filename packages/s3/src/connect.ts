/** The client of one bucket's server. */
import { S3Client } from '@aws-sdk/client-s3';
import type { S3Options } from './options.ts';

/** Longest that connecting takes, in milliseconds. */
const CONNECT_MS = 5_000;
const ATTEMPTS = 4;

/** A client that speaks to the server that is named, or to that of AWS for the region. */
export function connect(
  options: Pick<S3Options, 'endpoint' | 'region' | 'pathStyle' | 'credentials' | 'attempts' | 'timeoutMs'>,
): S3Client {
  const { endpoint, region, pathStyle, credentials, attempts, timeoutMs } = options;
  return new S3Client({
    region: region ?? 'us-east-1',
    forcePathStyle: pathStyle ?? endpoint !== undefined,
    credentials: typeof credentials === 'function' ? credentials : { ...credentials },
    maxAttempts: attempts ?? ATTEMPTS,
    retryMode: 'standard',
    // INVARIANT: neither the environment nor a configuration file of the client names another server.
    ignoreConfiguredEndpointUrls: true,
    // Each put says its MD5 and its SHA-256; trailing checksums are more than many stores understand.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      ...(timeoutMs === undefined ? {} : { requestTimeout: timeoutMs }),
      throwOnRequestTimeout: true,
    },
    ...(endpoint === undefined ? {} : { endpoint }),
  });
}
