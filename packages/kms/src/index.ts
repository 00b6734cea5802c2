/** Entry point of @writ/kms: the port of key-encryption keys over key services. */
export { type AwsCredentials, type AwsKmsOptions, openAwsKms } from './aws/index.ts';
export { openTransit, type TransitOptions } from './transit/index.ts';
