/** A bucket of an S3-compatible store as the log uses it. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { Fault, type PutCondition } from '@writ/core';
import { BlockingGet } from './blocking-get.ts';
import { S3Calls } from './calls.ts';
import { connect } from './connect.ts';
import { listVersions } from './list-versions.ts';
import { type ObjectLock, requireOptions, type S3Options, type S3Store } from './options.ts';

const TIMEOUT_MS = 30_000;
const MS_PER_DAY = 86_400_000;
/** What a conditional write answers whose condition does not hold: the second where somebody else writes at this moment. */
const NOT_MET: readonly number[] = [412, 409];

/**
 * Opens a bucket. With a lock it must have versions and object lock, which is asked of the server; without, `none` must be said. Throws `config.invalid`,
 * `log.unavailable`.
 */
export async function openS3(options: S3Options): Promise<S3Store> {
  requireOptions(options);
  const client = connect({ timeoutMs: TIMEOUT_MS, ...options });
  const calls = new S3Calls(client, options.bucket, options.timeoutMs ?? TIMEOUT_MS);
  try {
    if (options.objectLock !== 'none') await requireLock(calls, options.bucket);
    return storeOf(calls, options);
  } catch (fault) {
    client.destroy();
    throw fault;
  }
}

/** INVARIANT: no bucket is taken for one that keeps what is put there unless the server says so. */
async function requireLock(calls: S3Calls, Bucket: string): Promise<void> {
  const { Status } = await calls.send('read its versioning', (signal, client) =>
    client.send(new GetBucketVersioningCommand({ Bucket }), { abortSignal: signal }),
  );
  const lock = await calls.unless('read its object lock', [404, 400], (signal, client) =>
    client.send(new GetObjectLockConfigurationCommand({ Bucket }), { abortSignal: signal }),
  );
  const isEnabled = lock?.ObjectLockConfiguration?.ObjectLockEnabled === 'Enabled';
  if (Status === 'Enabled' && isEnabled) return;
  const message = `the bucket \`${Bucket}\` has ${Status === 'Enabled' ? 'versions and no object lock' : 'no versions'}: what is published there could be removed`;
  throw new Fault('config.invalid', message, {
    hint: 'make a bucket with object lock, or say `objectLock: none`',
  });
}

function storeOf(calls: S3Calls, options: S3Options): S3Store {
  const { bucket: Bucket, objectLock, prefix: folder = '', now } = options;
  const prefix = folder === '' ? '' : `${folder}/`;
  const blocking = new BlockingGet(options, options.timeoutMs ?? TIMEOUT_MS);
  const keyOf = (name: string): string => `${prefix}${name}`;
  return {
    isLocked: objectLock !== 'none',
    async length(name) {
      const found = await calls.unless(`look for \`${name}\``, [404], (abortSignal, client) =>
        client.send(new HeadObjectCommand({ Bucket, Key: keyOf(name) }), { abortSignal }),
      );
      return found?.ContentLength;
    },
    get: (name, maximum, version) =>
      calls.unless(`read \`${name}\``, [404], async (abortSignal, client) => {
        const one = version === undefined ? {} : { VersionId: version };
        const found = await client.send(new GetObjectCommand({ Bucket, Key: keyOf(name), ...one }), {
          abortSignal,
        });
        const length = found.ContentLength ?? Number.POSITIVE_INFINITY;
        if (length > maximum) {
          abandon(found.Body);
          throw new Fault('log.unavailable', `\`${name}\` has ${length} bytes, at most ${maximum} are read`);
        }
        const bytes = (await found.Body?.transformToByteArray()) ?? new Uint8Array();
        if (bytes.length !== length)
          throw new Fault('log.unavailable', `\`${name}\` came with ${bytes.length} of its ${length} bytes`);
        return { bytes, tag: found.ETag ?? '' };
      }),
    async put(name, bytes, condition) {
      const input: PutObjectCommandInput = {
        Bucket,
        Key: keyOf(name),
        Body: bytes,
        ContentLength: bytes.length,
        // Required of a put under a lock, and lets the server refuse what was altered on the way.
        ContentMD5: createHash('md5').update(bytes).digest('base64'),
        ContentType: 'application/octet-stream',
        ...conditionOf(condition),
        ...lockOf(objectLock, now()),
      };
      const refused = condition === undefined ? [] : NOT_MET;
      const done = await calls.unless(`put \`${name}\``, refused, (abortSignal, client) =>
        client.send(new PutObjectCommand(input), { abortSignal }),
      );
      return done !== undefined;
    },
    async remove(name) {
      await calls.unless(`remove \`${name}\``, [404], (abortSignal, client) =>
        client.send(new DeleteObjectCommand({ Bucket, Key: keyOf(name) }), { abortSignal }),
      );
    },
    versions: (start, after) =>
      listVersions(calls, { bucket: Bucket, prefix, start, ...(after === undefined ? {} : { after }) }),
    getNow: (name, maximum) => blocking.get(name, maximum),
    close() {
      blocking.close();
      calls.close();
    },
  };
}

function conditionOf(
  condition: PutCondition | undefined,
): Pick<PutObjectCommandInput, 'IfMatch' | 'IfNoneMatch'> {
  if (condition === undefined) return {};
  return condition.kind === 'absent' ? { IfNoneMatch: '*' } : { IfMatch: condition.tag };
}

function lockOf(
  lock: ObjectLock | 'none',
  now: number,
): Pick<PutObjectCommandInput, 'ObjectLockMode' | 'ObjectLockRetainUntilDate'> {
  if (lock === 'none') return {};
  return {
    ObjectLockMode: lock.mode === 'compliance' ? 'COMPLIANCE' : 'GOVERNANCE',
    ObjectLockRetainUntilDate: new Date(now + lock.days * MS_PER_DAY),
  };
}

/** A body that is not read keeps its socket. */
function abandon(body: unknown): void {
  if (body instanceof Readable) body.destroy();
}
