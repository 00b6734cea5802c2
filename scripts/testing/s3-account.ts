// Who asks a server of S3 in tests.

/** An account and its secret. */
export interface S3Account {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}
