/** Calls to the server, bounded in time, and what is said of those that fail. */
import type { S3Client } from '@aws-sdk/client-s3';
import { Fault, isFault } from '@writ/core';

/** One call, as the client makes it. */
export type S3Call<Answer> = (signal: AbortSignal, client: S3Client) => Promise<Answer>;

/** A server's answer that is a failure, as far as it is told on. */
interface Failure {
  /** HTTP status; `undefined` where there was no answer. */
  readonly status: number | undefined;
  readonly name: string;
}

/** The calls to one bucket. */
export class S3Calls {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #timeoutMs: number;

  constructor(client: S3Client, bucket: string, timeoutMs: number) {
    this.#client = client;
    this.#bucket = bucket;
    this.#timeoutMs = timeoutMs;
  }

  /** Makes a call; `what` says in words what it does. Throws `log.unavailable`. */
  async send<Answer>(what: string, call: S3Call<Answer>): Promise<Answer> {
    try {
      return await call(AbortSignal.timeout(this.#timeoutMs), this.#client);
    } catch (cause) {
      throw isFault(cause) ? cause : this.#fault(what, failureOf(cause));
    }
  }

  /** The same; answers `undefined` where the server answers with one of `statuses`. A bucket that is not there is a failure all the same. */
  async unless<Answer>(
    what: string,
    statuses: readonly number[],
    call: S3Call<Answer>,
  ): Promise<Answer | undefined> {
    try {
      return await call(AbortSignal.timeout(this.#timeoutMs), this.#client);
    } catch (cause) {
      if (isFault(cause)) throw cause;
      const failure = failureOf(cause);
      if (
        failure.name !== 'NoSuchBucket' &&
        failure.status !== undefined &&
        statuses.includes(failure.status)
      )
        return undefined;
      throw this.#fault(what, failure);
    }
  }

  /** Idempotent. */
  close(): void {
    this.#client.destroy();
  }

  /** INVARIANT: the client's own error is not kept as a cause: it holds the request, with what it was signed with. */
  #fault(what: string, { status, name }: Failure): Fault {
    const said = status === undefined ? name : `${status} ${name}`;
    return new Fault('log.unavailable', `the bucket \`${this.#bucket}\` could not ${what}: ${said}`, {
      bucket: this.#bucket,
      ...(status === undefined ? {} : { status }),
    });
  }
}

/** Names alone: messages of a server may repeat what it was asked with. */
function failureOf(cause: unknown): Failure {
  if (!(cause instanceof Error)) return { status: undefined, name: 'no answer' };
  const code: unknown = 'code' in cause ? cause.code : undefined;
  const name = wordOf(typeof code === 'string' ? code : cause.name);
  const metadata: unknown = '$metadata' in cause ? cause.$metadata : undefined;
  const status =
    typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
      ? Number(metadata.httpStatusCode)
      : undefined;
  return { status: Number.isSafeInteger(status) ? status : undefined, name };
}

/** A server names its errors itself; of anything else than a name nothing is repeated. */
function wordOf(name: string): string {
  return /^[A-Za-z_]{1,60}$/.test(name) ? name : 'an error without a name';
}
