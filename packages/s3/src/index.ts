/** Entry point of @writ/s3: the port of object stores over the S3 client. */
export { openS3 } from './open-s3.ts';
export type { ObjectLock, S3Credentials, S3Options, S3Store } from './options.ts';
