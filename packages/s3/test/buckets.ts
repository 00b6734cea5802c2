/** Buckets for tests, on each server that is at hand, and what somebody with all rights over a bucket can do. */
import { randomBytes } from 'node:crypto';
import { afterAll } from 'vitest';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { openS3, type S3Options, type S3Store } from '@writ/s3';
import type { BucketAdministrator } from '@writ/core/testing';
import { type S3Server, s3Servers } from '../../../scripts/testing/s3-server.ts';

/** A bucket, its owner's client, and what a log opens. */
export interface TestBucket {
  readonly name: string;
  readonly client: S3Client;
  readonly administrator: BucketAdministrator;
  readonly options: S3Options;
  open(changes?: Partial<S3Options>): Promise<S3Store>;
}

/** The servers of one test file; they end after its tests. */
export async function bucketServers(): Promise<readonly S3Server[]> {
  const servers = await s3Servers();
  afterAll(async () => {
    for (const server of servers) await server.stop();
  });
  return servers;
}

/** A new bucket on `server`. */
export async function newBucket(server: S3Server, isLocked = true): Promise<TestBucket> {
  const name = `writ-test-${randomBytes(8).toString('hex')}`;
  const { endpoint, account: credentials } = server;
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  await client.send(new CreateBucketCommand({ Bucket: name, ObjectLockEnabledForBucket: isLocked }));
  const options: S3Options = {
    endpoint,
    bucket: name,
    credentials,
    objectLock: isLocked ? { mode: 'compliance', days: 1 } : 'none',
    now: () => Date.now(),
  };
  return {
    name,
    client,
    options,
    administrator: administratorOf(client, name),
    open: (changes) => openS3({ ...options, ...changes }),
  };
}

function administratorOf(client: S3Client, Bucket: string): BucketAdministrator {
  return {
    async overwrite(Key, Body) {
      await client.send(new PutObjectCommand({ Bucket, Key, Body }));
    },
    async hide(Key) {
      await client.send(new DeleteObjectCommand({ Bucket, Key }));
    },
    async purge(Key) {
      const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix: Key }));
      let refused = 0;
      for (const { VersionId } of Versions)
        await client
          .send(new DeleteObjectCommand({ Bucket, Key, VersionId, BypassGovernanceRetention: true }))
          .catch(() => {
            refused += 1;
          });
      return refused;
    },
  };
}
