/** AWS KMS as a key-encryption key: the context of a key is its encryption context, which stands in CloudTrail too. */
import { DecryptCommand, EncryptCommand, KMSClient, KMSServiceException } from '@aws-sdk/client-kms';
import { Fault, isFault, type KeyContext, type KeyEncryption } from '@writ/core';
import { serviceAddress } from '../addresses.ts';
import { errorWord, refused, TIMEOUT_MS, unavailable, wordOf } from '../faults.ts';

const CONNECT_MS = 5_000;
const ATTEMPTS = 3;
/** An id, an ARN or an alias of a key. */
const KEY = /^[A-Za-z0-9][A-Za-z0-9:/_-]{0,118}$/;
/** What a service answers that may do better later. */
const PASSING =
  /^(?:Throttl|KMSInternal|DependencyTimeout|KeyUnavailable|ServiceUnavailable|LimitExceeded|RequestTimeout)/;

/** Who asks. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials. */
  readonly sessionToken?: string;
}

/** Which key, and how to reach it. */
export interface AwsKmsOptions {
  /** Id, ARN or alias of a symmetric key. */
  readonly key: string;
  readonly region: string;
  /** Address of the service; default the one of AWS for `region`. Only `https:`, or `http:` on the loopback interface. */
  readonly endpoint?: string;
  /** The credentials, or what hands them out. Nothing is read from the environment. */
  readonly credentials: AwsCredentials | (() => Promise<AwsCredentials>);
  /** Longest that one call takes with all its attempts, in milliseconds; default 10,000. */
  readonly timeoutMs?: number;
}

/** A key in AWS KMS. Throws `config.invalid`. The calls need `kms:Encrypt` and `kms:Decrypt`. */
export function openAwsKms(options: AwsKmsOptions): KeyEncryption {
  const { key, timeoutMs = TIMEOUT_MS } = options;
  if (!KEY.test(key))
    throw new Fault('config.invalid', 'the key of AWS KMS is not named', {
      hint: 'write its id, its ARN or its alias, such as `alias/writ`',
    });
  const client = connect(options);
  const id = `aws-kms:${key}`;
  const call = async <Answer>(act: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> => {
    try {
      return await act(AbortSignal.timeout(timeoutMs));
    } catch (cause) {
      throw faultOf(id, cause);
    }
  };
  return {
    id,
    wrap: (bytes, context) =>
      call(async (abortSignal) => {
        const input = { KeyId: key, Plaintext: bytes, EncryptionContext: contextOf(context) };
        const { CiphertextBlob } = await client.send(new EncryptCommand(input), { abortSignal });
        return bytesOf(id, CiphertextBlob);
      }),
    unwrap: (wrapped, context) =>
      call(async (abortSignal) => {
        const input = { KeyId: key, CiphertextBlob: wrapped, EncryptionContext: contextOf(context) };
        const { Plaintext } = await client.send(new DecryptCommand(input), { abortSignal });
        return bytesOf(id, Plaintext);
      }),
  };
}

function connect({ region, endpoint, credentials, timeoutMs = TIMEOUT_MS }: AwsKmsOptions): KMSClient {
  return new KMSClient({
    region,
    credentials: typeof credentials === 'function' ? credentials : { ...credentials },
    maxAttempts: ATTEMPTS,
    retryMode: 'standard',
    // INVARIANT: neither the environment nor a configuration file of the client names another server.
    ignoreConfiguredEndpointUrls: true,
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      requestTimeout: timeoutMs,
      throwOnRequestTimeout: true,
      // INVARIANT: no variable of the environment has a certificate believed that nobody vouches for.
      httpsAgent: { rejectUnauthorized: true },
    },
    ...(endpoint === undefined ? {} : { endpoint: serviceAddress(endpoint).origin }),
  });
}

function contextOf({ node, tenant, keyId, role }: KeyContext): Record<string, string> {
  return { 'writ:node': node, 'writ:tenant': tenant, 'writ:key': keyId, 'writ:role': role };
}

function bytesOf(id: string, bytes: Uint8Array | undefined): Uint8Array {
  if (bytes !== undefined && bytes.length > 0) return new Uint8Array(bytes);
  throw unavailable(id, 'an answer without a key');
}

function faultOf(id: string, cause: unknown): Fault {
  if (isFault(cause)) return cause;
  if (!(cause instanceof KMSServiceException)) return unavailable(id, errorWord(cause));
  const status = cause.$metadata.httpStatusCode ?? 500;
  const said = wordOf(cause.name);
  return status >= 500 || status === 429 || PASSING.test(said) ? unavailable(id, said) : refused(id, said);
}
