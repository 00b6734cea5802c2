/** AWS KMS. */
export { type AwsCredentials, type AwsKmsOptions, openAwsKms } from './open-aws-kms.ts';
