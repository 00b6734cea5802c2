/** A log in a bucket, brought to a folder to be verified there. */
export {
  type BucketFinding,
  type BucketFindingKind,
  fetchBucket,
  type FetchOptions,
  type FetchReport,
} from './fetch-bucket.ts';
