/** Entry point of @writ/kms: key-encryption keys, and keys that sign, over key services. */
export { type AwsCredentials, type AwsKmsOptions, openAwsKms } from './aws/index.ts';
export { openTransit, openTransitSigner, type TransitOptions } from './transit/index.ts';
