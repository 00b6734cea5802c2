/** What wraps the keys of a node: `keys:` in writ.yaml. */

/** An environment variable, or a file of mode 0600, absolute. */
export type TokenSource = { readonly env: string } | { readonly file: string };

/** Who asks AWS: the variables that AWS names, or a file of mode 0600 with the same names. */
export type AwsSource = 'env' | { readonly file: string };

/** A key of the transit engine of Vault or OpenBao (`@writ/kms`). Paths are absolute. */
export interface TransitSource {
  readonly kind: 'transit';
  readonly address: string;
  readonly key: string;
  readonly mount?: string;
  readonly namespace?: string;
  readonly token: TokenSource;
  /** File of the certificates that the service is believed by. */
  readonly ca?: string;
}

/** A key that signs in a service, and what it is called by those who believe it. */
export interface SigningService {
  readonly name: string;
  readonly source: TransitSource;
}

/** A key-encryption key, and where it is. Paths are absolute. */
export type KeyEncryptionSource =
  /** A file beside the keys that it wraps. */
  | { readonly kind: 'folder' }
  /** A file of mode 0600 that lies elsewhere. */
  | { readonly kind: 'file'; readonly file: string }
  /** A variable of the environment, which is taken out of it. */
  | { readonly kind: 'env'; readonly env: string }
  /** AWS KMS (`@writ/kms`). */
  | {
      readonly kind: 'awsKms';
      readonly key: string;
      readonly region: string;
      readonly endpoint?: string;
      readonly credentials: AwsSource;
    }
  | TransitSource;

/** The key-encryption key of a node, and those before it. */
export interface KeysConfiguration {
  readonly encryption: KeyEncryptionSource;
  /** Still open what they wrapped, until `writ key rotate --kek` has wrapped it anew. */
  readonly former: readonly KeyEncryptionSource[];
}
